"""A scene to a film in a folder: compute what is not stored, colour, encode, report.

The folder is the state. Started again, the same scene goes on where it was; another is refused.
"""

import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .. import checks
from ..bars import Bars, Silent
from ..errors import StoreError, VideoError
from ..files import part_of, place_of, put_in_place, remove
from ..kernel import native
from ..kernel.devices import Device, resolve
from ..kernel.elsewhere import Where, elsewhere
from ..scenes.render_options import FORMATS, RenderOptions
from ..scenes.scene import Scene
from . import encoder, still
from .folder import FRAMES, POSTER, RAW, REPORT, SCENE, STATUS, Folder
from .frames import Frames
from .source import Source, source_of

ONLY_STATUS = ("state", "layers_stored", "pictures_stored")
# Of a scene, what does not change times.
NO_TIMES = (
    *("name", "title", "look_for", "fps", "colour", "film.format", "film.codec", "film.raw"),
    *("overlay", "changes.overlay"),
)
NAMES = ("film", "zoom")  # that films have, without their suffix


def render(
    scene: Scene,
    path: str | Path,
    *,
    name: str = "film",
    device: Where = "auto",
    recolour: bool = False,
    span: tuple[int, int] | None = None,
    bar: Bars = Silent,
) -> dict[str, object]:
    """Makes a scene's film in a folder, or resumes it.

    The folder gets the film <name>.<format>, or frames/ with a picture for each, poster.png (the
    middle frame), times/ with the raw times of every layer, or pictures/ with those of a figure,
    scene.toml, status.json and report.json; and raw.npy where the scene asks for it.

    A folder that has a film of fewer frames is taken on where the frames that it has stay the same:
    where the laws of the scene do not depend on the length of the film.

    Args:
        scene: what to draw.
        path: the folder; made where it is missing.
        name: of the film, "film" or "zoom", in a folder that has none yet.
        device: see How.
        recolour: let the scene's colours, format and fps replace those that the folder has.
        span: the first and the last of the frames to make a clip of, which is called
            <name>-<first>-<last>.<format>, computing no others; by default all make the film.
        bar: opens progress bars; none by default.

    Returns:
        What report.json says, and the path of the "film".

    Raises:
        ValueError: a bad value. StoreError: the folder holds another scene or something else, or
        another process is at work there. VideoError, DeviceError, LibraryError, OSError: as they
        say. KeyboardInterrupt: with a text that says how to go on.
    """
    options, system = RenderOptions.of(scene.film), scene.frame(0).map
    checks.choice("name", name, NAMES)
    numbers = _numbers(scene, span)
    encoder.check(scene.window["shape"], scene.fps, options.format, options.codec)
    here = [Device("cpu")] if elsewhere(device) else resolve(device)
    for worker in here if system else ():  # what is wrong is said before any work
        native.library_of(system, worker.backend)
    with Folder(path) as folder:
        stored = folder.scene()
        _check_claim(folder.path, stored, scene, recolour, span)
        film = _film_path(folder.path, name, options.format, span)
        _check_places(folder.path, film, options)
        folder.remove_parts(rf"({'|'.join(NAMES)})(-\d+-\d+)?\.({'|'.join(FORMATS)})")
        if stored is None or (span is None and stored.table() != scene.table()):
            (folder.path / REPORT).unlink(missing_ok=True)  # it tells of another film
            folder.write(SCENE, scene.dumps())
        source = source_of(scene, folder, device, numbers)
        report = folder.read_table(REPORT)
        of_this = report.get("frames") == scene.frames and "seconds" in report
        anew = recolour or span is not None or source.missing
        if of_this and not anew and _is_whole(film, scene.frames, options):
            return report | {"seconds": _seconds(report)} | {"film": str(film)}
        try:
            return _make(source, scene, film, folder, bar, span) | {"film": str(film)}
        except KeyboardInterrupt:
            raise KeyboardInterrupt("the same call goes on from here") from None
        except VideoError as error:
            raise VideoError(f"{error}; the same call makes the film of what is kept") from None


def summary(report: Mapping[str, Any]) -> str:
    """A report in a few lines."""
    text = f"{report['film']}\n{report['frames']} frames in {report['seconds']:.0f} s"
    if "ratio" in report:
        text += f" on {report['device']}: {report['pixel_steps_computed']:.3g} pixel-steps"
        if report["ratio"] > 1.05:
            text += f"; frame by frame takes {report['ratio']:.3g} times as many"
    if "shape" in report:
        rows, columns = report["shape"]
        text += (
            f"\nits frames have {rows} rows and {columns} columns: an MP4 has even numbers of them"
        )
        text += "; the formats webm, gif and png have odd ones, too"
    return text


def _make(
    source: Source,
    scene: Scene,
    film: Path,
    folder: Folder,
    bar: Bars,
    span: tuple[int, int] | None,
) -> dict[str, object]:
    """Computes, encodes and reports, and keeps the status file up to date."""
    started = time.monotonic()
    before = _seconds(folder.read_table(STATUS))
    numbers, options = source.numbers, RenderOptions.of(scene.film)

    def status(state: str) -> dict[str, object]:
        seconds = round(before + time.monotonic() - started, 3)
        table = {"state": state, "frames": len(numbers), **source.counts(), "seconds": seconds}
        folder.write_table(STATUS, table)
        return table

    status("computing")
    source.complete(bar, lambda: status("computing"))
    status("encoding")
    if span is None:
        (folder.path / REPORT).unlink(missing_ok=True)  # until its film is whole again
    with (
        encoder.FilmWriter(
            film,
            scene.window["shape"],
            scene.fps,
            options.format,
            options.codec,
            None if span is None else numbers,
        ) as writer,
        bar(len(numbers), "film", "frames") as shown,
    ):
        for i, rgb in zip(numbers, source.pictures(), strict=True):
            writer.write(rgb)
            shown.update(1)
            if i == scene.frames // 2 and span is None:
                still.save(folder.path / POSTER, rgb, scene.still(i).dumps())
    if span is None and isinstance(source, Frames) and options.raw:
        keep_times(folder.path / RAW, source, scene.window["shape"])
    table = status("complete") | source.report()
    report = {key: value for key, value in table.items() if key not in ONLY_STATUS}
    shape = encoder.shape_of(scene.window["shape"], film.suffix[1:])
    if shape != scene.window["shape"]:
        report["shape"] = shape
    if span is None:
        folder.write_table(REPORT, report)
    return report


def keep_times(path: Path, frames: Frames, shape: tuple[int, int]) -> None:
    """Writes the times of every frame as one array, int32 (frames, rows, columns)."""
    part = part_of(path)
    try:
        kept = np.lib.format.open_memmap(
            part, "w+", dtype=np.int32, shape=(len(frames.numbers), *shape)
        )
        for place, times in zip(kept, frames.times(), strict=True):
            place[...] = times
        kept.flush()
        put_in_place(part, path)
    except BaseException:
        remove(part)
        raise


def _seconds(table: Mapping[str, object]) -> float:
    """What a status or a report says that the film has taken; 0 where that cannot be."""
    seconds = table.get("seconds")
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        return 0.0
    return float(seconds) if 0 <= seconds < 1e12 else 0.0


def _numbers(scene: Scene, span: tuple[int, int] | None) -> Sequence[int]:
    """Of the frames that are wanted."""
    if span is None:
        return range(scene.frames)
    first = checks.integer("span's first", span[0], minimum=0, maximum=scene.frames - 1)
    last = checks.integer("span's last", span[1], minimum=first, maximum=scene.frames - 1)
    return range(first, last + 1)


def _film_path(folder: Path, name: str, format: str, span: tuple[int, int] | None) -> Path:
    """Where a folder's film is or will be: under the name that it has already, if it has one."""
    if format == "png":
        return folder / FRAMES
    ours = re.compile(rf"({'|'.join(NAMES)})\.({'|'.join(FORMATS)})")
    there = {match[1] for path in folder.iterdir() if (match := ours.fullmatch(path.name))}
    stem = name if name in there or not there else min(there)
    return folder / f"{stem}{f'-{span[0]}-{span[1]}' if span else ''}.{format}"


def _is_whole(film: Path, frames: int, options: RenderOptions) -> bool:
    """Whether a film, or every one of its pictures, is there, and the times where they are kept."""
    if options.raw and not (film.parent / RAW).exists():
        return False
    pictures = [film / encoder.picture_name(i) for i in range(frames)]
    return all(path.exists() for path in (pictures if film.name == FRAMES else [film]))


def _check_places(folder: Path, film: Path, options: RenderOptions) -> None:
    """Whether all that is to be written can be, under its very name. OSError: it cannot."""
    names = [SCENE, STATUS, REPORT, POSTER, *([RAW] if options.raw else [])]
    for path in [folder / name for name in names] + ([film] if film.name != FRAMES else []):
        place_of(path)


def _check_claim(
    folder: Path, stored: Scene | None, scene: Scene, recolour: bool, span: tuple[int, int] | None
) -> None:
    """Whether a folder's scene is this one, or this one goes on with it. StoreError: neither."""
    if stored is None:
        return
    old, new = _flat(stored.table()), _flat(scene.table())
    for key in sorted(old | new):
        if old.get(key) == new.get(key) or key == "name":
            continue
        said = f"{key} is {old.get(key)} there and {new.get(key)} here"
        if key == "frames" and not any(law.depends_on_length for law in scene.changes.values()):
            if scene.frames > stored.frames:
                continue
            said += ": a span of them makes a clip"
        if not key.startswith(NO_TIMES):
            raise StoreError(f"{folder} holds another film ({said}): use another folder")
        if not recolour and key not in ("title", "look_for", "film.raw"):
            raise StoreError(f"{folder}: {said}: recolour=True makes the film anew from its times")


def _flat(table: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Nested tables as one, with dotted keys."""
    flat: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{above}{key}.")
        else:
            flat[f"{above}{key}"] = value
    return flat
