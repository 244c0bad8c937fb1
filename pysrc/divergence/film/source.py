"""Where the frames of a scene come from, whatever it shows: of a film or of a single picture."""

from collections.abc import Sequence

from ..colour import Colouring
from ..kernel.elsewhere import Where
from ..scenes.render_options import RenderOptions
from ..scenes.scene import Scene
from .folder import PICTURES, TIMES, Folder
from .frames import Frames
from .layer_cache import LayerCache
from .layer_store import FolderStore, MemoryStore
from .picture_cache import PictureCache
from .plan import Layer, plan

Source = Frames | PictureCache
"""Completes what is missing of some frames, and gives their pictures."""


def source_of(
    scene: Scene,
    folder: Folder | None = None,
    device: Where = "auto",
    numbers: Sequence[int] | None = None,
) -> Source:
    """The frames of a scene, as far as a folder has them; without a folder they are in memory.

    Args:
        scene: what to draw.
        folder: one that holds the scene.
        device: see How.
        numbers: of the frames; all by default.
    """
    if scene.figure:
        place = folder.path / PICTURES if folder else None
        return PictureCache(place, scene, device, numbers)
    return times_of(scene, folder, device, numbers)


def times_of(
    scene: Scene,
    folder: Folder | None = None,
    device: Where = "auto",
    numbers: Sequence[int] | None = None,
) -> Frames:
    """The same of a scene that shows times. ValueError: it is a figure, which has none."""
    if scene.figure:
        raise ValueError(f"a figure such as {scene.figure['kind']} has no times")
    store = FolderStore(folder.path / TIMES) if folder else MemoryStore()
    options, colouring = RenderOptions.of(scene.film), Colouring.of(scene.colour)

    def is_stored(layer: Layer) -> bool:
        return store.find(layer) is not None

    frames = [scene.frame(i) for i in range(scene.frames)]
    planned = plan(frames, exact=options.exact, samples=options.samples, is_stored=is_stored)
    if numbers is None or colouring.law == "equalised":  # which tells of the times of all frames
        needed = None
    else:
        needed = {n for i in numbers for n in range(planned.shown[i][0], planned.shown[i][1] + 1)}
    cache = LayerCache(store, planned, colouring.needs, device, needed)
    return Frames(cache, colouring, numbers, scene.overlay_at)
