"""Compiles the C++ drivers beside this file: pieces of the kernels, over arrays."""

import os
import subprocess
from pathlib import Path

from divergence.kernel import native

HERE = Path(__file__).resolve().parent
COMPILE = ["g++", "-std=c++17", "-O2", "-ffp-contract=off", "-fno-math-errno"]
COMPILE += ["-fPIC", "-shared", "-Wall", "-Wextra"]


def start_compiling(source: str, library: Path, *flags: str) -> subprocess.Popen:
    """With the sanitizers, too, that the libraries under test were compiled with."""
    _, command, *_ = (native.BUILD / "cpu.recipe").read_text().splitlines()
    sanitizers = [flag for flag in command.split() if "sanitize" in flag]
    environment = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
    command = [*COMPILE, *sanitizers, *flags, HERE / source, "-o", library]
    return subprocess.Popen(command, env=environment)


def compiled(source: str, library: Path, *flags: str) -> Path:
    assert start_compiling(source, library, *flags).wait() == 0
    return library
