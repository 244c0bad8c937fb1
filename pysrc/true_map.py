"""Draws Euler's map of three bodies, the true one, and what they differ by, side by side.

python pysrc/true_map.py
python pysrc/true_map.py --shape 600 600 --dt 1e-4 --plane yz
"""

import environment

environment.enter()

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
from divergence import cli, files
from divergence.kernel.compute import outcome_at
from divergence.kernel.devices import resolve
from divergence.scenes.scene import Scene

OUTPUTS = Path(__file__).resolve().parents[1] / "outputs"
SCENES = {"xy": "three-body-plane", "yz": "three-body-yz"}


def parser() -> cli.Parser:
    parser = cli.Parser(description="Euler's map of three bodies beside the true one.")
    parser.add_argument("--plane", choices=SCENES, default="xy", help="that of row T1 or of T2")
    parser.add_argument("--shape", type=int, nargs=2, metavar=("ROWS", "COLUMNS"))
    parser.add_argument("--dt", type=float, default=1e-3, help="of Euler's steps")
    parser.add_argument("--tolerance", type=float, default=1e-12, help="of the true map")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:0,1")
    parser.add_argument("--out", type=Path, default=OUTPUTS / "true-map.png", help="a PNG")
    return parser


def work(arguments) -> None:
    from matplotlib import pyplot as plt

    scene = Scene.load(SCENES[arguments.plane])
    if arguments.shape:
        scene = scene.with_values({"window.shape": arguments.shape})
    system, window, max_steps = scene.frame(0)
    files.check_writable(arguments.out)
    resolve(arguments.device)  # what is wrong here is said before all else
    euler = replace(system, dt=arguments.dt)
    steps = round(max_steps * system.dt / euler.dt)
    true = replace(euler, integrator="adaptive", tolerance=arguments.tolerance)
    maps = {f"Euler, dt = {euler.dt:g}": euler, f"true to {true.tolerance:g}": true}
    left = []
    for name, each in maps.items():
        with cli.bar(0, name, "px") as bar:

            def show(now, bar=bar) -> None:
                bar.total = now.total_points
                bar.update(now.points - bar.n)

            outcome = outcome_at(
                each, *window.points(), steps, device=arguments.device, progress=show
            )
        left.append((steps - outcome.times) * euler.dt)
    difference = np.subtract(*left)

    figure, axes = plt.subplots(1, 3, figsize=(15, 5.2), layout="constrained", sharey=True)
    end = steps * euler.dt
    for axis, name, picture in zip(axes, maps, left, strict=False):
        image = axis.imshow(
            picture, cmap="inferno", vmin=0, vmax=end, origin="lower", extent=window.extent
        )
        axis.set_title(name)
    figure.colorbar(image, ax=axes[:2], label=f"{end:g} - time of separation", pad=0.01)
    image = axes[2].imshow(
        difference, cmap="RdBu", vmin=-end, vmax=end, origin="lower", extent=window.extent
    )
    axes[2].set_title(
        f"over a hundredth apart: {np.mean(np.abs(difference) > end / 100):.0%} of pixels"
    )
    figure.colorbar(image, ax=axes[2], label="true - Euler's time of separation", pad=0.02)
    for axis in axes:
        axis.set_xlabel(arguments.plane[0])
    axes[0].set_ylabel(arguments.plane[1])
    png = BytesIO()
    figure.savefig(png, format="png", dpi=110)
    files.write(arguments.out, png.getvalue())
    print(arguments.out)


if __name__ == "__main__":
    cli.run(parser(), work)
