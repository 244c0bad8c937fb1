"""A film's folder: it can be gone on with, is never half written, and holds exact times."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import divergence as dv
import imageio.v3 as iio
import numpy as np
import pytest
from divergence.colour import to_srgb
from divergence.errors import StoreError, VideoError
from divergence.film import encoder, export, octaves, render, reuse, still, tiles
from divergence.film.plan import plan
from divergence.kernel import compute
from divergence.scenes.scene import Scene
from PIL import Image
from tqdm import tqdm

ZOOM = Scene.load("three-body-zoom").with_values(
    {"window.shape": (24, 32), "max_steps": 15_000, "changes.max_steps": {"add": 200}, "frames": 21}
)


def silent(total, what, unit=""):
    return tqdm(total=total, disable=True)


def render_film(scene, path, **how):
    return render.render(scene, path, bar=silent, **how)


def raw(folder):
    """The bytes of every file of raw times."""
    return {path.name: path.read_bytes() for path in sorted((folder / "times").iterdir())}


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    path = tmp_path_factory.mktemp("finished") / "zoom"
    render_film(ZOOM, path)
    return path


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


def test_a_folder_holds_film_poster_times_scene_status_and_report(finished):
    frames = iio.imread(finished / "film.mp4", plugin="FFMPEG")
    assert frames.shape == (21, 24, 32, 3)
    assert all(np.any(one != other) for one, other in zip(frames, frames[1:], strict=False))
    poster = np.asarray(Image.open(finished / "poster.png"))
    assert abs(poster.astype(int) - frames[10]).mean() < 6
    assert json.loads((finished / "status.json").read_text())["state"] == "complete"
    assert not [path for path in finished.rglob("*") if path.suffix == ".part"]


def test_the_stored_times_are_those_of_the_kernel(finished):
    planned = plan([ZOOM.frame(i) for i in range(21)])
    for layer in planned.layers:
        with np.load(finished / "times" / f"{layer.name}.npz") as stored:
            x, y = layer.patch.coordinates()
            expected = dv.times_at(layer.map, x, y, layer.max_steps)
            assert np.array_equal(stored["times"], expected)


def test_the_report_says_what_was_computed_and_what_frame_by_frame_costs(finished):
    report = json.loads((finished / "report.json").read_text())
    stored = [np.load(path)["times"].sum(dtype=int) for path in (finished / "times").iterdir()]
    assert report["pixel_steps_computed"] == sum(stored)
    frames = [ZOOM.frame(i) for i in range(21)]
    exact = sum(dv.times(f.map, f.window, f.max_steps).sum(dtype=int) for f in frames)
    assert report["pixel_steps_frame_by_frame"] == pytest.approx(exact, rel=0.01)
    assert report["ratio"] == pytest.approx(exact / sum(stored), rel=0.01)
    assert report["device"] and report["seconds"] > 0


def test_the_scene_file_makes_the_same_film_byte_for_byte(finished, tmp_path):
    render_film(Scene.load(finished / "scene.toml"), tmp_path / "again")
    assert raw(tmp_path / "again") == raw(finished)
    for name in ("film.mp4", "poster.png", "scene.toml"):
        assert (tmp_path / "again" / name).read_bytes() == (finished / name).read_bytes()


def test_exact_frames_are_the_frames(tmp_path):
    scene = ZOOM.with_values({"frames": 4, "film.exact": True})
    render_film(scene, tmp_path / "film")
    for i in range(4):
        frame = scene.frame(i)
        with np.load(tmp_path / "film" / "times" / f"frame-{i:05d}.npz") as stored:
            times = stored["times"].reshape(frame.window.shape)
        assert np.array_equal(times, dv.times(frame.map, frame.window, frame.max_steps))


def test_a_finished_film_is_left_alone(finished, counted):
    before = (finished / "film.mp4").stat()
    report = render_film(ZOOM, finished)
    assert counted == []
    assert (finished / "film.mp4").stat().st_mtime_ns == before.st_mtime_ns
    assert report.items() >= json.loads((finished / "report.json").read_text()).items()


@pytest.mark.parametrize(
    "path, value",
    [
        ("max_steps", 15_001),
        ("map.shift", np.nextafter(1e-3, 1)),
        ("window.center", (5.30031, -0.4)),
        ("frames", 20),
        ("film.exact", True),
    ],
)
def test_another_scene_is_refused_and_the_difference_named(finished, path, value):
    before = raw(finished)
    with pytest.raises(StoreError, match=path.replace(".", r"\.")):
        render_film(ZOOM.with_values({path: value}), finished)
    assert raw(finished) == before


@pytest.mark.parametrize(
    "damage",
    [
        '{"seconds": null}',
        '{"seconds": "long"}',
        '{"seconds": NaN}',
        "[" * 100_000,
        "[]",
        "\xff",
        '{"frames": 21}',
        "{",
    ],
)
def test_a_damaged_status_or_report_stops_nothing(finished, tmp_path, damage, counted):
    path = shutil.copytree(finished, tmp_path / "copy")
    for name in (render.STATUS, render.REPORT):
        (path / name).write_bytes(damage.encode("latin-1"))
    report = render_film(ZOOM, path)
    assert 0 <= report["seconds"] < 60 and report["frames"] == 21
    assert render.summary(report).startswith(str(path))
    assert counted == [] and raw(path) == raw(finished)


def test_recolouring_needs_no_kernel_and_leaves_the_times(finished, tmp_path, counted):
    path = shutil.copytree(finished, tmp_path / "copy")
    other = ZOOM.with_values({"colour.colormap": "viridis", "film.format": "gif"})
    with pytest.raises(StoreError, match=r"viridis.*recolour=True"):
        render_film(other, path)
    render_film(other, path, recolour=True)
    assert counted == [] and raw(path) == raw(finished)
    with Image.open(path / "film.gif") as gif:
        assert gif.n_frames == 21
    assert Scene.load(path / "scene.toml").colour["colormap"] == "viridis"


def test_a_second_process_is_told_and_leaves_the_folder_alone(finished):
    code = (
        "import sys; sys.path[:0] = sys.argv[2:]; from divergence.film.folder import Folder\n"
        "with Folder(sys.argv[1]): print('in', flush=True); input()"
    )
    command = [sys.executable, "-c", code, finished, Path(render.__file__).parents[2]]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as first:
        assert first.stdout.readline() == "in\n"
        with pytest.raises(StoreError, match=rf"process {first.pid} is at work"):
            render_film(ZOOM, finished)
        first.send_signal(signal.SIGKILL)
    render_film(ZOOM, finished)  # a killed process keeps no lock


def test_damaged_and_foreign_times_are_computed_again(finished, tmp_path, counted):
    path = shutil.copytree(finished, tmp_path / "copy")
    names = sorted(raw(finished))
    (path / "times" / names[0]).write_bytes(raw(finished)[names[0]][:-100])
    (path / "times" / names[2]).write_bytes(raw(finished)[names[1]])
    (path / "times" / names[3]).unlink()
    render_film(ZOOM, path)
    assert len(counted) == 3 and raw(path) == raw(finished)


def test_a_long_layer_is_stored_tile_by_tile(finished, tmp_path, monkeypatch, counted):
    monkeypatch.setattr(tiles, "TILE_STEPS", {"cpu": 1e6, "cuda": 1e6})
    monkeypatch.setattr(tiles, "TILE_LEAST", 50)
    with monkeypatch.context() as failing:
        recording = octaves.outcome_of

        def outcome_of(*arguments, **how):
            if len(counted) == 9:
                raise KeyboardInterrupt
            return recording(*arguments, **how)

        failing.setattr(octaves, "outcome_of", outcome_of)
        with pytest.raises(KeyboardInterrupt, match="same call"):
            render_film(ZOOM, tmp_path / "film")
    assert any(name.count(".") == 2 for name in raw(tmp_path / "film"))
    render_film(ZOOM, tmp_path / "film")
    total = plan([ZOOM.frame(i) for i in range(21)]).points
    assert sum(counted) == total and max(counted) <= 66
    assert raw(tmp_path / "film") == raw(finished)


def test_nothing_is_computed_before_the_encoder_works(tmp_path, monkeypatch, counted):
    monkeypatch.setattr(encoder, "_ffmpeg", lambda: os.devnull)
    with pytest.raises(VideoError, match="cannot be started"):
        render_film(ZOOM, tmp_path / "film")
    assert counted == [] and not (tmp_path / "film").exists()


def test_an_encoder_that_dies_leaves_the_times_and_the_film_can_be_finished(
    finished, tmp_path, monkeypatch, counted
):
    path = shutil.copytree(finished, tmp_path / "copy")
    (path / "film.mp4").unlink()
    original = encoder.FilmWriter.write

    def write(self, rgb):
        original(self, rgb)
        if self.frames == 5 and self.path.name == "film.mp4":
            self._encoder.kill()
            self._encoder.wait()

    with monkeypatch.context() as dying:
        dying.setattr(encoder.FilmWriter, "write", write)
        with pytest.raises(VideoError, match=r"film\.mp4"):
            render_film(ZOOM, path)
    assert not (path / "film.mp4").exists()
    render_film(ZOOM, path)
    assert counted == []
    assert (path / "film.mp4").read_bytes() == (finished / "film.mp4").read_bytes()


def test_equalised_and_fixed_colours_hold_still_where_the_scene_does(tmp_path):
    for law in ("linear", "equalised"):
        scene = ZOOM.with_values({"changes": {}, "frames": 3, "colour.law": law})
        render_film(scene, tmp_path / law)
        frames = iio.imread(tmp_path / law / "film.mp4", plugin="FFMPEG")
        assert abs(frames[0].astype(int) - frames[2]).max() <= 2
        assert len(raw(tmp_path / law)) == 1


def test_the_lock_is_the_kernels_own(tmp_path):
    """flock, which ends with the process however it ends; not the file, which stays."""
    (tmp_path / "film").mkdir()
    (tmp_path / "film" / ".lock").write_text("12345\n")
    render_film(ZOOM.with_values({"frames": 2}), tmp_path / "film")
    with open(tmp_path / "film" / ".lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


@pytest.mark.parametrize("format", ["npy", "png", "tiff"])
def test_raw_times_can_be_taken_elsewhere_with_their_scene(tmp_path, format):
    scene = ZOOM.with_values({"frames": 3, "film.exact": True, "max_steps": 150_000})
    render_film(scene, tmp_path / "film")
    export.export_times(tmp_path / "film", format, bar=silent)
    frame = scene.frame(2)
    times = dv.times(frame.map, frame.window, frame.max_steps)
    path = tmp_path / "film" / "raw" / f"frame-00002.{format}"
    if format == "npy":
        assert np.array_equal(np.load(path), times)
        return
    with Image.open(path) as image:
        pixels = np.asarray(image)[::-1]
        text = image.text["Scene"] if format == "png" else image.tag_v2[270]
        unit = int(image.text["Steps per unit"]) if format == "png" else 1
    assert unit == (3 if format == "png" else 1)
    assert np.array_equal(pixels, times // unit)
    assert Scene.loads(text, "inside", "inside").frame(0) == frame


def test_raw_times_of_a_zoom_are_those_of_the_nearest_samples(tmp_path):
    scene = Scene.load("julia-zoom").with_values({"window.shape": (24, 32), "frames": 21})
    render_film(scene, tmp_path)
    raw_times = export.export_times(tmp_path, "npy", bar=silent)
    for i, alike in ((20, 1), (0, 0.9)):  # the last keyframe is a frame
        frame = scene.frame(i)
        times = dv.times(frame.map, frame.window, frame.max_steps)
        exported = np.load(raw_times / f"frame-{i:05d}.npy")
        assert np.mean((exported < frame.max_steps) == (times < frame.max_steps)) >= alike
        assert alike < 1 or np.array_equal(exported, times)


def test_a_recolouring_that_was_killed_is_taken_up_again(finished, tmp_path, monkeypatch):
    path = shutil.copytree(finished, tmp_path / "copy")
    other = ZOOM.with_values({"colour.colormap": "viridis"})

    def killed(*_):
        raise SystemExit("as if killed")

    with monkeypatch.context() as dying, pytest.raises(SystemExit):
        dying.setattr(encoder.FilmWriter, "finish", killed)
        dying.setattr(encoder, "check", lambda *_: None)
        render_film(other, path, recolour=True)
    assert (path / "film.mp4").read_bytes() == (finished / "film.mp4").read_bytes()
    render_film(other, path)
    assert (path / "film.mp4").read_bytes() != (finished / "film.mp4").read_bytes()


@pytest.mark.parametrize(
    ("name", "values", "least"),
    [
        ("julia-zoom", {}, 0.9),
        ("henon-pinwheel", {}, 0.9),
        ("three-body-zoom", {"max_steps": 12_000, "changes.max_steps": {"add": 200}}, 0.95),
    ],
)
def test_a_film_of_rings_is_like_the_frames_it_stands_for(tmp_path, name, values, least):
    """Against frames computed for themselves, with 2x2 samples a pixel."""
    values = values | {"window.shape": (48, 48), "frames": 31, "film.format": "png"}
    scene = Scene.load(name).with_values(values)
    report = render_film(scene, tmp_path)
    assert report["keyframes"] and report["ratio"] > 5
    for i in (0, 15):
        truth = still.draw(scene.with_values({"film.samples": 2}), i)
        shown = iio.imread(tmp_path / "frames" / f"{i:05d}.png")
        assert dv.ssim(shown, truth) > least


def test_samples_are_averaged_in_films_of_rings_and_of_frames(tmp_path):
    likeness = []
    for exact in (False, True):
        values = {"window.shape": (40, 40), "frames": 9, "film.samples": 2, "film.format": "png"}
        scene = Scene.load("julia-zoom").with_values(values | {"film.exact": exact})
        render_film(scene, tmp_path / str(exact))
        likeness.append(iio.imread(tmp_path / str(exact) / "frames" / "00008.png"))
    assert dv.ssim(*likeness) > 0.97
    assert np.array_equal(likeness[1], still.draw(scene, 8))


@pytest.mark.parametrize("width", ["0.12345678901234567890123", "0.5"])
def test_a_width_with_more_digits_than_a_float_makes_the_same_film(width, tmp_path):
    scene = Scene.load("julia-zoom").with_values({"frames": 4, "window.shape": (16, 16)})
    exact = scene.with_values({"window.width": width})
    rounded = scene.with_values({"window.width": float(width)})
    for i, each in enumerate([exact, rounded]):
        render.render(each, tmp_path / str(i))
    posters = [np.asarray(Image.open(tmp_path / str(i) / "poster.png")) for i in range(2)]
    assert np.mean(posters[0] != posters[1]) < 0.01


def test_openexr_has_the_times_the_light_and_the_scene(tmp_path):
    OpenEXR = pytest.importorskip("OpenEXR", reason="pip install 'divergence[exr]'")  # noqa: N806
    scene = Scene.load("mandelbrot").with_values({"window.shape": (20, 30)})
    still.make(scene, tmp_path / "one.exr")
    render.render(scene.with_values({"frames": 2}), tmp_path / "film")
    exported = export.export_times(tmp_path / "film", "exr") / "frame-00001.exr"
    for path in (tmp_path / "one.exr", exported):
        with OpenEXR.File(str(path), separate_channels=True) as file:
            pixels = {name: channel.pixels for name, channel in file.channels().items()}
            carried = Scene.loads(file.header()["scene"], "mandelbrot", "the header")
        assert np.array_equal(pixels["times"][::-1], still.times(scene))
        light = np.dstack([pixels[name] for name in "RGB"])
        assert np.array_equal(to_srgb(light), still.draw(scene))
        assert carried == scene
