"""What surrounds a command, its terminal, its environment, its folder, changes no result of it."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from divergence.command import main, parser
from divergence.film import still
from divergence.kernel import launch, schedule
from divergence.scenes.scene import Scene
from PIL import Image

PYSRC = Path(__file__).resolve().parents[1] / "pysrc"
RENDER = [sys.executable, str(PYSRC / "render.py")]
SMALL = [*RENDER, "henon-basin", "--shape", "20", "30", "--out"]


def shell(redirection, command, **environ):
    """Runs a command under bash with a redirection or a pipe behind it; the command's status."""
    script = f'set -o pipefail; "$@" {redirection}; exit ${{PIPESTATUS[0]}}'
    return subprocess.run(
        ["bash", "-c", script, "bash", *map(str, command)],
        env=os.environ | environ,
        capture_output=True,
        text=True,
        errors="replace",
    )


@pytest.mark.parametrize("redirection", ["2>&1 | true", "2>&-", "<&- >&- 2>&-", "2>/dev/full"])
def test_a_picture_is_whole_whatever_becomes_of_the_progress(tmp_path, redirection):
    ended = shell(redirection, [*SMALL, tmp_path / "a.png"])
    assert ended.returncode == 0, ended.stderr
    with Image.open(tmp_path / "a.png") as picture:
        assert np.array_equal(picture, still.draw(Scene.load("henon-basin").resized((20, 30))))
    assert "Traceback" not in ended.stderr and "Exception" not in ended.stderr


@pytest.mark.parametrize("redirection", ["| head -n 1", ">&-"])
def test_a_list_that_nobody_reads_to_its_end_is_no_error(redirection):
    ended = shell(redirection, [*RENDER, "--list", "henon"])
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_list_that_is_lost_is_an_error():
    ended = shell(">/dev/full", [*RENDER, "--list", "henon"])
    assert ended.returncode == 2
    assert ended.stderr == "render.py: No space left on device\n"


def test_what_a_terminal_cannot_show_is_replaced(tmp_path):
    path = tmp_path / "“α−β”.png"
    ended = shell("", [*SMALL, path], PYTHONIOENCODING="ascii")
    assert ended.returncode == 0, ended.stderr
    assert path.exists() and ended.stdout == f"{tmp_path}/?????.png\n"


@pytest.mark.parametrize(
    ("flags", "environ"),
    [
        (["-P"], {"PYTHONWARNINGS": "error"}),
        (["-I"], {"PYTHONPATH": "/nowhere"}),
        (["-OO"], {"PYTHONSAFEPATH": "1"}),
    ],
)
def test_scripts_find_their_package_however_python_is_started(flags, environ):
    command = [sys.executable, *flags, PYSRC / "render.py", "--list", "henon-basin"]
    ended = shell("", command, **environ)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_pictures_take_nothing_from_matplotlibs_settings(tmp_path):
    """A picture of times in a colormap that is computed, and one that Matplotlib draws."""
    pictures = {}
    for settings in ("plain", "odd"):
        folder = tmp_path / settings
        folder.mkdir()
        environ = {}
        if settings == "odd":
            environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
            environ["TQDM_MININTERVAL"] = "often"
            lines = "text.usetex: True\nimage.lut: 16\naxes.grid: True\nfont.size: 30\nno.key: 1\n"
            (folder / "matplotlibrc").write_text(f"{lines}axes.facecolor: red\nsavefig.dpi: 7\n")
        grey = ["--set", "colour.colormap=gray", "--set", "colour.law=equalised"]
        for command in (
            [*SMALL, "grey.png", *grey],
            [*RENDER, "logistic-twins", "--shape", "90", "120", "--out", "plot.png"],
            [*RENDER[:1], PYSRC / "true_map.py", "--shape", "3", "4", "--out", "three.png"],
        ):
            ended = subprocess.run(
                list(map(str, command)),
                cwd=folder,
                env=os.environ | environ,
                capture_output=True,
                text=True,
            )
            assert ended.returncode == 0, ended.stderr
            assert "matplotlibrc" not in ended.stderr
        pictures[settings] = [path.read_bytes() for path in sorted(folder.glob("*.png"))]
    assert len(pictures["odd"]) == 3 and pictures["odd"] == pictures["plain"]


@pytest.mark.parametrize("number", ["-7.5e-1", "-1e-3", "-.5", "-2.", "-1E+1", "-3"])
@pytest.mark.parametrize("command", ["zoom", "render", "recolour"])
def test_negative_numbers_are_numbers_however_they_are_written(command, number):
    scene = [] if command == "zoom" else ["scene"]
    flags = ["--center", number, number, "--width", number]
    read = main.script_parser(command).parse_args([*scene, *flags])
    assert read.center == [float(number)] * 2 and read.width == float(number)


def test_a_place_in_many_digits_keeps_them():
    text = "-0.74797000000000000001"
    assert str(parser.exact(text)) == text


def test_every_float_flag_takes_a_negative_exponent():
    whole = main.parser()
    parts = next(a for a in whole._actions if a.dest == "command").choices
    seen = 0
    for part in parts.values():
        for action in part._actions:
            if action.option_strings and action.type in (float, parser.exact):
                count = action.nargs or 1
                needed = ["x" for a in part._actions if not a.option_strings and a.nargs != "?"]
                for group in part._mutually_exclusive_groups:
                    if group.required and action not in group._group_actions:
                        needed += [group._group_actions[0].option_strings[0], "1"]
                flags = [action.option_strings[0], *["-1e-3"] * count]
                read = part.parse_args([*needed, *flags])
                assert np.atleast_1d(getattr(read, action.dest)).tolist() == [-1e-3] * count
                seen += 1
    assert seen > 10


def test_json_is_a_line_an_event(tmp_path):
    ended = shell("", [*SMALL, tmp_path / "a.png", "--json"])
    assert (ended.returncode, ended.stderr) == (0, "")
    events = [json.loads(line) for line in ended.stdout.splitlines()]
    assert {e["event"] for e in events[:-1]} == {"progress"} and events[0]["unit"]
    assert events[-1] == {"event": "result", "picture": str(tmp_path / "a.png")}
    failed = shell("", [*SMALL, tmp_path / "a.jpg", "--json"])
    error = json.loads(failed.stdout.splitlines()[-1])
    assert failed.returncode == error["status"] == 2 and error["event"] == "error"
    assert failed.stderr == f"render.py: {error['message']}\n"


def test_quiet_says_only_the_result(tmp_path):
    ended = shell("", [*SMALL, tmp_path / "a.png", "-q"])
    assert (ended.stdout, ended.stderr) == (f"{tmp_path / 'a.png'}\n", "")


def test_loading_a_scene_draws_and_computes_nothing():
    """Neither Matplotlib nor FFmpeg is loaded, nor a library of kernels. (NumPy loads ctypes.)"""
    script = """
        import sys
        from divergence.command import main
        from divergence.scenes.scene import Scene, names
        assert all(Scene.load(name).dumps() for name in names())
        main.parser()
        print(*(m for m in ("matplotlib", "imageio_ffmpeg", "imageio", "tqdm") if m in sys.modules))
        print(*(line for line in open("/proc/self/maps") if ".cpu.so" in line))
    """
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        env=os.environ | {"PYTHONPATH": str(PYSRC)},
        capture_output=True,
        text=True,
    )
    assert (ended.returncode, ended.stderr, ended.stdout.split()) == (0, "", [])


def test_the_package_knows_nothing_of_the_command_line():
    package = PYSRC / "divergence"
    for path in package.rglob("*.py"):
        if path.parent.name != "command" and path.name != "__main__.py":
            text = path.read_text()
            for word in ("command import", "argparse", "sys.argv", "tqdm"):
                assert word not in text.replace("One of tqdm's", ""), path


@pytest.mark.parametrize("flags", [["--threads", "1"], ["--no-thread-per-device"]])
def test_how_it_is_computed_is_of_no_influence(tmp_path, flags):
    ended = shell("", [*SMALL, tmp_path / "a.png", *flags, "-v"])
    assert ended.returncode == 0 and "600 points on" in ended.stderr
    with Image.open(tmp_path / "a.png") as picture:
        assert np.array_equal(picture, still.draw(Scene.load("henon-basin").resized((20, 30))))


def test_flags_of_computing_reach_what_computes(monkeypatch):
    seen = []
    monkeypatch.setattr(
        schedule, "run_tiles", lambda *tiles, **how: seen.append(how["thread_per_device"])
    )
    with launch.computing(thread_per_device=True):
        launch.over_tiles(1, 8, None, device="cpu")
        launch.over_tiles(1, 8, None, device="cpu", thread_per_device=False)
    launch.over_tiles(1, 8, None, device="cpu")
    assert seen == [True, False, None]
    with pytest.raises(ValueError, match="threads"), launch.computing(threads=-1):
        pass


def test_a_picture_with_axes_has_room_for_them(tmp_path):
    path = tmp_path / "a.png"
    assert shell("", [*SMALL, path, "--axes"]).returncode == 0
    with Image.open(path) as picture:
        assert picture.width > 300 and Scene.loads(picture.text["Scene"], "a", "a").frames == 1
    for scene, said in (("logistic-twins", "is a figure"), ("henon-pinwheel", "--still")):
        ended = shell("", [*RENDER, scene, "--axes", "--out", tmp_path / "b.png"])
        assert ended.returncode == 2 and said in ended.stderr


@pytest.mark.parametrize("name", ["three.jpg", "three", "three.tiff"])
@pytest.mark.parametrize("script", ["true_map.py --out", "gallery.py --sheet"])
def test_png_data_gets_no_other_name(tmp_path, script, name):
    script, flag = script.split()
    if name != "three.jpg" and script == "gallery.py":
        pytest.skip("the same check")
    ended = shell("", [sys.executable, PYSRC / script, flag, tmp_path / name])
    assert ended.returncode == 2 and f"{flag}" in ended.stderr and ".png" in ended.stderr
    assert ended.stderr.count("\n") == 1 and not [*tmp_path.iterdir()]
