"""Pixels of frames of the long film of three bodies, by brute force.

g++ -std=c++17 -O2 -march=native -Icuda tests/reference/exact_times.cpp -o exact_times
python tests/reference/exact_long_film.py ./exact_times     # a quarter of an hour
"""

import json
import subprocess
import sys
from decimal import Decimal, localcontext
from pathlib import Path

import numpy as np

RECORDED = Path(__file__).with_name("exact_long_film.json")
FRAMES, PIXELS = 10, 20


def main():
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "pysrc"))
    from divergence.scenes.scene import Scene

    scene = Scene.load("three-body-zoom-long")
    rng = np.random.default_rng(scene.frames)
    chosen = rng.choice(scene.frames - 1, FRAMES - 1, replace=False)
    table = []
    for number in sorted({scene.frames - 1, *map(int, chosen)}):
        frame = scene.frame(number)
        rows, columns = frame.window.shape
        pixels = [[int(i) for i in rng.integers(0, rows, 2)] for _ in range(PIXELS)]
        with localcontext(prec=55):
            width, (x, y) = (Decimal(repr(frame.window.width)), frame.window.center)
            lines = [
                f"{Decimal(repr(x)) + (column - columns // 2) * width / columns} "
                f"{Decimal(repr(y)) + (row - rows // 2) * width / rows} "
                f"{frame.map.shift!r} {frame.max_steps}\n"
                for row, column in pixels
            ]
        ended = subprocess.run(
            [sys.argv[1]], input="".join(lines), capture_output=True, text=True, check=True
        )
        times = [int(line.split()[-1]) for line in ended.stdout.splitlines()]
        table.append({"frame": number, "pixels": pixels, "times": times})
        RECORDED.write_text(json.dumps(table) + "\n")


if __name__ == "__main__":
    main()
