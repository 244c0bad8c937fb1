"""Finds a centre that is worth zooming into, to the digits that the depth needs.

python pysrc/seek.py --to 1e-12
python pysrc/seek.py --scene newton-quintic --to 1e-50
python pysrc/seek.py --scene mandelbrot --center -1.75 0.01 --width 0.06 --nucleus
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))  # which python -P leaves out
import environment

environment.enter()

from divergence.command.main import script

if __name__ == "__main__":
    script("seek")
