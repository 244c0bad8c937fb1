"""The build, tried on a family of a few lines in a copy of the tree."""

import ast
import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

pytestmark = pytest.mark.build
ROOT = Path(__file__).resolve().parent.parent

TINY_H = "#pragma once\ninline int answer() { return 42; }\n"
TINY_CU = """
#include "tiny.h"
#define EXPORT extern "C" __attribute__((visibility("default")))
EXPORT int divergence_tiny() { return answer(); }
EXPORT const char* divergence_files() { return SOURCE_FILES; }
EXPORT const char* divergence_digest() { return SOURCE_DIGEST; }
"""


@pytest.fixture
def tree(tmp_path):
    """A project of one tiny family, in a folder whose name has a space."""
    root = tmp_path / "a tree"
    (root / "cuda").mkdir(parents=True)
    (root / "pysrc").mkdir()
    (root / "cuda" / "tiny.h").write_text(TINY_H)
    (root / "cuda" / "tiny.cu").write_text(TINY_CU)
    for name in ("Makefile", "build.sh", "requirements.txt", "pysrc/environment.py"):
        shutil.copy(ROOT / name, root / name)
    (root / "pysrc" / "script.py").write_text(
        "import environment\n\nenvironment.enter()\n\n"
        "import sys\n\nprint(sys.prefix, *sys.argv[1:], sep='|')\nsys.exit(7)\n"
    )
    return root


@pytest.fixture(scope="module")
def no_compilers(tmp_path_factory):
    """A PATH of everything that this machine has, except its compilers."""
    folder = tmp_path_factory.mktemp("bin")
    for directory in reversed(os.environ["PATH"].split(os.pathsep)):
        for program in Path(directory).glob("*"):
            link = folder / program.name
            link.unlink(missing_ok=True)
            if program.name != "nvcc" and "++" not in program.name:
                link.symlink_to(program)
    return {"PATH": str(folder), "NVCC": "nvcc"}


def run(*command, **environ):
    """Run a command as a user would, not as a child of the `make test` we may be."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "CXX", "NVCC"))}
    return subprocess.run(command, env=inherited | environ, capture_output=True, text=True)


def build(tree, *arguments, **environ):
    return run(tree / "build.sh", *(arguments or ["cpu"]), **environ)


def identity(path):
    status = path.stat()
    return status.st_ino, status.st_mtime_ns


def library(tree):
    return tree / "build" / "libtiny.cpu.so"


def test_a_library_knows_its_sources(tree):
    assert build(tree).returncode == 0
    loaded = ctypes.CDLL(str(library(tree)))
    loaded.divergence_files.restype = loaded.divergence_digest.restype = ctypes.c_char_p
    assert loaded.divergence_tiny() == 42
    assert loaded.divergence_files() == b"tiny.cu tiny.h"
    named = f"tiny.cu\n{TINY_CU}tiny.h\n{TINY_H}"
    assert loaded.divergence_digest().decode() == hashlib.sha256(named.encode()).hexdigest()


def test_a_second_build_does_nothing(tree):
    build(tree)
    before = identity(library(tree))
    (tree / "cuda" / "tiny.h").touch()
    second = build(tree)
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert identity(library(tree)) == before


def test_changed_bytes_or_flags_build_again(tree):
    build(tree)
    first = identity(library(tree))
    (tree / "cuda" / "tiny.h").write_text(TINY_H.replace("42", "43"))
    build(tree)
    second = identity(library(tree))
    build(tree, "cpu", "--variant", "scalar", "--out", "build", "tiny")
    assert len({first, second, identity(library(tree))}) == 3


def test_variants_have_folders_of_their_own(tree):
    assert build(tree, "cpu", "--variant", "scalar").returncode == 0
    assert build(tree, "cpu", "--out", tree / "else where", "tiny").returncode == 0
    assert (tree / "build" / "scalar" / "libtiny.cpu.so").exists()
    assert (tree / "else where" / "libtiny.cpu.so").exists()
    assert not library(tree).exists()


def test_a_failed_build_leaves_no_library(tree):
    build(tree)
    (tree / "cuda" / "tiny.h").write_text("#error broken\n")
    assert build(tree).returncode == 1
    assert sorted(p.name for p in (tree / "build").iterdir()) == ["cpu.recipe", "exports"]


@pytest.mark.parametrize("backend", ["cpu", "cuda"])
def test_a_missing_compiler_is_one_line(tree, no_compilers, backend):
    failed = build(tree, backend, **no_compilers)
    assert failed.returncode == 2
    assert "install" in failed.stderr
    assert len(failed.stderr.splitlines()) == 1


@pytest.mark.parametrize("arguments", ["gpu", "cpu --variant none", "cpu --out", "cpu --fast"])
def test_a_wrong_command_line_is_one_line(tree, arguments):
    failed = build(tree, *arguments.split())
    assert failed.returncode == 2
    assert len(failed.stderr.splitlines()) == 1


def test_make_without_a_compiler_is_one_line(tree, no_compilers):
    failed = run("make", "-C", tree, "--no-print-directory", **no_compilers)
    assert failed.returncode == 2
    assert "install g++" in failed.stderr
    assert len((failed.stdout + failed.stderr).splitlines()) == 1
    assert not (tree / ".venv").exists()


def test_an_interrupted_environment_is_not_taken_for_whole(tree):
    """A Python that makes environments whose pip fails, as if the network went away."""
    fake = tree.parent / "python"
    fake.write_text(
        f'#!/bin/sh\n[ $1 = -c ] && echo "$0" && exit\n'
        f"mkdir -p .venv/bin && ln -s {shutil.which('false')} .venv/bin/python\n"
    )
    fake.chmod(0o755)
    for _ in range(2):
        failed = run("make", "-C", tree, f"PYTHON={fake}")
        assert failed.returncode == 2
        assert "installing" in failed.stdout
        assert not (tree / ".venv" / "complete").exists()


def script(tree, *arguments):
    return run(sys.executable, tree / "pysrc" / "script.py", *arguments)


def test_a_script_without_its_environment_is_one_line(tree):
    failed = script(tree)
    assert failed.returncode == 2
    assert failed.stderr.startswith("run 'make' first")
    assert len(failed.stderr.splitlines()) == 1


def test_a_script_enters_its_environment(tree):
    venv.create(tree / ".venv", symlinks=True)
    (tree / ".venv" / "complete").touch()
    entered = script(tree, "--center", "a b")
    assert entered.returncode == 7
    assert entered.stdout == f"{tree / '.venv'}|--center|a b\n"


@pytest.mark.parametrize("broken", ["python is gone", "python is another"])
def test_a_broken_environment_does_not_loop(tree, broken):
    (tree / ".venv" / "bin").mkdir(parents=True)
    (tree / ".venv" / "complete").touch()
    if broken == "python is another":
        (tree / ".venv" / "bin" / "python").symlink_to(Path(sys._base_executable).resolve())
    failed = script(tree)
    assert failed.returncode == 2
    assert "make clean" in failed.stderr
    assert len(failed.stderr.splitlines()) == 1


@pytest.mark.parametrize("path", sorted((ROOT / "pysrc").glob("*.py")), ids=lambda p: p.name)
def test_scripts_parse_on_old_pythons(path):
    """They must get as far as environment.enter() on whatever Python the user typed."""
    ast.parse(path.read_text(), feature_version=(3, 6))
