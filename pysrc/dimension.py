"""The box-counting dimension of the sets that pictures show.

python pysrc/dimension.py coast.png outputs/henon-attractor.png
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))  # which python -P leaves out
import environment

environment.enter()

from divergence.command.main import script

if __name__ == "__main__":
    script("dimension")
