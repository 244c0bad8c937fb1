"""zoom.py as a stranger meets it: films, errors of one line, Ctrl-C, full disks, kills."""

import json
import os
import runpy
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import imageio.v3 as iio
import pytest
from divergence.kernel import native
from divergence.scenes.scene import Scene

ROOT = Path(__file__).resolve().parent.parent
SMALL = ["--shape", "20", "24", "--frames", "9", "--steps", "12000"]


def zoom(*arguments, **how):
    command = [sys.executable, ROOT / "pysrc" / "zoom.py", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, **how)


def test_the_flags_reach_the_film(tmp_path):
    flags = ["--center", "5.3", "-0.45", "--width", "30", "--steps-per-frame", "50"]
    flags += ["--shift", "2e-3", "--frames-per-octave", "4", "--fps", "12", "--colormap", "magma"]
    ended = zoom(*SMALL, *flags, "--device", "cpu", "--out", tmp_path / "film")
    assert ended.returncode == 0, ended.stderr
    assert iio.imread(tmp_path / "film" / "zoom.mp4", plugin="FFMPEG").shape == (9, 20, 24, 3)
    assert (tmp_path / "film" / "poster.png").exists()
    scene = Scene.load(tmp_path / "film" / "scene.toml")
    first, fourth = scene.frame(0), scene.frame(4)
    assert first.window.center == (5.3, -0.45) and first.window.width == 30
    assert fourth.window.width == 15 and fourth.map.shift == 1e-3
    assert (first.max_steps, fourth.max_steps) == (12000, 12200)
    assert (scene.fps, scene.colour["colormap"]) == (12, "magma")


def test_a_scene_file_makes_the_same_film_again(tmp_path):
    assert zoom(*SMALL, "--out", tmp_path / "one").returncode == 0
    scene = tmp_path / "one" / "scene.toml"
    assert zoom("--scene", scene, "--out", tmp_path / "two").returncode == 0
    names = sorted(path.name for path in (tmp_path / "one" / "times").iterdir())
    assert names
    for name in names:
        one, two = (tmp_path / film / "times" / name for film in ("one", "two"))
        assert one.read_bytes() == two.read_bytes()


def test_a_still_is_one_picture(tmp_path):
    ended = zoom(*SMALL, "--still", "--out", tmp_path / "still.png")
    assert ended.returncode == 0, ended.stderr
    assert iio.imread(tmp_path / "still.png").shape == (20, 24, 3)
    assert [path.name for path in tmp_path.iterdir()] == ["still.png"]


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--width", "-1"], "width must be positive"),
        (["--steps", "0"], "max_steps must be"),
        (["--center", "nan", "0"], "center"),
        (["--frames", "0"], "frames must be"),
        (["--shape", "0", "5"], "shape's rows"),
        (["--device", "cuda:99"], "device"),
        (["--device", "gpu"], "device"),
        (["--fps", "0"], "fps must be positive"),
        (["--fps", "30/0"], "fps must be a number"),
        (["--fps", "60", "--format", "gif"], "fps must be from 1/600 to 50 for gif"),
        (["--span", "3", "120"], "--span's last must be from 3 to 119"),
        (["--frames-per-octave", "0"], "halve_every"),
        (["--colormap", "infernal"], "colormap"),
        (["--shift", "-1"], "shift"),
        (["--samples", "9"], "samples"),
        (["--set", "map.masses=[1,2]"], "masses"),
        (["--scene", "no-such-scene"], "no-such-scene"),
        (["--preset", "huge"], "--preset"),
        (["--still", "400"], "frame"),
        (["--frames", "1e3"], "--frames"),
        (["--width", "1e-20", "--set", "arithmetic=float64"], "too close"),
    ],
)
def test_a_bad_value_is_one_line_and_leaves_nothing(tmp_path, capsys, monkeypatch, flags, said):
    monkeypatch.setattr("sys.argv", ["zoom.py", *flags, "--out", str(tmp_path / "film")])
    with pytest.raises(SystemExit) as end:
        runpy.run_path(str(ROOT / "pysrc" / "zoom.py"), run_name="__main__")
    error = capsys.readouterr().err
    assert end.value.code == 2
    assert error.count("\n") == 1 and said in error
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_to_is_named(tmp_path):
    (tmp_path / "file").touch()
    for place in (tmp_path / "file" / "film", Path("/proc/film")):
        ended = zoom(*SMALL, "--out", place)
        assert ended.returncode == 2
        assert ended.stderr.count("\n") == 1 and str(place) in ended.stderr


def test_a_damaged_library_is_one_line(tmp_path):
    build = tmp_path / "build"
    build.mkdir()
    for path in native.BUILD.glob("lib*.cpu.*"):
        shutil.copy(path, build)
    library = build / "libthree_body.cpu.so"
    library.write_bytes(library.read_bytes()[:5000])
    environ = os.environ | {"DIVERGENCE_BUILD": str(build)}
    ended = zoom(*SMALL, "--device", "cpu", "--out", tmp_path / "film", env=environ)
    assert ended.returncode == 2 and "make" in ended.stderr
    assert ended.stderr.count("\n") == 1 and not (tmp_path / "film").exists()


def test_ctrl_c_ends_within_a_second_and_the_same_command_goes_on(tmp_path):
    command = [sys.executable, ROOT / "pysrc" / "zoom.py", "--out", tmp_path / "film", *SMALL]
    slow = [*command[:-1], "2000000"]
    with subprocess.Popen(slow, stderr=subprocess.PIPE, text=True) as process:
        while not (tmp_path / "film" / "status.json").exists():
            assert process.poll() is None
            time.sleep(0.02)
        time.sleep(0.3)
        asked = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.wait(20)
        took = time.monotonic() - asked
        said = process.stderr.read().splitlines()[-1]
    assert process.returncode == 130 and "goes on from here" in said
    assert took < 3  # a second where nothing else runs
    assert not list(tmp_path.rglob("*.part"))


def on_a_small_disk(place, kilobytes, command):
    """Runs a command with a small disk mounted at a place, for it alone."""
    script = f'mount -t tmpfs -o size={kilobytes}k none "{place}" && "$@"; s=$?; '
    script += f'find "{place}" >&2; exit $s'
    unshare = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"]
    return subprocess.run([*unshare, *map(str, command)], capture_output=True, text=True)


@pytest.mark.parametrize("kilobytes", [8, 16, 24])
def test_a_disk_that_fills_is_one_line_and_no_half_file(tmp_path, kilobytes):
    if on_a_small_disk(tmp_path, 64, ["true"]).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    noise = ["--set", "colour.law=cyclic", "--set", "colour.period=7", "--shape", "60", "60"]
    command = [sys.executable, ROOT / "pysrc" / "zoom.py", *SMALL, *noise, "--out", tmp_path / "f"]
    ended = on_a_small_disk(tmp_path, kilobytes, command)
    lines = ended.stderr.splitlines()
    said = [line for line in lines if line.startswith("zoom.py: ")]
    assert ended.returncode == 2 and len(said) == 1 and "No space left" in said[0], ended.stderr
    assert "Traceback" not in ended.stderr and ".part" not in ended.stderr
    # What is there under its own name is whole; nothing else may be left.
    assert not [line for line in lines if "/." in line and not line.endswith("/.lock")]


@pytest.mark.parametrize(("kind", "kills"), [("zoom", 20), ("figure", 10)])
def test_many_kills_lose_no_tile_and_no_picture_and_change_no_byte(tmp_path, kind, kills):
    """Kills a real render at random moments and continues it."""
    driver = [sys.executable, ROOT / "tests" / "killed_render.py", tmp_path, kills, kind]
    ended = subprocess.run(list(map(str, driver)), capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    outcome = json.loads(ended.stdout)
    assert outcome["kills"] == kills
    assert outcome["computed_again"] == []
    undisturbed, *others = outcome["digests"]
    assert others and all(other == undisturbed for other in others)
