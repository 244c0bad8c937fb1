"""What surrounds a command, its terminal, its environment, its folder, changes no result of it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from divergence.command import parser

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


@pytest.mark.parametrize(
    "redirection", ["2>&1 | head -c 1", "2>&1 | true", "2>&-", ">&-", "<&- >&- 2>&-", "2>/dev/full"]
)
def test_a_picture_is_whole_whatever_becomes_of_the_progress(tmp_path, redirection):
    whole = shell("", [*SMALL, tmp_path / "whole.png"])
    ended = shell(redirection, [*SMALL, tmp_path / "a.png"])
    assert (whole.returncode, ended.returncode) == (0, 0), ended.stderr
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "whole.png").read_bytes()
    assert "Traceback" not in ended.stderr and "Exception" not in ended.stderr


@pytest.mark.parametrize("redirection", ["| head -n 1", ">&-", "2>&-"])
def test_a_list_that_nobody_reads_to_its_end_is_no_error(redirection):
    ended = shell(redirection, [*RENDER, "--list", "henon"])
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_list_that_is_lost_is_an_error():
    ended = shell(">/dev/full", [*RENDER, "--list", "henon"])
    assert ended.returncode == 2
    assert ended.stderr == "render.py: No space left on device\n"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_what_a_terminal_cannot_show_is_replaced(tmp_path, encoding):
    path = tmp_path / "“α−β”.png"
    ended = shell("", [*SMALL, path], PYTHONIOENCODING=encoding)
    assert ended.returncode == 0, ended.stderr
    assert path.exists() and ended.stdout.startswith(str(tmp_path))


@pytest.mark.parametrize("environ", [{}, {"PYTHONSAFEPATH": "1"}, {"PYTHONWARNINGS": "error"}])
@pytest.mark.parametrize("flags", [["-P"], ["-I"], ["-OO"]])
def test_scripts_find_their_package_however_python_is_started(flags, environ):
    command = [sys.executable, *flags, PYSRC / "render.py", "--list", "henon-basin"]
    ended = shell("", command, **environ)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("name", ["MPLBACKEND", "matplotlibrc"])
def test_pictures_take_nothing_from_matplotlibs_settings(tmp_path, name):
    """A picture of times in a colormap that is computed, and one that Matplotlib draws."""
    pictures = {}
    for settings in ("plain", "odd"):
        folder = tmp_path / settings
        folder.mkdir()
        environ = {}
        if settings == "odd" and name == "MPLBACKEND":
            environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
        elif settings == "odd":
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
    from divergence.command import main

    scene = [] if command == "zoom" else ["scene"]
    flags = ["--center", number, number, "--width", number]
    read = main.script_parser(command).parse_args([*scene, *flags])
    assert read.center == [float(number)] * 2 and read.width == float(number)


def test_a_place_in_many_digits_keeps_them():
    text = "-0.74797000000000000001"
    assert str(parser.exact(text)) == text


def test_every_float_flag_takes_a_negative_exponent():
    from divergence.command import main

    whole = main.parser()
    parts = next(a for a in whole._actions if a.dest == "command").choices
    seen = 0
    for part in parts.values():
        for action in part._actions:
            if action.option_strings and action.type in (float, parser.exact):
                count = action.nargs or 1
                read = part._parse_known_args  # the parser's own way, without required arguments
                assert read
                needed = ["x" for a in part._actions if not a.option_strings and a.nargs != "?"]
                flags = [action.option_strings[0], *["-1e-3"] * count]
                read = part.parse_args([*needed, *flags])
                assert np_flat(getattr(read, action.dest)) == [-1e-3] * count
                seen += 1
    assert seen > 10


def np_flat(value):
    return value if isinstance(value, list) else [value]


def test_json_is_a_line_an_event(tmp_path):
    ended = shell("", [*SMALL, tmp_path / "a.png", "--json"])
    assert (ended.returncode, ended.stderr) == (0, "")
    events = [json.loads(line) for line in ended.stdout.splitlines()]
    assert {e["event"] for e in events[:-1]} == {"progress"} and events[0]["unit"] == "px"
    assert events[-1] == {"event": "result", "picture": str(tmp_path / "a.png")}
    failed = shell("", [*SMALL, tmp_path / "a.jpg", "--json"])
    error = json.loads(failed.stdout.splitlines()[-1])
    assert failed.returncode == error["status"] == 2 and error["event"] == "error"
    assert failed.stderr == f"render.py: {error['message']}\n"


def test_quiet_says_only_the_result(tmp_path):
    ended = shell("", [*SMALL, tmp_path / "a.png", "-q"])
    assert (ended.stdout, ended.stderr) == (f"{tmp_path / 'a.png'}\n", "")
