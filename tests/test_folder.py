"""A film's folder: nothing of anybody else's is touched, nothing is lost, and it can grow."""

import json
import shutil
import subprocess
import threading
from dataclasses import replace
from pathlib import Path

import divergence as dv
import imageio.v3 as iio
import numpy as np
import pytest
from bits import NEEDED
from divergence.bars import Silent
from divergence.errors import StoreError
from divergence.film import encoder, layer_cache, octaves, render, reuse, still, tiles
from divergence.film.folder import Folder
from divergence.film.layer_cache import LayerCache
from divergence.film.layer_store import FolderStore
from divergence.film.plan import Layer, plan
from divergence.film.source import times_of
from divergence.frame import Frame
from divergence.kernel import compute
from divergence.kernel.points import Patch
from divergence.scenes.scene import Scene

JULIA = Scene.load("julia-zoom").with_values({"window.shape": (12, 16), "frames": 9})
EXACT = JULIA.with_values({"film.exact": True, "changes.window.width.halve_every": 4})
PLAIN = [kind for name, kind in dv.maps.ALL.items() if name not in NEEDED]
OLD = Path(__file__).parent / "data" / "stored_folders.tar.xz"


@pytest.fixture
def counted(monkeypatch):
    """The calls of the kernel: how many points each had."""
    calls, original = [], compute.outcome_of

    def outcome_of(system, points, *others, **how):
        calls.append(points.size)
        return original(system, points, *others, **how)

    for module in (reuse, octaves):
        monkeypatch.setattr(module, "outcome_of", outcome_of)
    return calls


def content(folder):
    """Every file of a folder, and when it was written."""
    return {
        path.relative_to(folder): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


STRANGERS = ["report.json", "status.json", "poster.png", "zoom.mp4", ".lock", ".thesis.part"]
STRANGERS += ["times/notes.txt", "x/.zoom.mp4.part", "frames/00000.png"]


@pytest.mark.parametrize("name", STRANGERS)
def test_a_folder_of_somebody_elses_is_refused_and_left_as_it_is(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("years of work")
    before = content(tmp_path)
    with pytest.raises(StoreError, match="use another folder") as caught:
        render.render(JULIA, tmp_path)
    assert "\n" not in str(caught.value)
    assert content(tmp_path) == before


@pytest.mark.parametrize("name", ["report.json", "poster.png", "film.mp4", "raw.npy"])
def test_a_scene_that_somebody_wrote_makes_no_film_folder_of_what_lies_beside_it(tmp_path, name):
    (tmp_path / "scene.toml").write_text(JULIA.dumps())
    (tmp_path / name).write_text("years of work")
    before = content(tmp_path)
    with pytest.raises(StoreError, match=f"holds a {name} that no film of ours made"):
        render.render(JULIA, tmp_path)
    assert content(tmp_path) == before


@pytest.mark.parametrize("text", ["[scene]\nengine = 'blender'\n", "not toml", b"\xff\xfe"])
def test_another_programs_scene_is_no_scene_of_ours(tmp_path, text):
    (tmp_path / "scene.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    before = content(tmp_path)
    with pytest.raises(StoreError, match=r"scene\.toml"):
        render.render(JULIA, tmp_path)
    assert content(tmp_path) == before


def test_a_film_that_is_being_made_a_level_below_goes_on(tmp_path):
    with Folder(tmp_path / "x"), encoder.FilmWriter(tmp_path / "x" / "film.mp4", (8, 8)) as film:
        film.write(np.zeros((8, 8, 3), np.uint8))
        with pytest.raises(StoreError, match="use another folder"):
            render.render(JULIA, tmp_path)
        film.write(np.zeros((8, 8, 3), np.uint8))
    assert (tmp_path / "x" / "film.mp4").exists()


LEFT_OVER = [".film.mp4.part", ".scene.toml.0123abcd.part", "times/.ring-00000.npz.part"]
LEFT_OVER += ["times/.frame-00003.0-99.npz.89abcdef.part", ".zoom-3-7.gif.01234567.part"]
OTHERS = [".thesis.part", "times/.notes.part", ".film.mp4.part.txt", "x/.film.mp4.part"]


def test_what_a_killed_process_left_is_removed_by_its_exact_name_from_its_own_folder(tmp_path):
    render.render(JULIA, tmp_path)
    (tmp_path / "x").mkdir()
    for name in [*LEFT_OVER, *OTHERS]:
        (tmp_path / name).write_text("half")
    with pytest.raises(StoreError, match="another film"):
        render.render(JULIA.with_values({"map.a": "0.3+0.5i"}), tmp_path)
    assert all((tmp_path / name).exists() for name in [*LEFT_OVER, *OTHERS])
    render.render(JULIA, tmp_path)
    assert not any((tmp_path / name).exists() for name in LEFT_OVER)
    assert all((tmp_path / name).exists() for name in OTHERS)


def test_a_scene_written_by_hand_is_not_rewritten(tmp_path):
    text = "# my favourite\n" + JULIA.dumps()
    (tmp_path / "scene.toml").write_text(text)
    render.render(JULIA, tmp_path)
    assert (tmp_path / "scene.toml").read_text() == text


def test_what_cannot_be_written_is_said_before_any_work(tmp_path, counted):
    render.render(JULIA, tmp_path)
    (tmp_path / "film.mp4").unlink()
    (tmp_path / "film.mp4").mkdir()
    shutil.rmtree(tmp_path / "times")
    counted.clear()
    with pytest.raises(IsADirectoryError):
        render.render(JULIA, tmp_path)
    (tmp_path / "film.mp4").rmdir()
    (tmp_path / "times").write_text("a file")
    with pytest.raises(StoreError, match="times is no folder"):
        render.render(JULIA, tmp_path)
    assert counted == []


def test_a_film_keeps_its_name_whoever_colours_it_anew(tmp_path):
    other = JULIA.with_values({"colour.colormap": "viridis"})
    for first, second in (("film", "zoom"), ("zoom", "film")):
        render.render(JULIA, tmp_path / first, name=first)
        report = render.render(other, tmp_path / first, name=second, recolour=True)
        assert Path(report["film"]).name == f"{first}.mp4"
        assert not (tmp_path / first / f"{second}.mp4").exists()


@pytest.mark.parametrize(
    ("before", "after"), [((), ("fates",)), (("fates",), ()), (("fates",), ("fractions",))]
)
def test_tiles_of_a_layer_may_have_been_made_for_other_colours(
    tmp_path, monkeypatch, before, after
):
    """Killed in mid-layer, recoloured, and gone on with."""
    monkeypatch.setattr(tiles, "TILE_STEPS", {"cpu": 1, "cuda": 1})
    monkeypatch.setattr(tiles, "TILE_LEAST", 50)
    planned = plan([JULIA.frame(0)])
    store, seen = FolderStore(tmp_path), []

    def killed():
        seen.append(len([*tmp_path.glob("*.npz")]))
        if len(seen) == 2:
            raise SystemExit

    with pytest.raises(SystemExit):
        LayerCache(store, planned, before).complete(Silent, killed)
    cache = LayerCache(FolderStore(tmp_path), planned, after)
    cache.complete(Silent, lambda: None)
    x, y = Patch.of(JULIA.frame(0).window).coordinates()
    asked = {"fates": True, "fractions": True}
    expected = dv.outcome_at(JULIA.frame(0).map, x, y, JULIA.frame(0).max_steps, **asked)
    outcome = cache.load(0)
    for name in ("times", *after):
        assert np.array_equal(getattr(outcome, name), getattr(expected, name)), name
    if before and not after:
        assert np.array_equal(outcome.fates, expected.fates)  # nothing that was known is lost


def test_tiles_that_overlap_make_one_layer(tmp_path):
    """As of a folder that a CPU and a GPU worked on, whose tiles are of different sizes."""
    planned = plan([JULIA.frame(0)])
    layer = planned.layers[0]
    whole = LayerCache(store := FolderStore(tmp_path / "a"), planned, ())
    whole.complete(Silent, lambda: None)
    expected = store.load(layer)
    overlapping = FolderStore(tmp_path / "b")
    for part in (range(0, 100), range(50, 120), range(100, 110), range(150, 192)):
        tile = expected.outcome.take(slice(part.start, part.stop))
        kept = whole.store.find(layer)
        overlapping.save(layer, expected._replace(outcome=tile), kept.source, part)
    cache = LayerCache(FolderStore(tmp_path / "b"), planned, ())
    cache.complete(Silent, lambda: None)
    assert np.array_equal(cache.load(0).times, expected.outcome.times)
    assert [path.name for path in (tmp_path / "b").iterdir()] == ["frame-00000.npz"]


def layer_of(system, **changes):
    return Layer("ring-00000", system, Patch.of(dv.Window(width=4, shape=(3, 3))), 50, **changes)


def test_maps_with_equal_numbers_and_different_equations_have_different_keys(monkeypatch):
    """Twins of the maps of the plane."""
    inner = [kind() for kind in PLAIN if issubclass(kind, dv.maps.planar.PlanarMap)]
    keys = {layer_of(dv.PlanarTwins(system)).key_text for system in inner}
    assert len(keys) == len(inner) > 4
    before = layer_of(dv.PlanarTwins(dv.Henon())).key_text
    monkeypatch.setattr(dv.Henon, "arithmetic", dv.Henon.arithmetic + 1)
    assert layer_of(dv.PlanarTwins(dv.Henon())).key_text != before


@pytest.mark.parametrize("system", [*(kind() for kind in PLAIN), dv.PlanarTwins(dv.Pendulum())])
def test_every_number_of_a_map_is_in_its_key(system):
    known = json.dumps(system.key)
    for field, value in vars(system).items():
        if isinstance(value, float):
            try:
                other = replace(system, **{field: float(np.nextafter(value, np.inf))})
            except ValueError:
                continue
            assert json.dumps(other.key) != known, field


@pytest.mark.parametrize("name", ["zoom", "exact", "twins", "figure"])
def test_folders_that_an_older_version_made_still_load(tmp_path, counted, name):
    """They have no digests, and of twins no inner map: a few points are computed to see whether
    they are the same."""
    shutil.unpack_archive(OLD, tmp_path)
    folder = tmp_path / name
    times = {path.name: path.read_bytes() for path in folder.glob("times/*.npz")}
    pictures = {path.name: path.read_bytes() for path in folder.glob("pictures/*.png")}
    arithmetic = [json.loads(str(np.load(path)["key"])) for path in folder.glob("times/*.npz")]
    scene = Scene.load(folder)
    if any(key["arithmetic"] != scene.frame(0).map.arithmetic for key in arithmetic):
        pytest.skip("the map's results have changed since, on purpose")
    report = render.render(scene, folder)
    assert report["frames"] == scene.frames
    assert len(counted) <= 1 and sum(counted) <= layer_cache.PROBED
    render.render(scene.with_values({"colour.colormap": "viridis"}), folder, recolour=True)
    assert len(counted) <= 2
    assert times == {path.name: path.read_bytes() for path in folder.glob("times/*.npz")}
    assert pictures == {path.name: path.read_bytes() for path in folder.glob("pictures/*.png")}


def test_times_of_a_library_that_computes_something_else_are_computed_again(tmp_path, counted):
    render.render(EXACT, tmp_path)
    files = sorted((tmp_path / "times").iterdir())
    for path in files:
        with np.load(path) as file:
            arrays = {name: file[name] for name in file}
        np.savez_compressed(path, **{**arrays, "source": np.array("other sources")})
    counted.clear()
    assert times_of(EXACT, _opened(tmp_path)).missing == []
    assert 1 <= len(counted) <= 2  # the same results: believed after a look at some points
    for path in files:
        with np.load(path) as file:
            arrays = {name: file[name] for name in file}
        changed = {"source": np.array("other sources"), "times": arrays["times"] + 1}
        np.savez_compressed(path, **{**arrays, **changed})
    assert len(times_of(EXACT, _opened(tmp_path)).missing) == len(files)


def _opened(path):
    folder = Folder(path)
    with folder:
        return folder


def test_a_longer_film_is_the_same_film_going_on(tmp_path, counted):
    render.render(EXACT, tmp_path)
    before = {path.name: path.read_bytes() for path in (tmp_path / "times").iterdir()}
    counted.clear()
    render.render(EXACT.with_values({"frames": 12}), tmp_path)
    assert len(counted) == 3
    after = {path.name: path.read_bytes() for path in (tmp_path / "times").iterdir()}
    assert len(after) == 12 and len(iio.imread(tmp_path / "film.mp4", plugin="FFMPEG")) == 12
    changed = {name for name in before if before[name] != after[name]}
    assert not {name for name in changed if int(name[6:11]) < 5}
    with pytest.raises(StoreError, match=r"frames is 12 there and 9 here: a span"):
        render.render(EXACT, tmp_path)


def test_a_longer_zoom_keeps_all_its_rings_and_takes_those_that_it_needs(tmp_path, counted):
    zoom = JULIA.with_values({"frames": 40})
    render.render(zoom, tmp_path)
    before = {path.name: path.read_bytes() for path in (tmp_path / "times").iterdir()}
    counted.clear()
    render.render(longer := zoom.with_values({"frames": 44}), tmp_path)
    assert sum(counted) < 0.5 * plan([longer.frame(i) for i in range(44)]).points
    after = {path.name: path.read_bytes() for path in (tmp_path / "times").iterdir()}
    assert before.items() <= after.items()


def test_a_film_whose_law_depends_on_its_length_is_another_when_it_is_longer(tmp_path):
    line = EXACT.with_values({"changes": {"window": {"width": {"line": [1.0, 0.5]}}}})
    render.render(line, tmp_path)
    with pytest.raises(StoreError, match="frames is 9 there and 12 here"):
        render.render(line.with_values({"frames": 12}), tmp_path)


def test_a_span_of_frames_is_a_clip_of_the_film_and_computes_no_other_frame(tmp_path, counted):
    report = render.render(EXACT, tmp_path, span=(3, 5))
    assert Path(report["film"]).name == "film-3-5.mp4" and report["frames"] == 3
    assert len([*(tmp_path / "times").iterdir()]) == 3 == len(counted)
    assert not (tmp_path / "report.json").exists() and not (tmp_path / "film.mp4").exists()
    assert len(iio.imread(tmp_path / "film-3-5.mp4", plugin="FFMPEG")) == 3
    render.render(EXACT, tmp_path)
    assert len(counted) == 9 and (tmp_path / "film-3-5.mp4").exists()
    for span, said in (((5, 3), "span's last"), ((0, 9), "span's last"), ((-1, 2), "span's first")):
        with pytest.raises(ValueError, match=said):
            render.render(EXACT, tmp_path, span=span)


def test_numbered_pictures_make_a_film_with_ffmpegs_own_glob(tmp_path):
    pictures = EXACT.with_values({"film.format": "png"})
    render.render(pictures, tmp_path, span=(2, 3))
    names = lambda: sorted(path.name for path in (tmp_path / "frames").iterdir())  # noqa: E731
    assert names() == ["00002.png", "00003.png"]
    render.render(pictures, tmp_path)
    assert names() == [f"{i:05d}.png" for i in range(9)]
    assert np.array_equal(iio.imread(tmp_path / "frames" / "00004.png"), still.draw(EXACT, 4))
    (tmp_path / "frames" / "00006.png").unlink()
    render.render(pictures, tmp_path)
    assert names() == [f"{i:05d}.png" for i in range(9)]
    command = [encoder._ffmpeg(), "-loglevel", "error", "-pattern_type", "glob", "-i", "*.png"]
    subprocess.run([*command, "film.mp4"], cwd=tmp_path / "frames", check=True)
    assert len(iio.imread(tmp_path / "frames" / "film.mp4", plugin="FFMPEG")) == 9


@pytest.mark.parametrize("scene", [EXACT, JULIA])
def test_the_raw_times_of_every_frame_can_be_kept_as_an_array(tmp_path, scene):
    render.render(scene, tmp_path)
    render.render(scene.with_values({"film.raw": True}), tmp_path)
    times = np.load(tmp_path / "raw.npy")
    assert times.shape == (9, 12, 16) and times.dtype == np.int32
    last = scene.frame(8)
    assert np.array_equal(times[8], dv.times(last.map, last.window, last.max_steps))
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".part")]


def test_damage_inside_a_file_is_found_when_it_is_read_and_mended(tmp_path, counted):
    """Opening a folder reads no more of a layer than its key."""
    render.render(JULIA, tmp_path)
    before = (tmp_path / "film.mp4").read_bytes()
    path = tmp_path / "times" / "ring-00000.npz"
    data = bytearray(path.read_bytes())
    data[60:64] = bytes(byte ^ 255 for byte in data[60:64])
    path.write_bytes(bytes(data))
    (tmp_path / "film.mp4").unlink()
    counted.clear()
    render.render(JULIA, tmp_path)
    assert len(counted) == 1 and (tmp_path / "film.mp4").read_bytes() == before


def test_donors_are_found_in_time_in_proportion_to_the_layers(monkeypatch):
    """A pan, each frame of which shares columns with many before it."""
    windows = [dv.Window((i * 3 / 16, 0), 3, (16, 16)) for i in range(60)]
    layers = plan([Frame(dv.Mandelbrot(), window, 50) for window in windows], exact=True).layers
    looks, common = [], reuse._common
    monkeypatch.setattr(reuse, "_common", lambda *pair: looks.append(pair) or common(*pair))
    assert reuse.donors(layers) == {n: n - 1 for n in range(1, 60)}
    assert len(looks) <= reuse.LOOKED_AT * 60


def test_a_layer_is_computed_while_the_one_before_is_stored(tmp_path, monkeypatch):
    """So a GPU does not wait for its times to be packed and written."""
    film = plan([JULIA.frame(i) for i in range(JULIA.frames)])
    begun, stored = [threading.Event() for _ in film.layers], []
    number = {layer.name: i for i, layer in enumerate(film.layers)}
    completed, save = reuse.completed, FolderStore.save

    def compute_one(layer, *others):
        begun[number[layer.name]].set()
        return completed(layer, *others)

    def save_one(store, layer, *others):
        assert layer is film.layers[-1] or begun[number[layer.name] + 1].wait(20)
        save(store, layer, *others)
        stored.append(layer.name)

    monkeypatch.setattr(reuse, "completed", compute_one)
    monkeypatch.setattr(FolderStore, "save", save_one)
    told = []
    cache = LayerCache(FolderStore(tmp_path), film, ["fractions"])
    cache.complete(lambda *_: Silent(0), lambda: told.append(len(cache.steps)))
    assert stored == list(number) and len(stored) > 2
    assert told == [i + 1 for i in range(len(stored))]
    assert not cache.missing


def test_times_that_cannot_be_stored_end_the_film(tmp_path, monkeypatch):
    def save(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr(FolderStore, "save", save)
    film = plan([JULIA.frame(i) for i in range(JULIA.frames)])
    with pytest.raises(OSError, match="No space left"):
        LayerCache(FolderStore(tmp_path), film, []).complete(lambda *_: Silent(0), lambda: None)
