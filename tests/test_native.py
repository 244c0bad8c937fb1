"""The C boundary: every row resolves, and a library that does not fit is refused by name."""

import os
import shutil
import subprocess
import sys
import textwrap
import weakref
from pathlib import Path
from types import SimpleNamespace

import bits
import divergence as dv
import numpy as np
import pytest
from divergence import maps
from divergence.errors import LibraryError
from divergence.kernel import native, runs

PYSRC = Path(native.__file__).resolve().parents[2]
FAMILIES = sorted({kind.family for kind in maps.ALL.values()} - {dv.Formula.family} | {"deep"})
BACKENDS = ["cpu"] + ["cuda"] * (native.BUILD / "libthree_body.cuda.so").exists()


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("family", FAMILIES)
def test_every_function_of_the_table_resolves(family, backend):
    library = native.load(family, backend)
    for name, (result, arguments) in native.FUNCTIONS.items():
        function = library.function(name)
        assert (function.restype, list(function.argtypes)) == (result, arguments)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("family", FAMILIES)
def test_a_library_exports_names_of_its_own_alone(family, backend):
    """Others would meet those of the process: libcudart calls poll(2), not a job's."""
    library = native.BUILD / f"lib{family}.{backend}.so"
    command = ["nm", "--dynamic", "--defined-only", "--format=just-symbols", library]
    names = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert len(names) >= len(native.FUNCTIONS)
    assert [name for name in names if not name.startswith("divergence_")] == []


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", bits.SYSTEMS)
def test_every_map_is_known_to_its_library_by_the_names_of_its_parameters(name, backend):
    system = bits.SYSTEMS[name]
    library = native.library_of(system, backend)
    parameters = library.parameters(system)
    for field, value in system.parameters().items():
        assert np.array_equal(parameters[field].ravel(), np.ravel(value))
    for function in native.MAP_FUNCTIONS:
        assert library.function(function, system.entry)
    if maps.planar.PlanarMap in type(system).__mro__:
        assert set(library.orbit_parameters(system).dtype.names) == set(system.planar())
        assert library.function("submit", f"{system.entry}_orbits")


@pytest.mark.parametrize("name", bits.SYSTEMS)
def test_the_numbers_of_every_state_have_names(name):
    system = bits.SYSTEMS[name]
    of_type = runs.state_type(native.library_of(system, "cpu"), system)
    outcome = dv.outcome_at(system, 0.1, 0.2, 1, states=True)
    assert outcome.states.dtype == of_type
    assert of_type.names


def test_states_are_read_by_name():
    x, y = np.array([0.3, -0.2]), np.array([0.1, 0.4])
    states = dv.outcome_at(dv.Henon(), x, y, 1, states=True).states
    assert np.array_equal(states["x"], 1 - 1.4 * (x * x) + y)
    assert np.array_equal(states["y"], 0.3 * x)
    twins = dv.outcome_at(dv.PlanarTwins(dv.Henon(), 1e-6), x, y, 1, states=True).states
    assert np.array_equal(twins["point.x"], states["x"])
    z = dv.outcome_at(dv.Julia(), x, y, 1, states=True).states["z"]
    assert z.dtype == complex and z.shape == (2,)
    bodies = dv.outcome_at(dv.ThreeBody(precision="mixed"), x, y, 1, states=True).states
    assert bodies["now.system.r2"].shape == (2, 3, 2)  # a number is the sum of two


def a_henon_map_with(**parameters):
    return SimpleNamespace(entry="henon", parameters=lambda: parameters)


@pytest.mark.parametrize(
    "parameters",
    [
        {"a": 1.4},
        {"a": 1.4, "b": 0.3, "dt": 0.0, "radius": 10.0, "c": 1.0},
        {"a": 1.4, "b": 0.3, "dt": 0.0, "bound": 10.0},
        {"a": 1.4j, "b": 0.3, "dt": 0.0, "radius": 10.0},
    ],
)
def test_a_map_with_other_parameters_than_the_librarys_is_refused(parameters):
    library = native.load("planar", "cpu")
    with pytest.raises(LibraryError, match="other parameters for henon: run 'make'"):
        library.parameters(a_henon_map_with(**parameters))


def test_the_order_of_parameters_does_not_matter():
    library = native.load("planar", "cpu")
    other_order = a_henon_map_with(radius=10.0, dt=0.0, b=0.3, a=1.4)
    assert library.parameters(other_order) == library.parameters(dv.Henon(a=1.4, b=0.3))


def test_an_unknown_map_is_refused():
    system = SimpleNamespace(entry="four_body", parameters=dict)
    with pytest.raises(LibraryError, match="has no four_body: run 'make'"):
        native.load("three_body", "cpu").parameters(system)


def test_a_bad_argument_is_refused_in_the_librarys_words():
    library, progress = native.load("three_body", "cpu"), np.zeros(2, np.int64)
    with pytest.raises(ValueError, match="no job has this ticket"):
        library.call("poll", 10**9, 0.0, progress.ctypes.data)


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
    return runs.Run(library, SLOW, (x, x), times, max_steps=2**31 - 1, threads=1), times


def test_an_interrupt_right_after_a_job_was_submitted_releases_it(monkeypatch, released):
    library, original = native.load("three_body", "cpu"), native.load("three_body", "cpu").call

    def interrupted(name, *arguments, **more):
        status = original(name, *arguments, **more)
        if name == "submit":
            raise KeyboardInterrupt
        return status

    monkeypatch.setattr(library, "call", interrupted)
    with pytest.raises(KeyboardInterrupt):
        slow_run()
    assert len(released) == 1 and not runs._written


def test_a_run_that_nobody_released_does_so_before_its_arrays_are_freed(released):
    run, times = slow_run()
    end = weakref.ref(times)
    del times
    assert end() is not None
    del run
    assert len(released) == 1 and end() is None


def test_an_interrupt_while_runs_are_released_frees_no_array_that_is_written_to(monkeypatch):
    several = [slow_run()[0] for _ in range(3)]
    library, original = native.load("three_body", "cpu"), native.load("three_body", "cpu").release

    def interrupted(ticket):
        monkeypatch.setattr(library, "release", original)
        raise KeyboardInterrupt

    monkeypatch.setattr(library, "release", interrupted)
    with pytest.raises(KeyboardInterrupt):
        for run in several:
            run.release()
    del run, several[1:]
    assert len(runs._written) == 1  # the library goes on with the first, into its arrays
    library.release(*(ticket for ticket, _ in runs._written.values()))
    runs._written.clear()


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
        native.Library(native.BUILD / "libthree_body.cpu.so")
