"""Flows of formulas by Taylor series, against closed forms, mpmath's own integrator and bits."""

import divergence as dv
import mpmath
import numpy as np
import pytest

EVERYTHING = """
    dx/dt = sin(y)*exp(-x^2) + tanh(x + y)/2 - sqrt(2 + x)/3
    dy/dt = cos(x*y) - log(3 + y^2)/4 + atan2(y, 2 + x)/(1 + x^2) + tan(x/4)
    dz/dt = sinh(x/2)/cosh(y) + (2 + sin(t))^1.5/5 - k*z
    k = 0.3; z(0) = 0.1
"""


def everything(t, state):
    """The same for mpmath."""
    f = mpmath
    x, y, z = state
    return [
        f.sin(y) * f.exp(-(x**2)) + f.tanh(x + y) / 2 - f.sqrt(2 + x) / 3,
        f.cos(x * y) - f.log(3 + y**2) / 4 + f.atan2(y, 2 + x) / (1 + x**2) + f.tan(x / 4),
        f.sinh(x / 2) / f.cosh(y) + (2 + f.sin(t)) ** mpmath.mpf(1.5) / 5 - mpmath.mpf(0.3) * z,
    ]


@pytest.fixture
def interpreted(monkeypatch):
    monkeypatch.setenv("DIVERGENCE_INTERPRET", "1")


def test_every_function_is_integrated_as_mpmath_does(interpreted):
    formula = dv.Formula(f"{EVERYTHING}; separate: twin > 1e9", method="taylor", tolerance=1e-15)
    states = dv.path(formula, (0.3, -0.4), 5)
    with mpmath.workdps(20):
        solution = mpmath.odefun(everything, 0, [mpmath.mpf(v) for v in (0.3, -0.4, 0.1)])
        for n in range(1, 5):
            expected = [float(value) for value in solution(n / 2)]
            found = [states[name][n] for name in "xyz"]
            assert found == pytest.approx(expected, rel=1e-13)


def test_compiled_and_interpreted_have_the_same_bits(monkeypatch):
    stops = "separate: twin > 0.2; near: (x - 1)^2 + y^2 < 0.05 or abs(z) > 1.5"
    formula = dv.Formula(f"{EVERYTHING}; {stops}", method="taylor", shift=1e-3)
    points = dv.Window((0, 0), 3, (6, 8)).points()
    wanted = {"fates": True, "fractions": True, "states": True}
    fast = dv.outcome_at(formula, *points, 12, **wanted)
    monkeypatch.setenv("DIVERGENCE_INTERPRET", "1")
    slow = dv.outcome_at(formula, *points, 12, **wanted)
    assert len(np.unique(fast.times)) > 5 and set(np.unique(fast.fates)) == {0, 1, 2}
    for what in ("times", "fates", "fractions"):
        assert np.array_equal(getattr(fast, what), getattr(slow, what))
    one, other = fast.states.view(np.float64), slow.states.view(np.float64)
    assert np.array_equal(one, other, equal_nan=True)


MOMENTS = {
    "a swing": ("x'' = -x; escape: x < -0.5", lambda x: np.arccos(-0.5 / x)),
    "a length": ("x'' = -x; near: abs(x) < 0.25", lambda x: np.arccos(0.25 / x)),
    "a clock": ("x'' = -x; near: t > 3.3 and x < 9", lambda x: 3.3 + 0 * x),
    "a pole": ("dx/dt = x^2; dy/dt = 0; escape: x > 1e9", lambda x: 1 / x - 1e-9),
}


@pytest.mark.parametrize("name", MOMENTS)
def test_stops_are_found_where_they_come(name, interpreted):
    text, moment = MOMENTS[name]
    formula = dv.Formula(text, method="taylor", tolerance=1e-15, dt=0.7)
    x = np.linspace(0.6, 2, 15)
    outcome = dv.outcome_at(formula, x, 0.0, 40, fractions=True)
    assert (outcome.fractions <= 0).all() and (outcome.fractions > -1).all()
    assert 0.7 * (outcome.times + outcome.fractions) == pytest.approx(moment(x), rel=1e-12)


def test_a_twin_is_followed_from_any_distance(interpreted):
    """Of x'' = x the difference is (d, d') = s (cosh t, sinh t), of length s sqrt(cosh 2t)."""
    formula = dv.Formula(
        "x'' = x; separate: twin > 1e-140", method="taylor", shift=1e-150, tolerance=1e-15
    )
    outcome = dv.outcome_at(formula, [0.1, 1.0], 0.3, 100, fractions=True)
    whole = 0.5 * (outcome.times + outcome.fractions)
    assert whole == pytest.approx(np.arccosh(1e20) / 2, rel=1e-12)


def test_energy_is_kept_to_rounding(interpreted):
    """Of Henon and Heiles, 1964."""
    formula = dv.Formula(
        "x'' = -x - 2*x*y; y'' = -y - x^2 + y^2; escape: x^2 + y^2 > 100",
        plane="x,y",
        method="taylor",
        tolerance=1e-15,
    )
    s = dv.path(formula, (0.2, 0.1), 200)
    x, y, u, v = (s[name] for name in ("x", "y", "x'", "y'"))
    energy = (u**2 + v**2 + x**2 + y**2) / 2 + x**2 * y - y**3 / 3
    assert np.ptp(energy) < 1e-15


def test_exponents_of_lorenz_add_up():
    """Their sum is the divergence, -41/3, and the largest 0.9056 (Sprott, 2003)."""
    lorenz = dv.Formula(
        "dx/dt = 10*(y - x); dy/dt = x*(28 - z) - y; dz/dt = x*y - 8/3*z; z(0) = 20",
        method="taylor",
        dt=0.1,
    )
    exponents = dv.lyapunov_spectrum(lorenz, (1, 1), 12_000)
    assert exponents.sum() == pytest.approx(-41 / 3, abs=1e-7)
    assert exponents[0] == pytest.approx(0.9056, abs=0.02)
    assert exponents[1] == pytest.approx(0, abs=0.005)


def test_orbits_of_a_planar_flow_are_its_solution():
    formula = dv.Formula("dx/dt = y; dy/dt = -x; escape: x > 9", method="taylor", dt=0.3)
    t = 0.3 * np.arange(50)
    found = dv.orbit(formula, (1, 0), 50)
    assert found == pytest.approx(np.stack([np.cos(t), -np.sin(t)], axis=-1), abs=1e-10)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x'' = -abs(x)", "abs has none: use rk4"),
        ("x'' = if(x < 0, 1, -1)", "if has none: use rk4"),
        ("x'' = -mod(x, 1)", "floor has none: use rk4"),
        ("x'' = -x; near: floor(x) > 2", "floor has none: use rk4"),
        ("x'' = -x; arrive: moved < 1e-3", "taylor has no previous step: use rk4"),
    ],
)
def test_what_has_no_series_is_refused(text, message):
    with pytest.raises(ValueError, match=message):
        dv.Formula(text, method="taylor")


def test_tolerances_are_checked():
    with pytest.raises(ValueError, match="tolerance must be from 1e-15 to 0.001, not 1e-20"):
        dv.Formula("x'' = -x", method="taylor", tolerance=1e-20)
    with pytest.raises(ValueError, match="no flow by taylor, and so no tolerance"):
        dv.Formula("x'' = -x", tolerance=1e-9)
