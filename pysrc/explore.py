"""Explores a scene, live, in a browser on this machine.

python pysrc/explore.py
python pysrc/explore.py newton-quintic --port 8080 --no-browser
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))  # which python -P leaves out
import environment

environment.enter()

from divergence.command.main import script

if __name__ == "__main__":
    script("explore")
