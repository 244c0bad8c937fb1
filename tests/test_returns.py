"""Order and chaos, sections, returns, manifolds, Wada's basins and attractors along a parameter,
against what is known of them."""

import math

import divergence as dv
import numpy as np
import pytest
from PIL import Image

HEILES = dv.Formula(
    "x'' = -x - 2*x*y; y'' = -y - x^2 + y^2; y(0) = 0; near: x > 0",
    plane="x',y'",
    method="taylor",
    dt=1,
)
STANDARD = dv.Formula("p' = p + k*sin(x); x' = x + p'", plane="x,p", k=0.6)


@pytest.fixture
def interpreted(monkeypatch):
    """Few points for few steps are not worth a compilation; the bits are the same."""
    monkeypatch.setenv("DIVERGENCE_INTERPRET", "1")


# MEGNO


def test_megno_is_2_on_a_torus_and_grows_in_chaos():
    order = dv.megno(STANDARD, dv.Window((math.pi, 0.5), 0.2, (2, 2)), 5000)
    assert order == pytest.approx(2, abs=0.05)
    chaos = STANDARD.with_parameter("k", 8)
    window = dv.Window((1, 1), 0.5, (3, 3))
    expected = dv.lyapunov(chaos, window, 5000) * 5000 / 2
    assert dv.megno(chaos, window, 5000) == pytest.approx(expected, rel=0.05)


def test_megno_of_flows_and_of_equal_periods(interpreted):
    """A pendulum's period depends on its swing; a spring's orbits never part."""
    pendulum = dv.Formula("x'' = -sin(x)", method="taylor", dt=1)
    assert 1.6 < dv.megno(pendulum, dv.Window((2, 0), 0.5, (1, 1)), 200) < 2  # 2 less log(t)/t
    spring = dv.Formula("x'' = -x", method="taylor")
    assert dv.megno(spring, dv.Window((1, 0), 1, (1, 2)), 400) == pytest.approx(0, abs=0.05)


# Sections


def test_passages_lie_on_the_surface_and_keep_the_energy(interpreted):
    section = dv.poincare_section(HEILES, (0.35, 0.1), 300)
    x, y, u, v = (section.states[name] for name in ("x", "y", "x'", "y'"))
    assert len(x) > 40 and abs(x).max() < 1e-11 and (u > 0).all()
    energy = (u**2 + v**2 + x**2 + y**2) / 2 + x**2 * y - y**3 / 3
    assert energy == pytest.approx((0.35**2 + 0.1**2) / 2, rel=1e-11)


def test_passages_of_an_oscillator_come_at_its_period(interpreted):
    """And those of a pendulum by the complete elliptic integral, T = 4 K(sin(x/2))."""
    spring = dv.Formula("x'' = -x; near: x > 0", method="taylor", dt=0.7)
    assert dv.poincare_section(spring, (-1, 0), 90).return_times == pytest.approx(2 * math.pi)
    pendulum = dv.Formula("x'' = -sin(x); near: x > 0", method="taylor", tolerance=1e-15)
    times = dv.poincare_section(pendulum, (-2, 0), 60).return_times
    a, g = 1.0, math.cos(1)  # K by the arithmetic-geometric mean
    for _ in range(8):
        a, g = (a + g) / 2, math.sqrt(a * g)
    assert len(times) > 2 and times == pytest.approx(2 * math.pi / a, rel=1e-10)


def test_a_section_is_of_a_flow_by_taylor():
    with pytest.raises(ValueError, match='a flow by method "taylor"'):
        dv.poincare_section(dv.Formula("x'' = -x"), (1, 0), 10)


# Returns


def test_times_of_return_are_those_of_kac():
    """Arnold's cat spreads over the unit torus evenly: 1 / (pi r^2)."""
    cat = dv.Formula("x' = mod(2*x + y, 1); y' = mod(x + y, 1)")
    times = dv.return_times(cat, (0.5123, math.sqrt(0.17)), 0.1, 200_000)
    assert times.mean() == pytest.approx(1 / (math.pi * 0.01), rel=0.05)


def test_a_rotation_returns_after_fibonacci_numbers(interpreted):
    """Slater's theorem: the golden rotation has three times of return, two of them adding up."""
    golden = (math.sqrt(5) - 1) / 2
    turn = dv.Formula(f"x' = mod(x + {golden!r}, 1); y' = y")
    times = dv.return_times(turn, (0.5, 0), 0.02, 2000)
    assert set(times.tolist()) <= {13, 21, 34, 55, 89} and 2 <= len(np.unique(times)) <= 3


def test_a_cycle_returns_after_its_period(interpreted):
    logistic = dv.Formula("x' = 3.5*x*(1 - x); y' = y")
    assert set(dv.return_times(logistic, (0.874997263602464, 0), 1e-3, 400).tolist()) == {4}


# Manifolds

HENON = dv.Formula("x' = 1 - a*x^2 + y; y' = b*x", a=1.4, b=0.3)
BACK = dv.Formula("x' = y/b; y' = x - 1 + a*(y/b)^2", a=1.4, b=0.3)


def test_a_stable_manifold_leads_into_its_saddle(interpreted):
    saddle = dv.periodic_points(HENON, 1, dv.Window((0, 0), 3, (1, 1))).points[1]
    curve = dv.stable_manifold(HENON, BACK, saddle, steps=9, count=50)
    points = curve[np.isfinite(curve).all(axis=-1) & (abs(curve).max(axis=-1) < 3)]
    assert np.ptp(points[:, 1]) > 0.5
    ends = dv.orbit(HENON, points, 8)[:, -1]
    assert abs(ends - saddle).max() < 1e-3


def test_a_linear_saddle_has_its_axes(interpreted):
    there = dv.Formula("x' = 2*x; y' = y/2; escape: x > 99")
    back = dv.Formula("x' = x/2; y' = 2*y; escape: x > 99")
    curve = dv.stable_manifold(there, back, (0, 0), steps=10, count=5)
    assert abs(curve[..., 0]).max() == 0 and abs(curve[..., 1]).max() > 1e-4
    with pytest.raises(ValueError, match="inverse must take back"):
        dv.stable_manifold(there, there, (0, 0))


def test_a_pendulums_manifold_is_its_separatrix(interpreted):
    """y = -2 cos(x/2) leads into the saddle at (pi, 0), where the energy is that of rest."""
    there = dv.Formula("dx/dt = y; dy/dt = -sin(x)", method="taylor")
    back = dv.Formula("dx/dt = -y; dy/dt = sin(x)", method="taylor")
    curve = dv.stable_manifold(there, back, (math.pi, 0), steps=31, count=6)
    side = curve[np.argmin(curve[:, -1, 0])]
    assert np.ptp(side[:, 0]) > 2
    assert side[:, 1] == pytest.approx(2 * np.cos(side[:, 0] / 2), abs=1e-8)


# Basins


def newton_fates(size, f="x^3-1"):
    return dv.fates(dv.Newton(f), dv.Window((0, 0), 4, (size, size)), 60).fates


def test_newtons_basins_are_wadas_and_stripes_are_not():
    """Every boundary point of the three roots' basins is on all three (Cayley's problem)."""
    for size in (150, 300, 600):
        assert dv.wada_distance(newton_fates(size)) <= size / 50
    assert dv.wada_distance(newton_fates(300, "x^4-1")) <= 300 / 40
    stripes = np.repeat([1, 2, 3], 30)[None].repeat(20, axis=0)
    assert dv.wada_distance(stripes) == 30
    with pytest.raises(ValueError, match="three or more, not 2"):
        dv.wada_distance([[1, 2]])


def test_an_attractor_is_followed_to_where_it_ends(interpreted, tmp_path):
    """x^3 - x + a has two minima up to |a| = 2/sqrt(27), and then one."""
    flow = dv.Formula("dx/dt = x - x^3 - a; dy/dt = -y; escape: x > 9", method="euler", dt=0.2, a=0)
    values = [-0.3, 0.0, 0.3, 0.5]
    window = dv.Window((0.07, 0), 3, (12, 12))
    found = dv.attractors_along(flow, "a", values, window, skip=150, steps=2)
    shares = np.array([each.fractions for each in found])
    assert (shares[:3, 1:] > 0.2).all() and shares.sum(axis=1) == pytest.approx(1)
    lasting = int(shares[3, 1:].argmax()) + 1
    assert shares[3, lasting] == 1
    for a, each in zip(values, found, strict=True):
        x = each.points[lasting - 1].mean(axis=0)[0]
        assert x == pytest.approx(np.roots([-1, 0, 1, -a]).real.min(), abs=0.02)
    film = dv.render_basins(found, tmp_path / "basins.gif")
    with Image.open(film) as frames:
        assert (frames.n_frames, frames.size) == (4, (12, 12))
        colours = []
        for i in range(4):
            frames.seek(i)
            colours.append(len(np.unique(np.array(frames.convert("RGB")).reshape(-1, 3), axis=0)))
    assert colours[0] >= 2 and colours[3] == 1
    with pytest.raises(ValueError, match="format must be"):
        dv.render_basins(found, tmp_path / "basins")


def test_a_pair_of_attractors_becomes_one(interpreted):
    """x' = a x - x^3 has two of them, x = +-sqrt(a - 1) up to a = 2, and mirrored bands up to
    a = 3 sqrt(3)/2, where they meet."""
    cubic = dv.Formula("x' = a*x - x^3; y' = y/2; escape: x > 9", a=1.5)
    values = [1.5, 1.8, 2.5, 2.7]
    window = dv.Window((0.03, 0), 2, (8, 8))
    found = dv.attractors_along(cubic, "a", values, window, skip=100, steps=400, near=1)
    counts = [sum(len(points) > 0 for points in each.points) for each in found]
    assert counts == [2, 2, 2, 1]
    for a, each in zip(values[:2], found, strict=False):
        middles = sorted(points[:, 0].mean() for points in each.points if len(points))
        assert middles == pytest.approx([-((a - 1) ** 0.5), (a - 1) ** 0.5], abs=0.02)


# Orbits of more variables than the plane shows


def test_orbits_of_three_variables_are_seen_in_the_plane(interpreted):
    text = "dx/dt = y; dy/dt = -x; dz/dt = 1; escape: x > 9"
    helix = dv.Formula(text, plane="x,z", method="taylor", dt=0.25)
    t = 0.25 * np.arange(10, 60)
    expected = np.stack([2 * np.cos(t), 1 + t], axis=-1)
    assert dv.orbit(helix, (2, 1), 50, 10) == pytest.approx(expected, abs=1e-10)
    two = dv.orbit(helix, [(2, 1), (4, 0)], 50, 10)
    assert two[1] == pytest.approx(expected * (2, 1) - (0, 1), abs=1e-10)
    window = dv.Window((0, 8), 10, (7, 9), 20)
    pixels, *_ = np.histogram2d(*expected.T[::-1], (7, 9), [[-2, 18], [-5, 5]])
    assert np.array_equal(dv.density(helix, (2, 1), 50, window, 10), pixels)


def test_orbits_in_a_plane_of_parameters_are_those_of_their_parameter(interpreted):
    """Of c = i: 0, i, i - 1, -i, i - 1, ..."""
    orbit = dv.orbit(dv.Formula("z^2 + c"), (0, 1), 6)
    assert orbit.tolist() == [[0, 0], [0, 1], [-1, 1], [0, -1], [-1, 1], [0, -1]]


def test_an_orbit_passes_the_stops_of_its_formula(interpreted):
    lorenz = "dx/dt = 10*(y - x); dy/dt = x*(28 - z) - y; dz/dt = x*y - 8/3*z; z(0) = 20"
    free, stopped = (
        dv.Formula(f"{lorenz}; {end}", dt=0.01) for end in ("near: z > 99", "near: z > 21")
    )
    assert np.array_equal(dv.orbit(free, (1, 1), 300), dv.orbit(stopped, (1, 1), 300))
