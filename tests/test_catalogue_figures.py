"""What figures of the catalogue are right about, held against plain calculations."""

import divergence as dv
import numpy as np
import pytest
from divergence.figures.comparisons import agreement
from divergence.film import still
from divergence.scenes.scene import Scene


def test_an_overlay_follows_the_laws_of_its_film():
    """Henon's attractor at a = 1.3, drawn over its basin, and not the one at 1.4."""
    scene = Scene.load("henon-basin-sweep").resized(120)
    i = 156.25  # at which a is 1.3012
    a = scene.frame(i).map.a
    assert scene.overlay_at(i).map == dv.Henon(a)
    white = (still.draw(scene, i) == 255).all(axis=2)[::-1]
    visits = dv.density(dv.Henon(a), (0, 0), 100_000, scene.frame(i).window, 100) > 0
    assert (white & visits).sum() == visits.sum()


def test_a_trajectory_is_drawn_over_the_map_that_it_is_of():
    z = 4.707 - 4.117j
    track = [z]
    for _ in range(79):
        z = z - (z**5 - z - 1) / (5 * z**4 - 1)
        track.append(z)
    found = dv.track(dv.Newton("x^5-x-1"), (4.707, -4.117), 80)
    np.testing.assert_allclose(found[:30] @ [1, 1j], track[:30], rtol=1e-6)
    cycle = np.sort(found[-3:, 0])
    np.testing.assert_allclose(cycle, [-1.000257, -0.750321, 0.0833570], atol=2e-6)


def test_tracks_are_in_the_plane_of_the_picture():
    body = dv.track(dv.ThreeBody(plane="yz"), (1.0, 2.0), 50)
    positions = [(0, 1.0, 2.0), (0, 0, 0), (10, 10, 12)]
    whole = dv.trajectory(dv.ThreeBody(positions=positions), 50).positions[:, 0]
    assert np.array_equal(body, whole[:, 1:])
    assert dv.track(dv.Mandelbrot(), (-1, 0), 4)[:, 0].tolist() == [-1, 0, -1, 0]
    with pytest.raises(ValueError, match="not in the plane of its picture"):
        dv.track(dv.Trainability(), (0, 0), 5)


def test_final_distances_shrink_with_the_first_on_a_ring_and_not_in_chaos():
    shifts = np.array([0.0, 1e-10, 1e-7, 1e-4])
    starts = np.stack([shifts, np.ones(4)], axis=1)
    ring = dv.orbit(dv.Pendulum(dt=0.043), starts, 1, skip=1_000_000)[:, 0]
    apart = np.linalg.norm(ring[1:] - ring[0], axis=1)
    assert (apart < 10 * shifts[1:]).all() and (apart > shifts[1:] / 10).all()
    starts = np.stack([10.75 + shifts, np.full(4, 8.2)], axis=1)
    chaos = dv.orbit(dv.Clifford(-1.4, 1.7, 1, 0.7, 1.35), starts, 1, skip=500_000)[:, 0]
    assert (np.linalg.norm(chaos[1:] - chaos[0], axis=1) > 1e-3).all()


def test_the_true_map_has_the_stripes_and_short_euler_steps_are_not_its_solution():
    """Row T10 in its window a thousandth wide, at 20 x 20 of its 60 x 60 pixels."""
    window = dv.Window((0.8, 0), 1e-3, (20, 20))

    def times(dt=0.001, **changes):
        steps = round(140 / dt)
        return dv.times(dv.ThreeBody(shift=1e-8, dt=dt, **changes), window, steps) * dt

    true, fine, coarse = (
        times(integrator="adaptive", tolerance=tolerance) for tolerance in (1e-14, 1e-12, 1e-9)
    )
    assert agreement(fine, true) == 1
    assert agreement(coarse, true) > 0.93
    assert agreement(times(), true) < 0.1
    jumps = np.abs(np.diff(true, axis=1)) > 0.1 * true[:, 1:]  # from stripe to stripe
    assert jumps.mean() > 0.2


def test_the_snowflake_counts_about_1_45():
    scene = Scene.load("box-count-snowflake")
    corners = dv.curve(scene.figure["curve"], scene.figure["depth"])
    found = dv.box_dimension(dv.curve_mask(corners, (scene.figure["pixels"],) * 2))
    assert found.dimension == pytest.approx(1.45, abs=0.04)


def test_the_corners_of_the_chaos_game_lie_at_v_over_d_less_1():
    corners = np.array([[1.0, 0], [0, 2], [3, 3]])
    for divisor in (1.5, 2.0, 4.0):
        points = dv.chaos_game(corners, 40_000, divisor=divisor)
        np.testing.assert_allclose(points.max(axis=0), 3 / (divisor - 1), rtol=0.05)
    walk = dv.chaos_game(corners, 1024 * 50, divisor=1)
    assert np.isin(walk % 1, [0]).all() and walk.max() > 100
