"""The C boundary: every row resolves, and a library that does not fit is refused by name."""

import ctypes
import os
import shutil
import subprocess
import sys
import textwrap
import weakref
from pathlib import Path

import divergence as dv
import numpy as np
import pytest
from divergence import maps
from divergence.errors import DeviceError, LibraryError
from divergence.kernel import native

PYSRC = Path(native.__file__).resolve().parents[2]
FAMILIES = sorted(path.stem for path in native.SOURCES.glob("*.cu"))
BACKENDS = ["cpu"] + ["cuda"] * (native.BUILD / "libthree_body.cuda.so").exists()


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("family", FAMILIES)
def test_every_function_of_the_table_resolves(family, backend):
    library = native.load(family, backend)
    for name, result, arguments in native.FUNCTIONS:
        function = getattr(library, name)
        assert (function.restype, list(function.argtypes)) == (result, arguments)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("family", FAMILIES)
def test_a_library_exports_names_of_its_own_alone(family, backend):
    """Others would meet those of the process: libcudart calls poll(2), not a job's."""
    library = native.BUILD / f"lib{family}.{backend}.so"
    command = ["nm", "--dynamic", "--defined-only", "--format=just-symbols", library]
    names = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert len(names) > 10
    assert [name for name in names if not name.startswith("divergence_")] == []


@pytest.mark.parametrize("name", maps.ALL)
def test_every_map_belongs_to_a_family_that_is_there(name):
    assert maps.ALL[name].family in [*FAMILIES, dv.Formula.family]  # each has its own library


PLANAR = [
    name
    for name, kind in maps.ALL.items()
    if issubclass(kind, maps.planar.PlanarMap) and kind is not dv.Formula
]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", PLANAR)
def test_every_planar_map_has_orbits(name, backend):
    system = maps.ALL[name]()
    library = native.load(system.family, backend)
    library.bind_orbits(system.entry, native.structure(system.planar()))
    with pytest.raises(LibraryError, match="other parameters"):
        fresh = native.Library(system.family, backend)
        fresh.bind_orbits(system.entry, native.structure({"a": 1.0}))


def test_a_map_whose_parameters_have_another_size_is_refused():
    library = native.Library("three_body", "cpu")
    with pytest.raises(LibraryError, match="other parameters for three_body: run 'make'"):
        library.bind_map("three_body", native.structure({"gravity": 9.8}))


def test_an_unknown_map_is_refused():
    with pytest.raises(LibraryError, match="lacks a map"):
        native.Library("three_body", "cpu").bind_map("four_body", native.structure({"a": 1.0}))


def test_a_failure_in_the_library_comes_with_its_words():
    library = native.load("three_body", "cpu")
    with pytest.raises(DeviceError, match="no job has this ticket"):
        library.check(library.poll(10**9, 0.0, ctypes.byref(native.Progress())))


SLOW = maps.ALL["three-body"](shift=0)  # no point of it ever stops


@pytest.fixture
def released(monkeypatch):
    """The tickets that the library was given back, in order."""
    library, given_back = native.load("three_body", "cpu"), []
    original = library.release

    def release(ticket):
        given_back.append(ticket.value)
        return original(ticket)

    monkeypatch.setattr(library, "release", release)
    return given_back


def slow_run():
    x, times = np.zeros(64), np.zeros(64, np.int32)
    library = native.load("three_body", "cpu")
    return native.Run(library, SLOW, (x, x), times, max_steps=2**31 - 1, threads=1), times


def test_an_interrupt_right_after_a_job_was_submitted_releases_it(monkeypatch, released):
    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(native.load("three_body", "cpu"), "check", interrupted)
    with pytest.raises(KeyboardInterrupt):
        slow_run()
    assert len(released) == 1 and not native._written


def test_a_run_that_nobody_released_does_so_before_its_arrays_are_freed(released):
    run, times = slow_run()
    end = weakref.ref(times)
    del times
    assert end() is not None
    del run
    assert len(released) == 1 and end() is None


def test_an_interrupt_while_runs_are_released_frees_no_array_that_is_written_to(monkeypatch):
    runs = [slow_run()[0] for _ in range(3)]
    library, original = native.load("three_body", "cpu"), native.load("three_body", "cpu").release

    def interrupted(ticket):
        monkeypatch.setattr(library, "release", original)
        raise KeyboardInterrupt

    monkeypatch.setattr(library, "release", interrupted)
    with pytest.raises(KeyboardInterrupt):
        for run in runs:
            run.release()
    del run, runs[1:]
    assert len(native._written) == 1  # the library goes on with the first, into its arrays
    library.release(*(ticket for ticket, _ in native._written.values()))
    native._written.clear()


@pytest.fixture
def build_copy(tmp_path):
    for path in native.BUILD.glob("libthree_body.cpu.*"):
        shutil.copy(path, tmp_path)
    return tmp_path


def load_from(folder: Path) -> str:
    """What a fresh process says of the library in a folder."""
    script = """
        import sys
        sys.path.insert(0, sys.argv[1])
        from divergence import LibraryError
        from divergence.kernel import native
        try:
            native.load("three_body", "cpu")
            print("loaded")
        except LibraryError as error:
            print(error)
    """
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(PYSRC)],
        env=os.environ | {"DIVERGENCE_BUILD": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def test_a_whole_library_loads(build_copy):
    assert load_from(build_copy) == "loaded"


def test_a_missing_library_says_run_make(tmp_path):
    assert load_from(tmp_path).endswith("libthree_body.cpu.so is missing: run 'make'")


@pytest.mark.parametrize("damage", ["truncated", "overwritten", "unvouched"])
def test_a_damaged_library_says_run_make(build_copy, damage):
    library = build_copy / "libthree_body.cpu.so"
    content = library.read_bytes()
    if damage == "truncated":
        library.write_bytes(content[: len(content) // 2])
    elif damage == "overwritten":
        library.write_bytes(content[:5000] + b"\0" * 5000 + content[10000:])
    else:
        library.with_suffix(".stamp").unlink()
    assert load_from(build_copy).endswith("libthree_body.cpu.so is damaged: run 'make'")


def test_a_stale_library_says_run_make(monkeypatch, tmp_path):
    changed = tmp_path / "cuda"
    shutil.copytree(native.SOURCES, changed)
    with (changed / "three_body.h").open("a") as header:
        header.write("// another line\n")
    monkeypatch.setattr(native, "SOURCES", changed)
    with pytest.raises(LibraryError, match="built from other sources: run 'make'"):
        native.Library("three_body", "cpu")
