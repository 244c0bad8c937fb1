"""Formulas: their language, and that they compute what plain loops, known maps and mpmath do."""

import os
import subprocess
import sys
from pathlib import Path

import bits
import divergence as dv
import fuzz_formula
import mpmath
import numpy as np
import pytest
from divergence.command import main
from divergence.command import render as command
from divergence.kernel import compiled
from divergence.maps.formula import FormulaError
from divergence.scenes.formula_scene import formula_scene

HENON = "x' = 1 - a*x^2 + y; y' = b*x"

MISTAKES = {
    "z^2 + ": ('expected a number, a name or "("', 6),
    "z^2 + c)": ('expected an operator, or ";" before the next statement', 7),
    "sin(z": ('expected an operator, "," or ")"', 5),
    "atan2(z)": ("atan2 has 2 arguments, not 1", 0),
    "z $ 2": ("'$' means nothing in a formula", 2),
    "z^2 + sine(c)": ("sine has no value; did you mean 'sin'?", 6),
    "x' = a*y*b": ("y has no value; give it one, as in y = 1, or put it into the plane", 7),
    "let sin = 3; z^2": ("'sin' has a meaning of its own", 4),
    "let a = b; let b = a; z*a": ("a is made from itself", 19),
    "z' = z; z' = 2": ("z is defined twice", 8),
    "z > 2 + x": ("a real number is wanted here, and this is complex: abs, re, im or arg?", 2),
    "x' = x < 2": ("a number is wanted here, and this is true or false", 7),
    "x' = x; escape: x": ("a comparison such as x > 2 is wanted here", 16),
    "x' = twin": ("twin is there for stops alone", 5),
    "x'(0) = 2; x' = x": ('no variable "x\'"; there are x', 0),
    "x' = x; dx/dt = 2": ("x is defined twice", 8),
    "x' = x; dy/dt = 2": ("a flow among discrete maps", 8),
    "z^2 + c; escape abs(z) > 2": ('expected ":" after escape, or after its name', 19),
    "z^2 + c; espace: x > 2": ("no stop 'espace'; there are arrive, escape, near, separate", 9),
    "x_{n+1} = x^2": ("'{' means nothing in a formula: write x' for the next x", 2),
    "z -> z^2 + c": ("expected z' = ..., which is what z -> ... means here", 2),
    "|z|^2 + c": ("'|' means nothing in a formula: write abs(z) for a length", 0),
    "x'' + sin(x) = 0": (
        "expected one name to the left of =: x' = ... of a map, dx/dt or x'' of a flow",
        13,
    ),
    "diff(abs(z), z)": ("diff has no rule for 'abs'", 5),
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_is_shown_where_it_is(text):
    what, at = MISTAKES[text]
    with pytest.raises(FormulaError) as error:
        dv.Formula(text)
    assert str(error.value) == f"{what}:\n    {text}\n    {' ' * at}^"


def test_values_and_planes_that_do_not_fit_are_named():
    with pytest.raises(ValueError, match="no parameter 'alpah'; did you mean"):
        dv.Formula("x' = alpha*x; y' = y", alpha=1, alpah=2)
    with pytest.raises(ValueError, match="plane: no variable or parameter 'q'"):
        dv.Formula("z^2 + c", plane="q")
    with pytest.raises(ValueError, match="plane: z is complex and takes the whole plane"):
        dv.Formula("z^2 + c*i", plane="z,c")
    with pytest.raises(ValueError, match="dt must be positive, not -1"):
        dv.Formula("x'' = -x", dt=-1)
    with pytest.raises(ValueError, match="leapfrog needs positions that move by velocities"):
        dv.Formula("x'' = -x - x'", method="leapfrog")


def test_texts_that_mean_the_same_are_one_text():
    one = dv.Formula("z^2+c", plane="c")
    assert one == dv.Formula("z ** 2 + (c)  # Mandelbrot", plane=["c"])
    assert one.text == "z' = z^2 + c; escape: abs(z) > 2"
    assert dv.Formula(one.text, one.plane) == one


def test_a_formula_may_be_pasted():
    assert dv.Formula("z² + c") == dv.Formula("z^2 + c")
    pasted = dv.Formula("θ″ = −sin(θ) − β·θ′; β = 0.2")
    assert pasted == dv.Formula("theta'' = -sin(theta) - beta*theta'; beta = 0.2")
    assert dv.Formula("ln(z) + c") == dv.Formula("log(z) + c")


def test_no_random_text_is_more_than_refused():
    assert fuzz_formula.fuzz(1500, seed=7).keys() == {"refused", "understood"}


# Formulas of maps that are there already give the same times, fates and fractions, bit for bit.

TWINS = dv.PlanarTwins(dv.Henon(), shift=1e-9)
KNOWN = {
    "Mandelbrot": (dv.Formula("z^2 + c", plane="c"), dv.Mandelbrot(), (-0.6, 0), 3.2, 200),
    "Julia": (dv.Formula("z^2 + a", a=-0.744 + 0.148j), dv.Julia(), (0, 0), 2.8, 200),
    "from far out": (
        dv.Formula("z^16 + c; escape: abs(z) > 1e155"),
        dv.Mandelbrot(16, radius=1e155),
        (0, 0),
        3,
        100,
    ),
    "from a radius that is a parameter": (
        dv.Formula("r*z*(1 - z); escape: abs(z) > R", r=3.1 + 0.2j, R=1e300),
        dv.LogisticZ(3.1 + 0.2j, radius=1e300),
        (0.5, 0),
        2,
        100,
    ),
    "Henon": (dv.Formula(HENON, a=1.4, b=0.3), dv.Henon(), (0, 0), 10, 70),
    "Henon's twins": (
        dv.Formula(f"{HENON}; separate: twin > 0.5", a=1.4, b=0.3, shift=1e-9),
        TWINS,
        (0, 0),
        2,
        300,
    ),
    "grid map": (
        dv.Formula(
            "dx/dt = cos(y); dy/dt = sin(x); escape: x^2 + y^2 > 10000", method="euler", dt=13
        ),
        dv.GridMap(dt=13),
        (0, 0),
        200,
        100,
    ),
}


@pytest.mark.parametrize("name", KNOWN)
def test_a_map_and_its_formula_are_equal(name):
    formula, known, center, width, max_steps = KNOWN[name]
    points = dv.Window(center, width, (90, 100)).points()
    wanted = {"fates": True, "fractions": True}
    mine = dv.outcome_at(formula, *points, max_steps, **wanted)
    theirs = dv.outcome_at(known, *points, max_steps, **wanted)
    assert len(np.unique(mine.times)) > 5
    for name in ("times", "fates", "fractions"):
        assert np.array_equal(getattr(mine, name), getattr(theirs, name))


@pytest.mark.parametrize("name", KNOWN)
def test_the_interpreter_gives_the_same_bits(name, monkeypatch):
    formula, _, center, width, max_steps = KNOWN[name]
    points = dv.Window(center, width, (40, 50)).points()
    wanted = {"fates": True, "fractions": True, "states": True}
    fast = dv.outcome_at(formula, *points, max_steps, **wanted)
    monkeypatch.setenv("DIVERGENCE_INTERPRET", "1")
    slow = dv.outcome_at(formula, *points, max_steps, **wanted)
    for what in ("times", "fates", "fractions", "states"):
        one, other = getattr(fast, what), getattr(slow, what)
        if what == "states":
            assert one.dtype == other.dtype
            one, other = one.view(np.float64), other.view(np.float64)
        assert np.array_equal(one, other, equal_nan=one.dtype == np.float64)


def test_the_interpreter_has_the_kernels_functions(monkeypatch):
    """All of them, which chaos would tell from others: those of C libraries differ in last bits."""
    formula = dv.Formula(bits.FORMULA)
    fast = [dv.path(formula, (0.2, 0.3), 40), *states_after(formula, 150)]
    monkeypatch.setenv("DIVERGENCE_INTERPRET", "1")
    slow = [dv.path(formula, (0.2, 0.3), 40), *states_after(formula, 150)]
    for one, other in zip(fast, slow, strict=True):
        one, other = one.view(np.float64), other.view(np.float64)
        assert np.array_equal(one, other, equal_nan=True)


def test_a_long_formula_has_the_same_bits_too(monkeypatch):
    """Whose functions are compiled once for all of their calls, and with less effort."""
    names = [f"x{i}" for i in range(12)]
    rates = [
        f"d{a}/dt = sin({b})*exp(-{c}^2) + cos({a}*{c})/(1 + {b}^2)"
        for a, b, c in zip(names, names[1:] + names[:1], names[3:] + names[:3], strict=True)
    ]
    formula = dv.Formula(f"{'; '.join(rates)}; separate: twin > 1e-3", dt=0.3, shift=1e-4)
    assert len(formula.source) > compiled.LONG
    fast = states_after(formula, 12)
    monkeypatch.setenv("DIVERGENCE_INTERPRET", "1")
    for one, other in zip(fast, states_after(formula, 12), strict=True):
        assert np.array_equal(one.view(np.float64), other.view(np.float64))


def states_after(formula, max_steps):
    points = dv.Window((0, 0), 4, (15, 15)).points()
    outcome = dv.outcome_at(formula, *points, max_steps, states=True)
    return outcome.states, outcome.times.astype(float)


def test_orbits_and_densities_of_formulas_are_those_of_the_map(monkeypatch):
    formula = dv.Formula(HENON, a=1.4, b=0.3)
    assert np.array_equal(dv.orbit(formula, (0, 0), 500), dv.orbit(dv.Henon(), (0, 0), 500))
    window, starts = dv.Window((0, 0), 3, (50, 50)), dv.around((0, 0), 70)
    visits = dv.density(dv.Henon(), starts, 300, window)
    assert np.array_equal(dv.density(formula, starts, 300, window), visits)
    monkeypatch.setenv("DIVERGENCE_INTERPRET", "1")
    assert np.array_equal(dv.density(formula, starts, 300, window), visits)
    assert np.array_equal(dv.orbit(formula, (0, 0), 500), dv.orbit(dv.Henon(), (0, 0), 500))


def test_newton_reaches_its_roots_where_the_map_does():
    """The sum is rounded in another order, which a few points on the boundary can tell."""
    newton = "let f = z^3 - 1; z - f/diff(f, z); "
    stops = "arrive: abs(z - previous) < 1e-7"
    window = dv.Window((0, 0), 10, (90, 100))
    times = dv.times(dv.Formula(newton + stops), window, 50)
    assert (times == dv.times(dv.Newton("x^3-1"), window, 50)).mean() > 0.999
    roots = "near one: abs(z - 1) < 0.1; near: abs(z + 1/2 - i*sqrt(3)/2) < 0.1;"
    formula = dv.Formula(newton + roots + "near: abs(z + 1/2 + i*sqrt(3)/2) < 0.1")
    assert formula.fate_names == ("near one", "near 1", "near 2")
    mine, theirs = dv.fates(formula, window, 50)[1], dv.fates(dv.Newton("x^3-1"), window, 50)[1]
    assert (mine == theirs).mean() > 0.99


with mpmath.workdps(40):  # where z^3 + c lands on a fixed point that repels
    CUBIC = mpmath.sqrt(mpmath.expjpi(mpmath.mpf(2) / 3) - 1)
    CUBIC = (mpmath.nstr(CUBIC.real, 40), mpmath.nstr(CUBIC.imag, 40))
DEEP = {  # with a point of their boundary
    "c + z*z": (dv.Mandelbrot(), (0, 1)),
    "z^3 + c; escape: abs(z) > R; R = 30": (dv.Mandelbrot(3, radius=30), CUBIC),
    "z^2 + a; a = i": (dv.Julia(1j), (0, 1)),
    "r*z*(1 - z); z(0) = 1/2": (dv.LogisticR(), (4, 0)),
}


@pytest.mark.parametrize("text", DEEP)
def test_formulas_of_known_maps_zoom_as_deep_as_those(text):
    known, center = DEEP[text]
    window = dv.Window(center, 1e-25, (20, 20))
    times = dv.times(dv.Formula(text), window, 1000)
    assert np.array_equal(times, dv.times(known, window, 1000))
    assert len(np.unique(times)) > 2
    with pytest.raises(ValueError, match="formula has none"):
        dv.times(dv.Formula(f"({text.partition(';')[0]})*1.5"), window, 100, arithmetic="deep")


def test_a_formula_has_its_twin_in_its_text():
    with pytest.raises(ValueError, match="separate: twin > 0.5"):
        dv.PlanarTwins(dv.Formula(HENON, a=1.4, b=0.3))


# The cache.


@pytest.fixture
def empty_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "divergence"


SHORT = "x' = x + 1; y' = y; escape: x > 5"
SCRIPT = f"import divergence as dv; print(dv.times_at(dv.Formula({SHORT!r}), 0.0, 0.0, 99))"


def run(script: str) -> subprocess.Popen:
    path = str(Path(dv.__file__).resolve().parents[1])
    command = [sys.executable, "-c", script]
    environment = os.environ | {"PYTHONPATH": path}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def test_two_processes_compile_one_formula_and_a_damaged_cache_heals(empty_cache):
    for process in [run(SCRIPT), run(SCRIPT)]:
        assert (process.communicate()[0].strip(), process.returncode) == ("6", 0)
    (library,) = empty_cache.glob("*/formula.so")
    assert not list(empty_cache.glob(".*.part"))
    whole = library.read_bytes()
    library.write_bytes(whole[:5000])
    process = run(SCRIPT)
    assert (process.communicate()[0].strip(), process.returncode) == ("6", 0)
    (library,) = empty_cache.glob("*/formula.so")
    assert compiled.is_whole(library)
    assert len(library.read_bytes()) == len(whole)


def test_values_alone_need_no_compiler_again():
    one, other = (dv.Formula(HENON, a=a, b=0.3) for a in (1.4, 0.2))
    assert one.source == other.source
    assert one.parameters() != other.parameters()


# Scenes and films.


def test_a_scene_of_a_formula_is_read_again_as_it_was_written():
    scene = dv.Scene.load("formula-phoenix")
    again = dv.Scene.loads(scene.dumps(), scene.name, "again")
    assert again == scene
    assert again.with_values({"map.q": -0.4}).frame(0).map.q == -0.4
    complex_one = formula_scene("z^2 + c", parameters={"c": "-0.744+0.148i"})
    assert dv.Scene.loads(complex_one.dumps(), complex_one.name, "again") == complex_one
    with pytest.raises(ValueError, match="map: no parameter 'pp'; there are p, q"):
        scene.with_values({"map.pp": 1})


def test_a_formula_has_a_film_with_one_flag_more(tmp_path, monkeypatch):
    monkeypatch.setenv("DIVERGENCE_INTERPRET", "1")
    flags = ["--map", "z^2 + c", "--zoom", "-0.75", "0.1", "--shape", "16", "16"]
    render = main.script_parser("render").parse_args([*flags, "--frames", "4", "--quiet"])
    render.out = tmp_path / "film"
    command.work(render)
    assert list((tmp_path / "film").glob("*.mp4"))


# Twins: the difference is that of two orbits in many digits.

SYSTEMS = {
    "powers and quotients": "x' = x^3/(1 + y^2) - y; y' = (x + 0.3)^2 - 1/(2 + x^2)",
    "waves": "x' = sin(2*x + y) + 0.5*cos(y)^2; y' = tan(x/3) - y/2",
    "exponentials": "x' = exp(-x^2) - log(2 + y^2); y' = sqrt(1 + x^2) - 1.5 + tanh(y)",
    "hyperbolic": "x' = sinh(x)/cosh(y) - 0.4; y' = atan2(1 + y^2, x) - 1",
    "folds": "x' = abs(x - 0.5) - max(x, y)/3; y' = if(x < 0.2, 1.5*x - y, y/2 - x) + min(x, 0.1)",
}
MP_NAMES = ("sin", "cos", "tan", "exp", "log", "sqrt", "sinh", "cosh", "tanh")
MP = {
    "abs": abs,
    "atan2": mpmath.atan2,
    "max": max,
    "min": min,
    "if_": lambda c, a, b: a if c else b,
} | {name: getattr(mpmath, name) for name in MP_NAMES}


def mp_step(text, x, y):
    """The statements as Python, in which ^ is ** and numbers are mpmath's."""
    values = {"x": x, "y": y} | MP
    results = []
    for statement in text.split(";"):
        body = statement.partition("=")[2].replace("^", "**").replace("if(", "if_(")
        results.append(eval(body, {"__builtins__": {}}, values))
    return results


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_twin_keeps_its_digits_however_close_it_is(name, monkeypatch):
    monkeypatch.setenv("DIVERGENCE_INTERPRET", "1")
    text = SYSTEMS[name]
    formula = dv.Formula(f"{text}; separate: twin > 1e9", shift=1e-150)
    states = dv.path(formula, (0.3, -0.2), 6)
    with mpmath.workdps(400):
        x, y = mpmath.mpf(0.3), mpmath.mpf(-0.2)
        u, v = x + mpmath.mpf(1e-150), y
        for row in np.stack([states[name] for name in ("x", "y", "twin.x", "twin.y")], axis=1):
            assert row[:2] == pytest.approx([float(x), float(y)], rel=1e-12, abs=1e-12)
            apart = [float(u - x), float(v - y)]
            assert row[2:] == pytest.approx(apart, rel=1e-10, abs=1e-10 * max(map(abs, apart)))
            (x, y), (u, v) = mp_step(text, x, y), mp_step(text, u, v)
