"""Films between views that were looked at."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..scenes.scene import Scene

MOST_VIEWS = 50


def through(views: Sequence[Scene], frames: int, fps: float) -> Scene:
    """The film through still views of the same map, evenly in time.

    The width changes by the same factor every frame from one view to the next; whatever else
    differs changes evenly. Of two views that differ in width, the film keeps the centre of the
    narrower, so that it is a zoom, which is computed in rings; through more, every stretch zooms
    about the point that both of its views see at the same place.

    Raises:
        ValueError: there are too few views, or they are all alike, of several maps, or differ in
            what no law can change.
    """
    if not 2 <= len(views) <= MOST_VIEWS:
        raise ValueError(f"a film goes through 2 to {MOST_VIEWS} views, not {len(views)}")
    if frames < len(views):
        raise ValueError(f"a film through {len(views)} views has as many frames at least")
    first = views[0]
    if any(view.map.get("name") != first.map.get("name") for view in views):
        raise ValueError("a film goes from a view to another of the same map")
    flat = [_flat(view) for view in views]
    values: dict[str, object] = {}
    laws: dict[str, Mapping[str, object]] = {}
    widths = [view.frame(0).window.width for view in views]
    if len(set(widths)) > 1:
        laws["window.width"] = {"geometric": tuple(widths)}
        if len(views) == 2:
            narrow = min(views, key=lambda view: float(view.frame(0).window.width))
            values["window.center"] = narrow.window["center"]
    for path in sorted(flat[-1]):
        if path in ("window.width", "window.shape") or path in values:
            continue
        points = [table.get(path, flat[-1][path]) for table in flat]
        if path == "window.center":
            for i in (0, 1):
                axis = [point[i] for point in points]
                if len(set(axis)) > 1:
                    along = {"widths": tuple(widths)} if len(set(widths)) > 1 else {}
                    laws[f"{path}.{i}"] = {"line": tuple(axis)} | along
        elif isinstance(points[0], tuple):
            for i, part in enumerate(zip(*points, strict=True)):
                laws |= _evenly(f"{path}.{i}", part)
        else:
            laws |= _evenly(path, points)
    if not laws:
        raise ValueError("the views are the same")
    changes = {f"changes.{path}": law for path, law in laws.items()}
    return first.with_values({**values, **changes, "frames": frames, "fps": fps})


def _evenly(path: str, points: Sequence[Any]) -> dict[str, Mapping[str, object]]:
    if all(point == points[0] for point in points):
        return {}
    for point in points:
        if isinstance(point, str | bool) or point is None:
            raise ValueError(f"{path}: no law leads from {points[0]!r} to {points[-1]!r}")
    return {path: {"line": tuple(points)}}


def _flat(scene: Scene) -> dict[str, Any]:
    flat: dict[str, Any] = {"max_steps": scene.max_steps, "window.center": scene.window["center"]}

    def add(table: Mapping[str, object], above: str) -> None:
        for key, value in table.items():
            if isinstance(value, Mapping):
                add(value, f"{above}.{key}")
            else:
                flat[f"{above}.{key}"] = value

    add(scene.map, "map")
    return flat
