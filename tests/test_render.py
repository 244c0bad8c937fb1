"""render.py from the command line."""

import signal
import subprocess
import sys
from pathlib import Path

import divergence as dv
import numpy as np
import pytest
from divergence.command import main
from divergence.scenes.scene import Scene, names
from PIL import Image

PYSRC = Path(__file__).resolve().parents[1] / "pysrc"
SMALL = ["henon-basin", "--shape", "20", "30"]


def render(*arguments):
    return subprocess.run(
        [sys.executable, PYSRC / "render.py", *map(str, arguments)], capture_output=True, text=True
    )


def test_the_list_names_every_scene():
    listing = render("--list").stdout
    listed = [line.split()[0] for line in listing.splitlines() if line.startswith("    ")]
    assert sorted(listed) == names()


def test_a_still_holds_its_scene(tmp_path):
    path = tmp_path / "new" / "a.png"
    rendered = render(*SMALL, "--out", path, "--set", "map.a=1.3")
    assert (rendered.returncode, rendered.stdout) == (0, f"{path}\n")
    with Image.open(path) as image:
        assert image.size == (30, 20)
        scene = Scene.loads(image.text["Scene"], "inside", "inside")
    assert scene.map["a"] == 1.3


def test_a_file_of_ones_own_draws_the_same_as_the_named_scene(tmp_path):
    mine = tmp_path / "mine.toml"
    mine.write_text(Scene.load("henon-basin").dumps())
    for scene, out in (("henon-basin", "a.png"), (mine, "b.png")):
        assert render(scene, *SMALL[1:], "--out", tmp_path / out).returncode == 0
    with Image.open(tmp_path / "a.png") as a, Image.open(tmp_path / "b.png") as b:
        assert np.array_equal(np.asarray(a), np.asarray(b))


def test_the_times_of_a_still_are_an_array(tmp_path):
    path = tmp_path / "times.npy"
    assert render(*SMALL, "--out", path).stdout == f"{path}\n"
    frame = Scene.load("henon-basin").with_values({"window.shape": (20, 30)}).frame(0)
    assert np.array_equal(np.load(path), dv.times(frame.map, frame.window, frame.max_steps))


def test_a_picture_opens_the_scene_that_it_carries(tmp_path):
    first, second = tmp_path / "first.png", tmp_path / "second.png"
    assert render(*SMALL, "--set", "map.a=1.3", "--out", first).returncode == 0
    assert render(first, "--out", second).returncode == 0
    assert second.read_bytes() == first.read_bytes()
    wider = tmp_path / "wider.png"
    assert render(first, "--shape", "40", "60", "--out", wider).returncode == 0
    with Image.open(wider) as image:
        assert image.size == (60, 40)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "which scene? --list names them; or --map TEXT"),
        (("--list", "henom"), "no scene has 'henom' in its name, title or group"),
        (("henon-basim",), "no scene 'henon-basim'; did you mean 'henon-basin'?"),
        (("none.toml",), "none.toml: No such file or directory"),
        ((*SMALL, "--set", "map.aa=1"), "map: no key 'aa'; did you mean 'a'?"),
        ((*SMALL, "--set", "colour.colormap=infern"), "infern"),
        ((*SMALL, "--device", "gpu"), "device must be"),
        (
            (*SMALL, "--out", "a.jpeg"),
            "--out must end in .png for a picture, .npy for its times, or .exr for both",
        ),
        (("blank.png",), "blank.png: this picture carries no scene"),
        (("cut.png",), "cut.png: "),
        (("cantor", *SMALL[1:], "--out", "a.npy"), "has no times"),
        (("henon-basin-sweep", "--frame", "250"), "frame must be from 0 to 249"),
        ((*SMALL, "--out", "/dev/null/a.png"), "render.py: /dev/null: "),
    ],
)
def test_a_mistake_is_one_line(arguments, told, monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    Image.new("RGB", (2, 2)).save("blank.png")
    (tmp_path / "cut.png").write_bytes((tmp_path / "blank.png").read_bytes()[:20])
    monkeypatch.setattr("sys.argv", ["render.py", *arguments])
    with pytest.raises(SystemExit) as end:
        main.script("render")
    assert end.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("render.py: ") and told in line


def test_ctrl_c_is_one_line_and_leaves_nothing(tmp_path):
    command = [PYSRC / "render.py", "three-body-plane", "--shape", "2000", "2000"]
    with subprocess.Popen(
        [sys.executable, *command, "--out", tmp_path / "a.png"], stderr=subprocess.PIPE, text=True
    ) as rendering:
        rendering.stderr.readline()  # the progress bar: it has begun
        rendering.send_signal(signal.SIGINT)
        said = rendering.stderr.read()
    assert rendering.returncode == 130
    assert said.splitlines()[-1] == "render.py: interrupted" and "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_a_film_is_a_folder_that_a_second_run_finds_finished(tmp_path):
    film = ["henon-basin-sweep", "--shape", "20", "30", "--set", "frames=5", "--out", tmp_path]
    rendered = render(*film)
    assert rendered.returncode == 0, rendered.stderr
    assert (tmp_path / "film.mp4").exists()
    assert Scene.load(tmp_path / "scene.toml").frames == 5
    before = (tmp_path / "film.mp4").stat().st_mtime_ns
    assert render(*film).returncode == 0
    assert (tmp_path / "film.mp4").stat().st_mtime_ns == before
