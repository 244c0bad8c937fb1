"""The named curves against their known lengths, turns and dimensions; the chaos game."""

import math

import divergence as dv
import numpy as np
import pytest

# Segments a depth, and how many times longer from end to end a depth makes the curve.
SIMILAR = {
    "koch": (4, 3),
    "quadric-koch": (8, 4),
    "peano": (9, 3),
    "arrowhead": (3, 2),
    "endocytosis": (3, 2),
    "arrowhead-snowflake": (9, 4),
}


@pytest.mark.parametrize("name", SIMILAR)
@pytest.mark.parametrize("depth", [0, 1, 4])
def test_a_curve_of_n_pieces_has_n_to_the_depth_segments_of_length_1(name, depth):
    pieces, scale = SIMILAR[name]
    points = dv.curve(name, depth)
    lengths = np.hypot(*np.diff(points, axis=0).T)
    assert len(lengths) == pieces**depth
    np.testing.assert_allclose(lengths, 1, atol=1e-9)
    assert math.dist(points[0], points[-1]) == pytest.approx(scale**depth)


@pytest.mark.parametrize(
    "name, turns",
    [
        ("koch", [60, -120, 60]),
        ("quadric-koch", [90, -90, -90, 0, 90, 90, -90]),
        ("peano", [90, -90, -90, -90, 90, 90, 90, -90]),
        ("arrowhead", [-60, -60]),
        ("endocytosis", [-60, -60]),
        ("arrowhead-snowflake", [60, 60, -60, -60, -60, -60, 60, 60]),
        ("koch-snowflake", [60, -120, 60, -120] * 2 + [60, -120, 60]),
    ],
)
def test_a_curve_turns_by_its_angles(name, turns):
    heading = np.degrees(np.arctan2(*np.diff(dv.curve(name, 1), axis=0).T[::-1]))
    turned = (np.diff(heading) + 180) % 360 - 180
    np.testing.assert_allclose(turned, turns, atol=1e-9)


def test_the_snowflake_closes_and_grows_by_four_thirds():
    points = dv.curve("koch-snowflake", 4)
    np.testing.assert_allclose(points[0], points[-1], atol=1e-9)
    assert len(points) - 1 == 3 * 4**4


def test_peanos_meander_visits_every_point_of_a_lattice_once():
    points = np.rint(dv.curve("peano-meander", 3)).astype(int)
    assert len(points) == 27 * 27
    assert len(np.unique(points, axis=0)) == 27 * 27
    assert np.ptp(points, axis=0).tolist() == [26, 26]


def test_cantors_set_is_the_numbers_without_a_ternary_1():
    x = dv.curve("cantor", 5)[:, 0]
    starts, ends, breaks = x[::3], x[1::3], x[2::3]
    assert starts.tolist() == [n for n in range(3**5) if "1" not in np.base_repr(n, 3)]
    np.testing.assert_array_equal(ends, starts + 1)
    assert np.isnan(breaks).all()


def test_a_curve_may_be_anyones_own():
    square = dv.LSystem({}, 90, "F+F+F+F")
    np.testing.assert_allclose(
        dv.curve(square, 9), [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]], atol=1e-12
    )


def test_branches_come_back_to_where_they_left():
    tree = dv.LSystem({}, 90, "F[+F[-F]F]F")
    np.testing.assert_allclose(
        dv.curve(tree, 0),
        [
            [0, 0],
            [1, 0],
            [1, 1],
            [2, 1],
            [np.nan] * 2,
            [1, 1],
            [1, 2],
            [np.nan] * 2,
            [1, 0],
            [2, 0],
        ],
        atol=1e-12,
    )


def test_the_plant_of_the_book_draws():
    """Figure 1.24d, X -> F-[[X]+X]+F[+FX]-X, F -> FF, against a turtle with a stack."""
    plant = dv.LSystem({"X": "F-[[X]+X]+F[+FX]-X", "F": "FF"}, 22.5, "X")
    x, y, heading, stack, ends = 0.0, 0.0, 0.0, [], []
    for symbol in plant.expand(4):
        if symbol == "F":
            x, y = x + math.cos(heading), y + math.sin(heading)
            ends.append((x, y))
        elif symbol in "+-":
            heading += math.radians(22.5 if symbol == "+" else -22.5)
        elif symbol == "[":
            stack.append((x, y, heading))
        elif symbol == "]":
            x, y, heading = stack.pop()
    points = dv.curve(plant, 4)
    segments = np.diff(points, axis=0)
    drawn = ~np.isnan(segments[:, 0])
    assert drawn.sum() == len(ends)
    np.testing.assert_allclose(points[1:][drawn], ends, atol=1e-9)


def test_a_depth_without_end_ends():
    assert dv.LSystem({"F": "F"}, 60).expand(10**7) == "F"
    with pytest.raises(ValueError, match="more than 200,000,000 symbols"):
        dv.LSystem({"F": "F", "X": "XF"}, 60, "X" * 20_000).expand(10**7)


def test_the_chaos_game_with_three_corners_stays_off_the_middle_triangle():
    corners = np.array([[0, 0], [1, 0], [0, 1]])
    x, y = dv.chaos_game(corners, 50_000).T
    assert len(x) == 50_000
    assert (x + y <= 1).all() and min(x.min(), y.min()) >= 0
    assert not ((x < 0.5) & (y < 0.5) & (x + y > 0.5)).any()
    assert not ((x < 0.25) & (y < 0.25) & (x + y > 0.25)).any()


def test_the_chaos_game_at_one_third_is_a_dust_of_ternary_digits_0_and_2():
    x, _ = dv.chaos_game([[0, 0], [2, 0], [2, 2], [0, 2]], 5_000, divisor=3).T
    for _ in range(20):
        digit = np.floor(3 * x)
        assert set(np.unique(digit)) <= {0, 2, 3}
        x = 3 * x - np.minimum(digit, 2)
        x = x[(x > 1e-6) & (x < 1 - 1e-6)]  # where the digits of a double still say something


@pytest.mark.parametrize(
    "wrong, words",
    [
        (lambda: dv.curve("coast", 3), "curve must be one of cantor, "),
        (lambda: dv.curve("koch", -1), "depth must be from 0"),
        (lambda: dv.curve("koch", 40), "more than 50,000,000 symbols"),
        (lambda: dv.LSystem({}, math.nan), "angle must be finite"),
        (lambda: dv.LSystem({"FF": "F"}, 60), "a rule must be of one ASCII character, not of 'FF'"),
        (lambda: dv.LSystem({"F": 5}, 60), "the rule of 'F' must be a text"),
        (lambda: dv.LSystem({"F": "F[+F"}, 60), "the rule of 'F' must close the branches"),
        (lambda: dv.LSystem({}, 60, "F]F["), "axiom must close the branches"),
        (lambda: dv.chaos_game([1, 2], 10), "corners must be"),
        (lambda: dv.chaos_game([[0, 0]], 10, divisor=0.5), "divisor must be at least 1"),
    ],
)
def test_bad_values_are_named(wrong, words):
    with pytest.raises(ValueError, match=words):
        wrong()
