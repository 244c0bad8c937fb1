"""Draws a scene: a named one of pysrc/divergence/scenes/named/, or any TOML file like them.

python pysrc/render.py --list
python pysrc/render.py newton-quintic --set map.f=x^7-x-1 --shape 600 800
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))  # which python -P leaves out
import environment

environment.enter()

from divergence.command.main import script

if __name__ == "__main__":
    script("render")
