"""Scripts end with one line and a status, whatever went wrong."""

import errno

import pytest
from divergence.command import manners, parser
from divergence.errors import DeviceError, StoreError


def ended(work, capsys, *arguments):
    flags = parser.Parser(prog="some.py")
    flags.add_argument("--size", type=int, default=3)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(SystemExit) as end:
        patch.setattr("sys.argv", ["some.py", *arguments])
        manners.run(flags, work)
    return end.value.code, capsys.readouterr().err


def failing(error):
    def work(arguments):
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "status", "line"),
    [
        (ValueError("width must be positive"), 2, "some.py: width must be positive\n"),
        (DeviceError("no GPU"), 2, "some.py: no GPU\n"),
        (
            OSError(errno.ENOSPC, "No space left on device", "a.png"),
            2,
            "some.py: a.png: No space left on device\n",
        ),
        (MemoryError(), 2, "some.py: not enough memory\n"),
        (ValueError("path must end in .png"), 2, "some.py: --out must end in .png\n"),
        (StoreError("x: recolour=True does"), 2, "some.py: x: --recolour does\n"),
        (KeyboardInterrupt(), 130, "some.py: interrupted\n"),
        (KeyboardInterrupt("say it again"), 130, "some.py: interrupted: say it again\n"),
    ],
)
def test_an_error_is_one_line_and_a_status(error, status, line, capsys):
    assert ended(failing(error), capsys) == (status, line)


def test_success_is_silent(capsys):
    assert ended(lambda arguments: None, capsys) == (0, "")


@pytest.mark.parametrize("arguments", [("--sise", "3"), ("--size", "x"), ("more",), ("--siz", "3")])
def test_a_wrong_command_line_is_one_line(arguments, capsys):
    status, line = ended(lambda arguments: None, capsys, *arguments)
    assert status == 2
    assert line.startswith("some.py: ") and line.count("\n") == 1


def test_a_programming_error_keeps_its_traceback():
    with pytest.raises(ZeroDivisionError), pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["some.py"])
        manners.run(parser.Parser(prog="some.py"), lambda arguments: 1 / 0)


def test_assignments_are_toml_values_or_texts():
    assert parser.assignments(
        [
            "map.a=0.5",
            "frames=10",
            "window.shape=[3, 4]",
            "map.f=x^5-x-1",
            "map.a=1+2i",
            "k={add=1}",
        ]
    ) == {
        "map.a": "1+2i",
        "frames": 10,
        "window.shape": [3, 4],
        "map.f": "x^5-x-1",
        "k": {"add": 1},
    }


def test_nested_brackets_are_refused():
    with pytest.raises(ValueError, match="--set k: too many brackets"):
        parser.assignments(["k=" + "[" * 5000])


@pytest.mark.parametrize("text", ["frames", "=3"])
def test_half_an_assignment_is_refused(text):
    with pytest.raises(ValueError, match="--set needs key=value"):
        parser.assignments([text])
