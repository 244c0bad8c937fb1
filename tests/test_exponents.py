"""Exponents, periodic points and attractors, against what is known of them."""

import math

import divergence as dv
import numpy as np
import pytest

HENON = dv.Formula("x' = 1 - a*x^2 + y; y' = b*x", a=1.4, b=0.3)
LORENZ = dv.Formula(
    "dx/dt = s*(y - x); dy/dt = x*(r - z) - y; dz/dt = x*y - b*z; s = 10; r = 28; b = 8/3; z(0)=9",
    dt=0.01,
)


@pytest.fixture
def interpreted(monkeypatch):
    """Few points for few steps are not worth a compilation; the bits are the same."""
    monkeypatch.setenv("DIVERGENCE_INTERPRET", "1")


def test_the_exponents_of_henon_are_the_published_ones_and_sum_to_its_contraction():
    first, second = dv.lyapunov_spectrum(HENON, (0, 0), 20_000)
    assert first == pytest.approx(0.419, abs=0.01)
    assert first + second == pytest.approx(math.log(0.3), abs=1e-9)


def test_the_logistic_map_at_4_has_the_exponent_log_2(interpreted):
    (only,) = dv.lyapunov_spectrum(dv.Formula("x' = 4*x*(1 - x)"), (0.3, 0), 4000)
    assert only == pytest.approx(math.log(2), abs=5e-3)


def test_the_exponents_of_lorenz():
    found = dv.lyapunov_spectrum(LORENZ, (1, 1), 15_000, skip=1000)
    assert found == pytest.approx([0.906, 0, -14.57], abs=0.06)
    assert found.sum() == pytest.approx(-(10 + 1 + 8 / 3), abs=1e-3)


def test_a_map_and_its_formula_have_the_same_exponents(interpreted):
    """One by a twin, one by the derivative."""
    window = dv.Window((0.1, 0.1), 0.2, (3, 3))
    mine = dv.lyapunov(HENON, window, 500, skip=50)
    assert mine == pytest.approx(dv.lyapunov(dv.Henon(), window, 500, skip=50), abs=1e-9)


def test_exponents_over_a_plane_of_parameters(interpreted):
    """The logistic map has a stable cycle of 2 at r = 3.3, whose multiplier is known."""
    formula = dv.Formula("x' = r*x*(1 - x); x(0) = 0.3", plane="r,-")
    (row,) = dv.lyapunov(formula, dv.Window((3.3, 0), 0.1, (1, 1)), 2000, skip=500)
    assert row[0] == pytest.approx(math.log(abs(4 + 2 * 3.3 - 3.3**2)) / 2, abs=1e-6)


def test_an_orbit_that_is_lost_has_no_exponent(interpreted):
    assert np.isnan(dv.lyapunov(HENON, dv.Window((9, 9), 1, (2, 2)), 100)).all()


def test_the_logistic_map_has_eight_points_that_come_back_after_three_steps(interpreted):
    found = dv.periodic_points(
        dv.Formula("x' = r*x*(1 - x)", r=3.83), 3, dv.Window((0.5, 0), 1.2, (1, 1))
    )
    assert len(found.points) == 8
    assert found.periods.tolist().count(3) == 6
    assert found.stable.sum() == 3
    x = np.sort(found.points[:, 0])
    for _ in range(3):
        x = 3.83 * x * (1 - x)
    assert np.sort(x) == pytest.approx(np.sort(found.points[:, 0]), abs=1e-9)


def test_the_fixed_points_of_henon_and_their_multipliers(interpreted):
    found = dv.periodic_points(HENON, 1, dv.Window((0, 0), 4, (1, 1)))
    a, b = 1.4, 0.3
    x = ((b - 1) + np.array([-1, 1]) * math.sqrt((b - 1) ** 2 + 4 * a)) / (2 * a)
    assert found.points == pytest.approx(np.stack([x, b * x], axis=-1))
    for point, multipliers in zip(found.points, found.multipliers, strict=True):
        truth = np.linalg.eigvals([[-2 * a * point[0], 1], [b, 0]])
        assert np.sort(multipliers.real) == pytest.approx(np.sort(truth.real))
    with pytest.raises(ValueError, match="point must be a fixed point"):
        dv.unstable_manifold(HENON, (0, 0))


def test_an_unstable_manifold_is_taken_to_itself_and_draws_the_attractor(interpreted):
    saddle = dv.periodic_points(HENON, 1, dv.Window((0.6, 0), 1, (1, 1))).points[0]
    curve = dv.unstable_manifold(HENON, saddle, steps=15, count=2000).reshape(-1, 2)
    orbit = dv.orbit(HENON, (0, 0), 1000, skip=100)
    distance = [np.hypot(*(curve - point).T).min() for point in orbit[::20]]
    assert max(distance) < 0.02


def test_newton_has_three_attractors_of_equal_basins(interpreted):
    newton = dv.Formula("z - (z^3 - 1)/(3*z^2)")
    window = dv.Window((0.01, 0.003), 4, (60, 60))
    found = dv.attractors(newton, window, skip=100, steps=5)
    assert len(found.points) == 3
    assert found.fractions == pytest.approx([0, 1 / 3, 1 / 3, 1 / 3], abs=0.03)
    roots = np.array([np.mean(points, axis=0) for points in found.points]) @ [1, 1j]
    assert roots**3 == pytest.approx(np.ones(3), abs=0.1)
    assert (found.basins > 0).all()


def test_henon_has_one_attractor_and_its_basin_is_what_does_not_escape():
    window = dv.Window((0, 0), 4, (40, 40))
    found = dv.attractors(dv.Henon(), window, skip=500, steps=100)
    assert len(found.points) == 1
    stays = dv.times(dv.Henon(radius=100), window, 600) == 600
    assert np.array_equal(found.basins == 1, stays)
