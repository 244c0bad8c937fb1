"""Renders a film in child processes that are killed at random moments, and says what came of it.

killed_render.py FOLDER KILLS FILM prints JSON: how many kills there were, which tiles or pictures
were computed though they had been stored, and a digest of each finished film, the first of which
was left in peace.
"""

import hashlib
import json
import os
import random
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "pysrc"))

from divergence.film import picture_cache, render, tiles
from divergence.film.layer_store import FolderStore
from divergence.scenes.scene import Scene
from tqdm import tqdm

SMALL = {"window.shape": (40, 40), "frames": 25}
SCENES = {
    "zoom": Scene.load("three-body-zoom").with_values(SMALL | {"max_steps": 12_000}),
    "figure": Scene.load("clifford-zoom").with_values(SMALL),
}
FILES = ("film.mp4", "poster.png", "scene.toml", "times/*.npz", "pictures/*.png")


def render_logged(scene: Scene, folder: Path, log: Path) -> None:
    """Makes a film, and logs every tile when its computation starts and when it is stored; of a
    picture, only the latter."""
    tiles.TILE_STEPS, tiles.TILE_LEAST = {"cpu": 3e6, "cuda": 3e6}, 100
    computed, save, keep = (
        tiles.computed,
        FolderStore.save,
        picture_cache.PictureCache._save,
    )

    def logged(word: str, name: str, part: object) -> None:
        with open(log, "a") as file:
            file.write(f"{word} {folder.name}/{name} {part}\n")

    def logged_computed(layer, part, *others):
        logged("start", layer.name, f"{part.start}-{part.stop}")
        return computed(layer, part, *others)

    def logged_save(self, layer, stored, source, part=None):
        save(self, layer, stored, source, part)
        part = part or range(layer.patch.size)
        logged("stored", layer.name, f"{part.start}-{part.stop}")

    def logged_keep(self, i, rgb):
        logged("start", "picture", i)
        keep(self, i, rgb)
        logged("stored", "picture", i)

    tiles.computed, FolderStore.save = logged_computed, logged_save
    picture_cache.PictureCache._save = logged_keep
    render.render(scene, folder, bar=lambda total, *_: tqdm(total=total, disable=True))


def start(scene: Scene, folder: Path, log: Path) -> int:
    """A child process that renders."""
    child = os.fork()
    if child == 0:
        try:
            render_logged(scene, folder, log)
        except BaseException as error:
            print(repr(error), file=sys.stderr)
            os._exit(1)
        os._exit(0)
    return child


def digest(folder: Path) -> str:
    content = hashlib.sha256()
    for path in sorted(path for pattern in FILES for path in folder.glob(pattern)):
        content.update(f"{path.relative_to(folder)}\n".encode() + path.read_bytes())
    return content.hexdigest()


def main(place: Path, wanted: int, scene: Scene) -> None:
    log, moments = place / "log", random.Random(os.environ.get("SEED", "2"))
    began = time.monotonic()
    assert os.waitpid(start(scene, place / "film-0", log), 0)[1] == 0
    seconds = time.monotonic() - began
    kills, films = 0, 1
    while kills < wanted:
        child = start(scene, place / f"film-{films}", log)
        time.sleep(moments.uniform(0, 0.4 * seconds))
        os.kill(child, signal.SIGKILL)
        status = os.waitpid(child, 0)[1]
        assert os.WIFSIGNALED(status) or status == 0
        kills += os.WIFSIGNALED(status)
        films += not os.WIFSIGNALED(status)
    assert os.waitpid(start(scene, place / f"film-{films}", log), 0)[1] == 0
    stored, again = set(), []
    for line in log.read_text().splitlines():
        word, tile = line.split(" ", 1)
        if word == "stored":
            stored.add(tile)
        elif tile in stored:
            again.append(tile)
    digests = [digest(place / f"film-{n}") for n in range(films + 1)]
    print(json.dumps({"kills": kills, "computed_again": again, "digests": digests}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), SCENES[sys.argv[3]])
