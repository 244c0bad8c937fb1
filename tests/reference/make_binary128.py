"""Writes binary128_times*.txt: row T1 on coarse grids in binary128, which takes some minutes.

PYTHONPATH=pysrc:tests .venv/bin/python tests/reference/make_binary128.py
"""

import numpy as np
from divergence import ThreeBody, Window

from reference import HERE, three_body_times

MAX_STEPS = 50_000
WORK = {
    "binary128_times.txt": (ThreeBody(), (20, 20)),
    "binary128_times_shift_1e-14.txt": (ThreeBody(shift=1e-14, critical_distance=5e-12), (8, 8)),
}

if __name__ == "__main__":
    for name, (system, shape) in WORK.items():
        window = Window(center=(0, 0), width=40, shape=shape)
        times = three_body_times(system, *window.points(), MAX_STEPS)
        np.savetxt(HERE / name, times, fmt="%d")
