"""A scene to a film in a folder: compute what is not stored, colour, encode, report.

The folder is the state. Started again, the same scene goes on where it was; another is refused.
"""

import time
from collections.abc import Mapping
from pathlib import Path

from ..bars import Bars, Silent
from ..colour import Colouring
from ..errors import StoreError, VideoError
from ..kernel import native
from ..kernel.devices import resolve
from ..scenes.render_options import RenderOptions
from ..scenes.scene import Scene
from . import encoder, still
from .folder import Folder
from .frames import Frames
from .layer_cache import LayerCache
from .picture_cache import PictureCache
from .plan import plan

SCENE, STATUS, REPORT, POSTER = "scene.toml", "status.json", "report.json", "poster.png"
ONLY_STATUS = ("state", "layers_stored", "pictures_stored")
NO_TIMES = ("name", "title", "look_for", "fps", "colour", "film.format")  # do not change times


def render(
    scene: Scene,
    path: str | Path,
    *,
    name: str = "film",
    device: str = "auto",
    recolour: bool = False,
    bar: Bars = Silent,
) -> dict[str, object]:
    """Makes a scene's film in a folder, or goes on with it.

    The folder gets the film <name>.<format>, poster.png (the middle frame), times/ with the raw
    times of every layer, or pictures/ with those of a figure, scene.toml, status.json and
    report.json.

    Args:
        scene: what to draw.
        path: the folder; made where it is missing.
        name: of the film.
        device: as for compute.times().
        recolour: let the scene's colours, format and fps replace those that the folder has.
        bar: opens progress bars; none by default.

    Returns:
        What report.json says, and the path of the "film".

    Raises:
        ValueError: a bad value. StoreError: the folder holds another scene, or another process
        is at work there. VideoError, DeviceError, LibraryError, OSError: as they say.
        KeyboardInterrupt: with a text that says how to go on.
    """
    options, system = RenderOptions.of(scene.film), scene.frame(0).map
    for worker in resolve(device) if system else ():  # what is wrong here is said before all else
        native.library_of(system, worker.backend)
    with Folder(path) as folder:
        film = folder.path / f"{name}.{options.format}"
        encoder.check(folder.path, scene.window["shape"], scene.fps, options.format)
        _claim(folder, scene, recolour)
        if scene.figure:
            source = PictureCache(folder, scene, device)
        else:
            source = Frames(layer_cache_of(scene, folder, device), Colouring.of(scene.colour))
        finished = film.exists() and not source.missing and not recolour
        report = folder.read_table(REPORT)
        if finished and report.get("frames") == scene.frames and "seconds" in report:
            return report | {"seconds": _seconds(report)} | {"film": str(film)}
        try:
            return _make(source, scene, film, folder, bar) | {"film": str(film)}
        except KeyboardInterrupt:
            raise KeyboardInterrupt("the same call goes on from here") from None
        except VideoError as error:
            raise VideoError(f"{error}; the same call makes the film of what is kept") from None


def layer_cache_of(scene: Scene, folder: Folder, device: str = "auto") -> LayerCache:
    """The layers that a scene's film needs, as far as a folder has them."""
    options, colouring = RenderOptions.of(scene.film), Colouring.of(scene.colour)
    frames = [scene.frame(i) for i in range(scene.frames)]
    planned = plan(frames, exact=options.exact, samples=options.samples)
    return LayerCache(folder, planned, colouring.needs, device)


def summary(report: Mapping[str, object]) -> str:
    """A report in two lines."""
    text = f"{report['film']}\n{report['frames']} frames in {report['seconds']:.0f} s"
    if "ratio" not in report:
        return text
    text += f" on {report['device']}: {report['pixel_steps_computed']:.3g} pixel-steps"
    spared = report["ratio"] > 1.05
    return f"{text}; frame by frame takes {report['ratio']:.3g} times as many" if spared else text


def _make(
    source: PictureCache | Frames,
    scene: Scene,
    path: Path,
    folder: Folder,
    bar: Bars,
) -> dict[str, object]:
    """Computes, encodes and reports, and keeps the status file up to date."""
    started = time.monotonic()
    before = _seconds(folder.read_table(STATUS))

    def status(state: str) -> dict[str, object]:
        seconds = round(before + time.monotonic() - started, 3)
        table = {"state": state, "frames": scene.frames, **source.counts(), "seconds": seconds}
        folder.write_table(STATUS, table)
        return table

    status("computing")
    source.complete(bar, lambda: status("computing"))
    status("encoding")
    with (
        encoder.FilmWriter(path, scene.window["shape"], scene.fps, path.suffix[1:]) as writer,
        bar(scene.frames, "film", "frames") as shown,
    ):
        for i, rgb in enumerate(source.pictures()):
            writer.write(rgb)
            shown.update(1)
            if i == scene.frames // 2:
                still.save(path.with_name(POSTER), rgb, scene.still(i).dumps())
    table = status("complete") | source.report()
    report = {key: value for key, value in table.items() if key not in ONLY_STATUS}
    folder.write_table(REPORT, report)
    return report


def _seconds(table: Mapping[str, object]) -> float:
    """What a status or a report says that the film has taken; 0 where that cannot be."""
    seconds = table.get("seconds")
    usable = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    return float(seconds) if usable and 0 <= seconds < 1e12 else 0.0


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
                    f"{folder.path}: {said}: recolour=True makes the film anew from its times"
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
