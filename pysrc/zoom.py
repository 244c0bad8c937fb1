"""Zooms into the divergence map of three bodies, or makes the film of any scene.

python pysrc/zoom.py
python pysrc/zoom.py --center 1.5 -0.3 --frames 90 --out outputs/elsewhere
python pysrc/zoom.py --scene outputs/elsewhere/scene.toml --out outputs/again
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))  # which python -P leaves out
import environment

environment.enter()

from divergence.command.main import script

if __name__ == "__main__":
    script("zoom")
