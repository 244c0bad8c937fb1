"""Where Newton's method ends and how fast, as a plot: .venv/bin/python examples/plot.py FILE.png"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "pysrc"))

import divergence as dv
import matplotlib.pyplot as plt

window = dv.Window(center=(0, 0), width=4, shape=(400, 400))
times, fates = dv.fates(dv.Newton("x^3-1"), window, max_steps=50)

figure, axes = plt.subplots(1, 2, figsize=(10, 4.5), layout="constrained")
panels = {"steps until it rests": (times, "inferno"), "the root it reaches": (fates, "viridis")}
for ax, (title, (values, colours)) in zip(axes, panels.items(), strict=True):
    image = ax.imshow(values, colours, origin="lower", extent=window.extent)
    figure.colorbar(image)
    ax.set(title=title, xlabel="Re z", ylabel="Im z")
figure.savefig(sys.argv[1] if len(sys.argv) > 1 else "newton.png")
