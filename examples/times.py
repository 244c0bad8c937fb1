"""Henon's basin as text, by ctypes and nothing else: python3 examples/times.py"""

import ctypes
from pathlib import Path

build = Path(__file__).resolve().parents[1] / "build"
library = ctypes.CDLL(str(build / "libplanar.cpu.so"))
rows, columns, max_steps = 24, 64, 30
points = [(i % columns, i // columns) for i in range(rows * columns)]
x = (ctypes.c_double * len(points))(*(-2.5 + 5 * column / columns for column, _ in points))
y = (ctypes.c_double * len(points))(*(2.5 - 5 * row / rows for _, row in points))
henon = (ctypes.c_double * 4)(1.4, 0.3, 0.0, 10.0)  # struct divergence_henon: a, b, dt, radius
times = (ctypes.c_int32 * len(points))()
count, limit = ctypes.c_int64(len(points)), ctypes.c_int64(max_steps)
assert library.divergence_henon_times(henon, x, y, count, limit, times) == 0
text = "".join("#" if t == max_steps else "+" if t > 4 else "." if t > 2 else " " for t in times)
print(*(text[i : i + columns] for i in range(0, len(text), columns)), sep="\n")
