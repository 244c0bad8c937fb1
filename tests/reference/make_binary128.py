"""Writes binary128_times.txt: row T1 on a coarse grid in binary128, which takes some minutes.

PYTHONPATH=pysrc:tests .venv/bin/python tests/reference/make_binary128.py
"""

import numpy as np
from divergence import ThreeBody, Window

from reference import HERE, three_body_times

WINDOW = Window(center=(0, 0), width=40, shape=(20, 20))
MAX_STEPS = 50_000

if __name__ == "__main__":
    times = three_body_times(ThreeBody(), *WINDOW.points(), MAX_STEPS)
    np.savetxt(HERE / "binary128_times.txt", times, fmt="%d")
