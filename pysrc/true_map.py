"""Draws Euler's map of three bodies, the true one, and what they differ by, side by side.

python pysrc/true_map.py
python pysrc/true_map.py --shape 600 600 --dt 1e-4 --plane yz
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))  # which python -P leaves out
import environment

environment.enter()

from divergence.command.main import script

if __name__ == "__main__":
    script("true-map")
