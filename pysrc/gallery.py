"""Draws a small still of every scene, a film's middle frame, and a page to browse them.

python pysrc/gallery.py && xdg-open outputs/gallery/index.html
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))  # which python -P leaves out
import environment

environment.enter()

from divergence.command.main import script

if __name__ == "__main__":
    script("gallery")
