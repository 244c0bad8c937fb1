"""The C header and the examples: that it is true, and that they do what they say."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import c_header
import divergence as dv
import numpy as np
import pytest
from divergence.kernel import native
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
WRITE = "write it anew: .venv/bin/python tests/c_header.py >cuda/divergence.h"
STRICT = ["-Wall", "-Wextra", "-Werror", "-Icuda"]
ISO = ["-std=c99", "-pedantic", *STRICT]


def run(*command: object) -> str:
    """What a command prints, run in the project's folder; it must succeed."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_header_is_what_the_libraries_tell():
    assert (ROOT / "cuda" / "divergence.h").read_text() == c_header.header(), WRITE


@pytest.mark.parametrize("compiler", [["gcc", *ISO], ["g++", "-std=c++17", *STRICT]])
def test_the_headers_structs_are_as_large_as_the_libraries(compiler, tmp_path):
    """In C and in C++; the sizes are compared as the compiler sees them."""
    structs = re.findall(r"} (divergence_(\w+));", (ROOT / "cuda" / "divergence.h").read_text())
    checks = []
    for struct, entry in structs:
        family = next(s.family for s in c_header.bits.SYSTEMS.values() if entry.startswith(s.entry))
        size = native.struct_type(native.load(family, "cpu").text("parameters", entry)).itemsize
        checks.append(f"char {entry}_has_its_size[sizeof({struct}) == {size} ? 1 : -1];")
    source = tmp_path / ("sizes.c" if compiler[0] == "gcc" else "sizes.cpp")
    source.write_text('#include "divergence.h"\n' + "\n".join(checks) + "\n")
    run(*compiler, "-c", source, "-o", tmp_path / "sizes.o")
    assert len(checks) > 40


def basin() -> str:
    """Henon's basin as the examples print it, by way of the package."""
    x, y = np.arange(64) / 64 * 5 - 2.5, 2.5 - np.arange(24)[:, None] / 24 * 5
    times = dv.times_at(dv.Henon(), x, y, 30)
    signs = np.select([times == 30, times > 4, times > 2], ["#", "+", "."], " ")
    return "\n".join("".join(row) for row in signs) + "\n"


def test_the_c_example_draws_henons_basin(tmp_path):
    """By the very command that its comment says."""
    command = re.search(r"gcc .* -o times", (EXAMPLES / "times.c").read_text())[0]
    command = command.replace("build/", f"{native.BUILD}/").replace("$PWD/", "")
    command = command.replace("-rpath,build", f"-rpath,{native.BUILD}")
    run(*shlex.split(command)[:-1], tmp_path / "times", *ISO)
    assert run(tmp_path / "times") == basin()


def test_the_bare_ctypes_example_draws_it_too():
    script = (EXAMPLES / "times.py").read_text()
    assert (
        run(
            sys.executable, "-S", "-c", script.replace("__file__", repr(str(EXAMPLES / "times.py")))
        )
        == basin()
    )
    assert len([line for line in script.splitlines()[1:] if line]) <= 17


def test_the_plot_shows_three_roots(tmp_path):
    run(sys.executable, EXAMPLES / "plot.py", tmp_path / "newton.png")
    picture = np.asarray(Image.open(tmp_path / "newton.png").convert("RGB"))
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 50


def test_the_timing_takes_every_step_of_the_package(tmp_path):
    run(
        "gcc",
        "-O2",
        *STRICT,
        "-std=gnu99",
        EXAMPLES / "timing.c",
        "-ldl",
        "-o",
        tmp_path / "timing",
    )
    printed = run(tmp_path / "timing", native.BUILD / "libthree_body.cpu.so", "12", "3000")
    x, y = dv.Window(width=40, shape=(12, 12)).points()
    steps = int(dv.times_at(dv.ThreeBody(), x, y, 3000).sum())
    assert printed.startswith(f"144 points of three bodies, {steps} steps in ")


def test_the_timing_says_what_is_wrong(tmp_path):
    run("gcc", *STRICT, EXAMPLES / "timing.c", "-ldl", "-o", tmp_path / "timing")
    wrong = subprocess.run([tmp_path / "timing", "nothing.so"], capture_output=True, text=True)
    assert wrong.returncode == 2 and "nothing.so" in wrong.stderr
