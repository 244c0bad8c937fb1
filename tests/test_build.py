"""The build, tried on a family of a few lines in a copy of the tree."""

import ast
import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pip
import pytest
from divergence.kernel import native, runs

pytestmark = pytest.mark.build
ROOT = Path(__file__).resolve().parent.parent

TINY_H = "#pragma once\ninline int answer() { return 42; }\n"
EXPORT = 'extern "C" __attribute__((visibility("default")))'
TINY_CU = f'#include "tiny.h"\n{EXPORT} int divergence_tiny() {{ return answer(); }}\n'
BOUNDARY_CU = f'#include "boundary.h"\n{EXPORT} int divergence_common() {{ return 7; }}\n'


@pytest.fixture
def tree(tmp_path):
    """A project of one tiny family, in a folder whose name has a space."""
    root = tmp_path / "a tree"
    (root / "cuda" / "tiny").mkdir(parents=True)
    (root / "pysrc").mkdir()
    (root / "cuda" / "tiny.h").write_text(TINY_H)
    (root / "cuda" / "tiny" / "tiny.cu").write_text(TINY_CU)
    (root / "cuda" / "boundary.cu").write_text(BOUNDARY_CU)
    (root / "cuda" / "boundary.h").write_text("#pragma once\n")
    for name in (
        "Makefile",
        "build.sh",
        "cuda/dispatch.h",
        "requirements.txt",
        "pysrc/environment.py",
    ):
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


def test_a_library_has_the_familys_functions_and_those_of_all(tree):
    assert build(tree).returncode == 0
    loaded = ctypes.CDLL(str(library(tree)))
    assert (loaded.divergence_tiny(), loaded.divergence_common()) == (42, 7)


def test_a_stamp_vouches_for_the_sources_and_the_library(tree):
    build(tree)
    lines = library(tree).with_suffix(".stamp").read_text().splitlines()
    noted = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    assert list(noted)[-1] == "build/libtiny.cpu.so"
    sources = ["cuda/boundary.cu", "cuda/boundary.h", "cuda/tiny.h", "cuda/tiny/tiny.cu"]
    assert [name for name in noted if name.startswith("cuda/")] == sources
    for name in (*sources, "build/libtiny.cpu.so"):
        assert noted[name] == hashlib.sha256((tree / name).read_bytes()).hexdigest()


@pytest.mark.parametrize("variant", ["native", "portable"])
def test_a_map_more_compiles_that_map_alone(tree, variant):
    build(tree, "cpu", "--variant", variant, "--out", "build")
    more = tree / "cuda" / "tiny" / "more.cu"
    more.write_text(TINY_CU.replace("divergence_tiny", "divergence_more"))
    compiled = build(tree, "cpu", "--variant", variant, "--out", "build").stdout.splitlines()
    assert compiled and all(line.endswith("/tiny/more.o") for line in compiled)
    loaded = ctypes.CDLL(str(library(tree)))
    assert (loaded.divergence_tiny(), loaded.divergence_more()) == (42, 42)
    more.unlink()
    assert build(tree, "cpu", "--variant", variant, "--out", "build").stdout == ""
    names = run("nm", "--dynamic", "--defined-only", library(tree)).stdout
    assert "divergence_tiny" in names and "divergence_more" not in names


def test_what_was_compiled_from_a_header_that_changed_meanwhile_is_not_taken_for_current(tree):
    compiler = tree / "compiler"
    compiler.write_text(
        '#!/bin/sh\ng++ "$@" || exit\n'
        'case "$*" in *c++-header*) echo "// another" >>cuda/boundary.h ;; esac\n'
    )
    compiler.chmod(0o755)
    portable = ("cpu", "--variant", "portable", "--out", "build")
    first = build(tree, *portable, CXX="./compiler")
    assert first.returncode == 1 and "cuda/boundary.h: FAILED" in first.stdout
    assert not library(tree).exists()
    assert build(tree, *portable).returncode == 0 and library(tree).exists()


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
    assert not [path for path in (tree / "build").glob("**/*tiny*") if path.is_file()]


@pytest.mark.parametrize("backend", ["cpu", "cuda"])
def test_a_missing_compiler_is_one_line(tree, no_compilers, backend):
    failed = build(tree, backend, **no_compilers)
    assert failed.returncode == 2
    assert "install" in failed.stderr
    assert len(failed.stderr.splitlines()) == 1


@pytest.mark.parametrize("flags", ["-Ofast", "-O2 -ffast-math", "-funsafe-math-optimizations"])
def test_flags_that_change_results_are_refused(tree, flags):
    failed = build(tree, CXXFLAGS=flags)
    assert failed.returncode == 2 and flags in failed.stderr
    assert len(failed.stderr.splitlines()) == 1 and not library(tree).exists()


@pytest.mark.parametrize("arguments", ["gpu", "cpu --variant none", "cpu --out", "cpu --fast"])
def test_a_wrong_command_line_is_one_line(tree, arguments):
    failed = build(tree, *arguments.split())
    assert failed.returncode == 2
    assert len(failed.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("capability", "archs", "label"),
    [
        ("9.0", "", "cuda (nvcc 13.0, sm_90)"),
        ("9.0\n8.0", "", "cuda (nvcc 13.0, sm_80 sm_90)"),
        ("13.0", "", "cuda (nvcc 13.0, sm_100, nvcc does not know 130)"),
        ("6.1", "", "cuda (nvcc 13.0, compute_75, no GPU here, nvcc does not know 61)"),
        ("No devices were found", "", "cuda (nvcc 13.0, compute_75, no GPU here)"),
        ("9.0", "75 80", "cuda (nvcc 13.0, sm_75 sm_80)"),
        ("9.0", "75 130", "nvcc does not know sm_130 in ARCHS; it knows 75 80 90 100"),
    ],
)
def test_only_what_nvcc_knows_is_compiled_for(tree, tmp_path, capability, archs, label):
    """An nvcc that compiles nothing, beside the GPUs that nvidia-smi names."""
    tools = {
        "nvidia-smi": f"printf '{capability}\\n'",
        "nvcc": "case $1 in --version) echo release 13.0 ;; "
        "--list-gpu-code) printf 'sm_100\\nsm_75\\nsm_80\\nsm_90\\nsm_90a\\n' ;; *) exit 1 ;; esac",
    }
    for name, script in tools.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    failed = build(tree, "cuda", PATH=path, NVCC="nvcc", ARCHS=archs)
    if "ARCHS" in label:
        assert failed.returncode == 2 and failed.stderr == f"{label}\n"
    else:
        assert (tree / "build" / "cuda.recipe").read_text().splitlines()[0] == label


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
        f'mkdir -p "$3/bin" && ln -s {shutil.which("false")} "$3/bin/python"\n'
    )
    fake.chmod(0o755)
    for _ in range(2):
        failed = run("make", "-C", tree, f"PYTHON={fake}")
        assert failed.returncode == 2
        assert "installing" in failed.stdout
        assert not (tree / ".venv" / "complete").exists()


def wheel(folder, name, **files):
    """A package that pip can install without a network."""
    metadata = f"{name}-1.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1-py3-none-any.whl", "w") as archive:
        for path, text in files.items():
            archive.writestr(f"{path}.py", text)
        archive.writestr(
            f"{metadata}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n"
        )
        archive.writestr(f"{metadata}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{metadata}/RECORD", "")


@pytest.fixture
def quick_python(tmp_path):
    """A Python whose virtual environments have the pip of this one, which they are made with."""
    (tmp_path / "pip").mkdir()
    (tmp_path / "pip" / "pip").symlink_to(Path(pip.__file__).parent)
    (tmp_path / "quick.py").write_text(
        "import pathlib, sys, venv\n"
        "venv.create(sys.argv[1], symlinks=True)\n"
        "(packages,) = pathlib.Path(sys.argv[1]).glob('lib/python*/site-packages')\n"
        f"(packages / 'pip.pth').write_text({str(tmp_path / 'pip')!r})\n"
        "(packages.parents[2] / 'bin' / 'tool').write_text(f'#!{sys.argv[1]}/bin/python')\n"
    )
    python = tmp_path / "python"
    python.write_text(
        f'#!/bin/sh\n[ "$1" = -c ] && echo "$0" && exit\n'
        f'exec "{sys._base_executable}" "{tmp_path / "quick.py"}" "$PWD/$3"\n'
    )
    python.chmod(0o755)
    return f"PYTHON={python}"


def test_what_cannot_be_installed_takes_nothing_away(tree, quick_python):
    """An environment, an addition, and another environment: each first without its package."""
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tree.parent)}
    wheel(tree.parent, "base", base="")
    (tree / "requirements.txt").write_text("base==1\n")
    (tree / "requirements-dev.txt").write_text("more==1\n")
    assert make(tree, quick_python, ".venv/complete", **offline).returncode == 0
    python = tree / ".venv" / "bin" / "python"
    identical = identity(tree / ".venv" / "complete")

    failed = make(tree, quick_python, ".venv/dev", **offline)
    assert failed.returncode == 2 and "could not install requirements-dev.txt" in failed.stdout
    assert identity(tree / ".venv" / "complete") == identical
    assert script(tree).returncode == 7
    wheel(tree.parent, "more", more="answer = 42")
    assert make(tree, quick_python, ".venv/dev", **offline).returncode == 0
    assert run(python, "-c", "import base, more; print(more.answer)").stdout == "42\n"

    (tree / "requirements.txt").write_text("base==1\nother==1\n")
    assert make(tree, quick_python, ".venv/complete", **offline).returncode == 2
    assert script(tree).returncode == 7
    assert run(python, "-c", "import base, more").returncode == 0
    wheel(tree.parent, "other", other="")
    assert make(tree, quick_python, ".venv/dev", **offline).returncode == 0
    assert run(python, "-c", "import base, more, other").returncode == 0
    assert (tree / ".venv" / "bin" / "tool").read_text() == f"#!{python}"
    assert not [path for path in tree.glob(".venv*") if path.name != ".venv"]


def make(tree, *arguments, **environ):
    return run("make", "-C", tree, "--no-print-directory", *arguments, **environ)


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


NO_TWINS = """
// x' = 2 x modulo 1.
#include "planar_boundary.h"
namespace divergence {
struct DoublingParameters {
    double factor;
    FIELDS(factor)
};
template <class R>
struct Doubling : DoublingParameters {
    using Parameters = DoublingParameters;
    static constexpr int packs = 1;
    HOST_DEVICE ALWAYS_INLINE Point<R> operator()(const Point<R>& p) const {
        const R x = factor * p.x;
        return {x - floor(x), p.y};
    }
};
}  // namespace divergence
EXPORT_PLANAR(doubling, Doubling)
"""


def test_a_planar_map_is_one_file_and_without_a_difference_it_has_no_twins(tree, monkeypatch):
    shutil.copytree(native.SOURCES, tree / "cuda", dirs_exist_ok=True)
    (tree / "cuda" / "toys").mkdir()
    (tree / "cuda" / "toys" / "doubling.cu").write_text(NO_TWINS)
    made = build(tree, "cpu", "toys", CXXFLAGS="-O1")
    assert (made.returncode, made.stderr) == (0, "")
    monkeypatch.setattr(native, "SOURCES", tree / "cuda")
    library = native.Library(tree / "build" / "libtoys.cpu.so")
    x, y, times = np.array([0.3]), np.array([0.0]), np.zeros(1, np.int32)

    def compute(entry, **parameters):
        system = SimpleNamespace(entry=entry, parameters=lambda: parameters)
        with runs.Run(library, system, (x, y), times, max_steps=9) as run:
            while not run.poll(1):
                pass
        return times[0]

    assert compute("doubling", factor=2.0, dt=0.0, radius=0.55) == 1  # 0.3, 0.6
    with pytest.raises(ValueError, match="doubling has no twins: its kernel has no difference"):
        compute("doubling_twins", factor=2.0, dt=0.0, shift=1e-9, critical_distance=0.1)
