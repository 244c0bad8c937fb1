"""A scene to a film in a folder: compute what is not stored, colour, encode, report.

The folder is the state. Started again, the same scene goes on where it was; another is refused.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from . import cli, native, picture, resample, video
from .colour import Colouring
from .devices import cpu_threads, resolve
from .errors import StoreError, VideoError
from .layers import plan
from .making import Making
from .scene import Scene
from .stock import Stock
from .store import Folder

SCENE, STATUS, REPORT, POSTER = "scene.toml", "status.json", "report.json", "poster.png"
AHEAD = 4  # frames that are made while one is encoded
SAMPLED = 1 << 16  # points of a layer, to learn how times are distributed
NO_TIMES = ("name", "title", "look_for", "fps", "colour", "film.format")  # do not change times


def render(
    scene: Scene,
    path: str | Path,
    *,
    name: str = "film",
    device: str = "auto",
    recolour: bool = False,
    bar: Callable = cli.bar,
) -> dict[str, object]:
    """Makes a scene's film in a folder, or goes on with it.

    The folder gets the film <name>.<format>, poster.png (the middle frame), times/ with the raw
    times of every layer, scene.toml, status.json and report.json. A figure has no times: its film
    is begun anew.

    Args:
        scene: what to draw.
        path: the folder; made where it is missing.
        name: of the film.
        device: as for compute.times().
        recolour: let the scene's colours, format and fps replace those that the folder has.
        bar: makes progress bars, as cli.bar does.

    Returns:
        What report.json says, and the path of the "film".

    Raises:
        ValueError: a bad value. StoreError: the folder holds another scene, or another process
        is at work there. VideoError, DeviceError, LibraryError, OSError: as they say.
        KeyboardInterrupt: with a text that says how to go on.
    """
    if scene.figure:
        return _draw(scene, Path(path), name, device, bar)
    making, colouring = Making.of(scene.film), Colouring.of(scene.colour)
    first = scene.frame(0)
    for worker in resolve(device):  # what is wrong with a library is said before all else
        native.load(first.map.family, worker.backend)
    with Folder(path) as folder:
        film = folder.path / f"{name}.{making.format}"
        video.check(folder.path, first.window.shape, scene.fps, making.format)
        _claim(folder, scene, recolour)
        stock = stock_of(scene, folder, device)
        finished = film.exists() and not stock.missing and not recolour
        if finished and (report := folder.read_table(REPORT)):
            return report | {"film": str(film)}
        try:
            return _make(stock, colouring, scene, film, bar) | {"film": str(film)}
        except KeyboardInterrupt:
            raise KeyboardInterrupt("the same command goes on from here") from None
        except VideoError as error:
            raise VideoError(f"{error}; the same command makes the film of what is kept") from None


def stock_of(scene: Scene, folder: Folder, device: str = "auto") -> Stock:
    """The layers that a scene's film needs, as far as a folder has them."""
    making, colouring = Making.of(scene.film), Colouring.of(scene.colour)
    frames = [scene.frame(i) for i in range(scene.frames)]
    planned = plan(frames, exact=making.exact, samples=making.samples)
    return Stock(folder, planned, colouring.needs, device)


def summary(report: Mapping[str, object]) -> str:
    """A report in two lines."""
    text = f"{report['film']}\n{report['frames']} frames in {report['seconds']:.0f} s"
    if "ratio" not in report:
        return text
    return (
        f"{text} on {report['device']}: {report['pixel_steps_computed']:.3g} pixel-steps, a "
        f"{report['ratio']:.3g}th of frame by frame"
    )


def _draw(
    scene: Scene, path: Path, name: str, device: str, bar: Callable[..., tqdm]
) -> dict[str, object]:
    """Makes the film of a figure, which draws its frames one after the other."""
    started, making, every = time.monotonic(), Making.of(scene.film), range(scene.frames)
    drawn, frames = [scene.figure_at(i) for i in every], [scene.frame(i) for i in every]
    with Folder(path) as folder:
        file = folder.path / f"{name}.{making.format}"
        _claim(folder, scene, recolour=False)
        with (
            video.FilmWriter(file, scene.window["shape"], scene.fps, making.format) as writer,
            bar(scene.frames, "film", "frames") as shown,
        ):
            for i, rgb in enumerate(type(drawn[0]).film(drawn, frames, device)):
                writer.write(np.ascontiguousarray(rgb))
                shown.update(1)
                if i == scene.frames // 2:
                    picture.save(file.with_name(POSTER), rgb, scene.still(i).dumps())
        report = {"frames": scene.frames, "seconds": round(time.monotonic() - started, 3)}
        folder.write_table(REPORT, report)
        return report | {"film": str(file)}


def _make(
    stock: Stock, colouring: Colouring, scene: Scene, path: Path, bar: Callable[..., tqdm]
) -> dict[str, object]:
    """Computes, cuts and reports, and keeps the status file up to date."""
    folder, started = stock.folder, time.monotonic()
    before = float(folder.read_table(STATUS).get("seconds", 0))

    def status(state: str) -> dict[str, object]:
        table = {
            "state": state,
            "frames": scene.frames,
            "layers": len(stock.plan.layers),
            "layers_stored": len(stock.steps),
            "pixel_steps_computed": sum(stock.steps.values()),
            "seconds": round(before + time.monotonic() - started, 3),
        }
        folder.write_table(STATUS, table)
        return table

    status("computing")
    stock.complete(bar, lambda: status("computing"))
    status("encoding")
    cutting = _Cutting(stock, colouring, bar)
    cutting.film(path, scene)
    table = status("complete")
    del table["state"], table["layers_stored"]
    computed, frame_by_frame = table["pixel_steps_computed"], round(cutting.frame_by_frame)
    report = table | {
        "keyframes": stock.plan.keyframes,
        "pixel_steps_frame_by_frame": frame_by_frame,
        "ratio": round(frame_by_frame / max(computed, 1), 3),
        "device": ", ".join(map(str, resolve(stock.device))),
    }
    folder.write_table(REPORT, report)
    return report


def _claim(folder: Folder, scene: Scene, recolour: bool) -> None:
    """Writes the scene into a new folder; refuses one that holds another scene."""
    text = folder.read(SCENE)
    if text is not None:
        stored = Scene.loads(text, scene.name, str(folder.path / SCENE))
        old, new = _flat(stored.table()), _flat(scene.table())
        for key in sorted(old | new):
            if old.get(key) == new.get(key) or key == "name":
                continue
            if not key.startswith(NO_TIMES):
                said = f"{key} is {old.get(key)} there and {new.get(key)} here"
                raise StoreError(f"{folder.path} holds another film ({said}): use another folder")
            if not recolour and key not in ("title", "look_for"):
                said = f"{key} is {old.get(key)} there and {new.get(key)} here"
                raise StoreError(
                    f"{folder.path}: {said}: --recolour makes the film anew from its times"
                )
    if text != scene.dumps():
        (folder.path / REPORT).unlink(missing_ok=True)  # what it tells of is no longer this film
        folder.write(SCENE, scene.dumps())


def _flat(table: Mapping[str, object], above: str = "") -> dict[str, object]:
    """Nested tables as one, with dotted keys."""
    flat = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{above}{key}.")
        else:
            flat[f"{above}{key}"] = value
    return flat


class _Cutting:
    """Makes a film of a stock that is complete."""

    def __init__(self, stock: Stock, colouring: Colouring, bar: Callable[..., tqdm]) -> None:
        self.stock, self.colouring, self.bar = stock, colouring, bar
        self.frame_by_frame = 0.0  # pixel-steps
        if colouring.law == "equalised":
            samples = (
                (stock.load(n).times[:: 1 + layer.patch.size // SAMPLED], layer.max_steps)
                for n, layer in enumerate(stock.plan.layers)
            )
            self.colouring = colouring.fitted(samples)

    def film(self, path: Path, scene: Scene) -> None:
        """Writes the film and its poster."""
        frames = self.stock.plan.frames
        with (
            video.FilmWriter(path, frames[0].window.shape, scene.fps, path.suffix[1:]) as writer,
            self.bar(len(frames), "film", "frames") as shown,
        ):
            for i, (rgb, steps) in enumerate(self._frames()):
                writer.write(rgb)
                self.frame_by_frame += steps
                shown.update(1)
                if i == len(frames) // 2:
                    picture.save(path.with_name(POSTER), rgb, scene.still(i).dumps())

    def _frames(self) -> Iterator[tuple[NDArray[np.uint8], float]]:
        """Every frame, top row first, and its steps; a few are made at a time."""
        samples = Samples(self.stock)
        frames = self.stock.plan.frames
        ahead: deque[Future] = deque()
        pool = ThreadPoolExecutor(min(AHEAD, cpu_threads()))
        try:
            for i, frame in enumerate(frames):
                pieces = samples.of_frame(i)
                ahead.append(pool.submit(resample.compose, frame, pieces, self.colouring))
                while len(ahead) > (AHEAD if i + 1 < len(frames) else 0):
                    rgb, steps = ahead.popleft().result()
                    yield rgb[::-1], steps
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


class Samples:
    """The samples that frames show, each layer thinned as the frame allows and read again when a
    nearer frame needs more of it. So the memory is that of a few frames, however deep the zoom."""

    def __init__(self, stock: Stock) -> None:
        self._stock = stock
        self._known: dict[int, tuple[tuple, list[resample.Block]]] = {}

    def of_frame(self, i: int) -> list[resample.Block]:
        """The blocks that cover a frame."""
        plan, frame = self._stock.plan, self._stock.plan.frames[i]
        first, last = plan.shown[i]
        self._known = {n: known for n, known in self._known.items() if first <= n <= last}
        found = []
        for number in range(first, last + 1):
            layer = plan.layers[number]
            every = resample.strides(layer.patch, frame.window)
            if self._known.get(number, (None,))[0] != every:
                blocks = resample.blocks(layer.patch, self._stock.load(number), every)
                self._known[number] = (every, blocks)
            pace = frame.map.horizon / layer.map.horizon
            blocks = self._known[number][1]
            found += [block._replace(pace=pace, limit=layer.max_steps) for block in blocks]
        return found
