"""Orders of training, two players, networks' inputs, momentum and softmax, against measured shares,
against NumPy written plainly and against what is known of them."""

import math

import divergence as dv
import numpy as np
import pytest
from divergence.analysis.line_search import line_search
from divergence.kernel.runs import numbers


def path(system, start, steps):
    """States as plain numbers, (steps, variables)."""
    return numbers(dv.path(system, start, steps))


def plane(width, rows=240):
    return dv.Window((0, 0), width, (rows, rows))


# alpha: order: share diverged, share of another fate than in the given order, median steps to learn
ORDERS = {
    0.02: {
        "given": (0.271, 0, 284),
        "reversed": (0.269, 0.505, 269),
        "ascending": (0.046, 0.541, 187),
        "descending": (0.586, 0.572, 253),
        "alternating": (0.015, 0.552, 174),
    },
    0.05: {
        "given": (0.998, 0, 196),
        "reversed": (0.670, 0.331, 189),
        "ascending": (0.744, 0.256, 89),
        "descending": (0.999, 0.003, 56),
        "alternating": (0.560, 0.441, 83),
    },
}


@pytest.mark.parametrize("alpha", ORDERS)
def test_the_order_of_the_same_samples_decides_what_is_learned(alpha):
    given = dv.fates(dv.OneNeuron(alpha), plane(8), 3000)[1]
    for order, (diverged, other, steps) in ORDERS[alpha].items():
        times, fates = dv.fates(dv.OneNeuron(alpha, order=order), plane(8), 3000)
        assert (fates == 3).mean() == pytest.approx(diverged, abs=0.01), order
        assert (fates != given).mean() == pytest.approx(other, abs=0.01), order
        learned = (fates == 1) | (fates == 2)
        assert np.median(times[learned]) == pytest.approx(steps, abs=6), order


def test_larger_batches_diverge_less():
    shares = [
        (dv.fates(dv.OneNeuron(0.1, batch=batch), plane(8), 3000)[1] == 3).mean()
        for batch in (1, 2, 5, 10, 20, 50, 100)
    ]
    assert shares == pytest.approx([1.000, 1.000, 0.704, 0.340, 0.377, 0.248, 0.248], abs=0.01)


def test_batches_equal_numpy_at_every_pixel():
    system, (x, y) = dv.OneNeuron(0.05, batch=30, order="alternating"), plane(8, 60).points()
    w0, w1, c = x, y, np.zeros_like(x)
    times = np.full(x.shape, 60)
    with np.errstate(all="ignore"):
        for step in range(60):
            error = abs(abs(w0) - math.sqrt(2)) + abs(w0 + w1) + abs(c)
            ended = (error < 1e-3) | ~(abs(w0) + abs(w1) + abs(c) <= 1000)
            times[ended & (times == 60)] = step
            sums = np.zeros((3, *x.shape))
            for i in range(30):
                v0, v1 = system.samples[(30 * step + i) % 100]
                z = w0 * v0 + w1 * v1 + c
                delta = system.alpha * (z * z * 0.5 - (v0 - v1) * (v0 - v1)) * z
                sums += delta * v0, delta * v1, delta
            w0, w1, c = w0 - sums[0] / 30, w1 - sums[1] / 30, c - sums[2] / 30
    assert np.array_equal(dv.times(system, plane(8, 60), 60), times)


def test_orders_are_of_the_same_samples_and_swaps_lead_to_them():
    given = dv.OneNeuron().samples
    hard = lambda samples: (samples[:, 0] - samples[:, 1]) ** 2  # noqa: E731
    for order in ORDERS[0.02]:
        samples = dv.OneNeuron(order=order).samples
        assert np.array_equal(np.sort(hard(samples)), np.sort(hard(given)))
        apart = [
            (dv.OneNeuron(order=order, swaps=swaps).samples != samples).any(axis=1).sum()
            for swaps in range(101)
        ]
        assert apart[100] == 0 and np.diff(apart).max() <= 0
    ascending = hard(dv.OneNeuron(order="ascending").samples)
    assert (np.diff(ascending) >= 0).all()
    alternating = hard(dv.OneNeuron(order="alternating").samples)
    assert alternating[::2].max() <= alternating[1::2].min()
    shuffled = [dv.OneNeuron(order="shuffled", shuffle=seed).samples[0, 0] for seed in range(5)]
    assert len(set(shuffled)) > 1


def test_two_orders_separate_when_their_neurons_do():
    system = dv.NeuronOrders(dv.OneNeuron(0.02), "reversed", critical_distance=0.3)
    x, y = plane(8, 12).points()
    times = dv.times_at(system, x, y, 50)
    first = [path(dv.OneNeuron(0.02), point, 51) for point in zip(x.flat, y.flat, strict=True)]
    other = dv.OneNeuron(0.02, order="reversed")
    second = [path(other, point, 51) for point in zip(x.flat, y.flat, strict=True)]
    with np.errstate(all="ignore"):
        apart = np.abs(np.array(first) - np.array(second))[:, :, :3].sum(axis=2)
    expected = [int(np.argmax(~(row <= 0.3))) if (~(row <= 0.3)).any() else 50 for row in apart]
    assert times.ravel().tolist() == [min(step, 50) for step in expected]


PLAYERS = [  # rates, penalty, by turns: converged, diverged, open
    (0.5, 0.2, False, (1, 0, 0)),
    (0.5, 0.1, True, (1, 0, 0)),
    (2, 0, False, (0, 0.485, 0.515)),
    (2, 0.1, True, (0.328, 0.672, 0)),
    (2, 0.6, False, (0.395, 0.605, 0)),
]


@pytest.mark.parametrize("rate, penalty, turns, shares", PLAYERS)
def test_two_players_agree_and_flee_as_often_as_measured(rate, penalty, turns, shares):
    system = dv.TwoPlayers(rate, rate, penalty, turns=turns)
    times, fates = dv.fates(system, plane(16), 2000)
    assert [(fates == end).mean() for end in (1, 2, 0)] == pytest.approx(shares, abs=0.01)
    if rate == 0.5 and turns:
        assert np.median(times) == pytest.approx(273, abs=3)


@pytest.mark.parametrize("loss", ["non-saturating", "minimax"])
def test_two_players_step_as_their_equations_say(loss):
    def sigma(s):
        return 1 / (1 + math.exp(-s))

    for turns in (True, False):
        system = dv.TwoPlayers(0.7, 0.4, 0.05, loss, turns)
        t, p = 1.3, -0.8
        for found in path(system, (t, p), 30):
            assert found[:2] == pytest.approx((t, p), rel=1e-9)
            after = p + 0.4 * (-sigma(p * t) * t - 0.05 * p)
            q = after if turns else p
            weight = sigma(q * t) if loss == "minimax" else 1 - sigma(q * t)
            t, p = t + 0.7 * weight * q, after


def test_two_players_are_stable_near_0_where_theory_says():
    """At once for g > h_g / 4; by turns for g > 0 and h_g h_d / 4 + 2 h_d g < 4."""
    for rate in (0.3, 0.8):
        for penalty in (0.9 * rate / 4, 1.1 * rate / 4):
            states = path(dv.TwoPlayers(rate, rate, penalty, turns=False), (1e-2, 1e-2), 4000)
            assert (abs(states[-1, :2]).sum() < 1e-2) == (penalty > rate / 4)
    for rate_g, rate_d, penalty in ((1, 3, 0.5), (1, 3, 0.6), (6, 2, 0.2), (6, 2, 0.3)):
        system = dv.TwoPlayers(rate_g, rate_d, penalty)
        end = path(system, (1e-6, 1e-6), 400)[-1, :2]
        stable = rate_g * rate_d / 4 + 2 * rate_d * penalty < 4
        assert (abs(end).sum() < 1e-6) == stable


def test_two_players_by_turns_without_a_penalty_keep_areas():
    """Near 0, and not if they learn at once."""
    corner, shift = np.array([7e-4, 1.1e-3]), 1e-8
    for turns, expected in ((True, 1), (False, 1.25)):
        starts = [corner, corner + (shift, 0), corner + (0, shift)]
        ends = [path(dv.TwoPlayers(1, 1, 0, turns=turns), z, 2)[1, :2] for z in starts]
        area = np.linalg.det(np.array([ends[1] - ends[0], ends[2] - ends[0]])) / shift**2
        assert area == pytest.approx(expected, abs=1e-4)


def test_deeper_networks_represent_fewer_inputs():
    shares = []
    for depth in (1, 2, 3, 4):
        fates = dv.fates(dv.InputDescent(depth), plane(8, 64), 1500)[1]
        shares.append(((fates == 1) | (fates == 2)).mean())
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.5 and shares[3] < 0.05


def test_descent_on_an_input_follows_the_gradient():
    system = dv.InputDescent(3, gain=1.5, seed=4)

    def output(x):
        for weights in system.weights():
            x = np.tanh(weights @ x)
        return x

    goal, x = output(np.array(system.target)), np.array([1.7, -0.9])
    for found in path(system, x, 6):
        assert found[:2] == pytest.approx(x, rel=1e-6)
        assert found[2] == pytest.approx(np.linalg.norm(output(x) - goal), rel=1e-9)
        half = [
            (np.sum((output(x + h) - goal) ** 2) - np.sum((output(x - h) - goal) ** 2)) / 4e-5
            for h in (np.array([1e-5, 0]), np.array([0, 1e-5]))
        ]
        x = x - system.eta * np.array(half)


def test_momentum_converges_exactly_in_its_triangle():
    step, momentum = np.meshgrid(np.linspace(0.05, 3.95, 40), np.linspace(0.013, 0.93, 30))
    outcome = dv.outcome_at(dv.QuadraticMomentum(0.1), step, momentum, 20_000, fates=True)
    sure = np.abs(step - 2 * (1 + momentum)) > 0.01
    inside = step < 2 * (1 + momentum)
    assert np.array_equal(outcome.fates[sure] == 1, inside[sure])
    assert np.array_equal(outcome.fates[sure] == 2, ~inside[sure])


def test_momentum_takes_as_many_steps_as_published():
    b, root = 0.01, 0.1
    best = (2 / (1 + root)) ** 2, ((1 - root) / (1 + root)) ** 2
    x, y = zip((1, 0), (2 / (1 + b), 0), best, strict=True)
    assert dv.times_at(dv.QuadraticMomentum(b), x, y, 2000).tolist() == [1375, 726, 96]


def test_exact_line_search_zigzags_as_its_closed_form_says():
    b = 0.07
    k = np.arange(30)
    expected = np.stack([b * ((b - 1) / (b + 1)) ** k, ((1 - b) / (1 + b)) ** k], axis=1)
    np.testing.assert_allclose(line_search(b, (b, 1), 30), expected, rtol=1e-9)


def test_softmax_has_one_end_four_or_three():
    triangle = dv.Window((0.5, 0.43), 1, (120, 120))

    def ends(temperature):
        fates = dv.fates(dv.Softmax(temperature), triangle, 5000)[1]
        return set(np.unique(fates)) - {0, 5}

    assert ends(0.5) == {4}
    assert ends(0.34) == {1, 2, 3, 4}
    assert ends(0.33) == ends(0.2) == {1, 2, 3}


def test_softmax_steps_as_numpy_does_and_is_slowest_at_the_change():
    p = np.array([0.5, 0.2, 0.3])
    x, y = p[1] + p[2] / 2, p[2] * 3**0.5 / 2
    for found in path(dv.Softmax(0.4), (x, y), 20):
        assert found[:3] == pytest.approx(p, rel=1e-9)
        p = np.exp(p / 0.4) / np.exp(p / 0.4).sum()
    middle = 3**0.5 / 6
    times = [dv.times_at(dv.Softmax(t), 0.5, middle + 0.01, 10**5) for t in (0.5, 0.36, 0.334, 0.3)]
    assert times[0] < times[1] < times[2] > times[3]


METHODS = {
    "momentum": lambda g, w, v, m: m * v - 0.05 * g(w),
    "nesterov": lambda g, w, v, m: m * v - 0.05 * g(w + m * v),
}


@pytest.mark.parametrize("method", METHODS)
def test_momentum_on_the_loss_steps_as_its_equations_say(method):
    def gradient(w):
        return -2 * w[::-1] * (1 - w[0] * w[1])

    w, v = np.array([0.3, -1.2]), np.zeros(2)
    for found in path(dv.MomentumDescent(0.05, method), w, 40):
        assert found[:2] == pytest.approx(w, rel=1e-9)
        v = METHODS[method](gradient, w, v, 0.9)
        w = w + v


def test_adam_on_the_loss_steps_as_its_authors_say():
    w, m, s = np.array([0.3, -1.2]), np.zeros(2), np.zeros(2)
    for k, found in enumerate(path(dv.MomentumDescent(0.05, "adam"), w, 40)):
        assert found[:2] == pytest.approx(w, rel=1e-8)
        g = -2 * w[::-1] * (1 - w[0] * w[1])
        m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g * g
        first, second = m / (1 - 0.9 ** (k + 1)), s / (1 - 0.999 ** (k + 1))
        w = w - 0.05 * first / (np.sqrt(second) + 1e-8)


def test_newton_comes_to_a_root_or_to_its_orbit_of_period_3():
    system = dv.NewtonCycle("x^5-x-1")
    window = dv.Window((0.15, 0.14), 4, (120, 120))
    times, fates = dv.fates(system, window, 200)
    assert (times < 200).mean() > 0.999  # nothing is left
    newton, roots = dv.fates(dv.Newton("x^5-x-1"), window, 200)
    assert np.array_equal(fates == 6, (newton == 200) & (times < 200))
    at_root = roots > 0
    assert (fates == roots)[at_root].mean() > 0.999
    cycle = dv.times_at(system, [-1.000257], [0.0], 80)
    assert cycle[0] < 20


@pytest.mark.gpu
@pytest.mark.parametrize(
    "system",
    [
        dv.OneNeuron(0.05, batch=7),
        dv.NeuronOrders(dv.OneNeuron()),
        dv.TwoPlayers(2, 2),
        dv.InputDescent(),
        dv.QuadraticMomentum(),
        dv.MomentumDescent(method="adam"),
        dv.Softmax(),
    ],
    ids=lambda system: system.name,
)
def test_a_gpu_trains_the_same(gpu, system):
    there, here = (dv.fates(system, plane(4, 48), 200, device=device) for device in (gpu, "cpu"))
    assert np.array_equal(there, here)


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: dv.OneNeuron(order="up"), "order must be one of given, reversed"),
        (lambda: dv.OneNeuron(batch=0), "batch must be from 1 to 100, not 0"),
        (lambda: dv.NeuronOrders(dv.Henon()), "map must be OneNeuron(), not Henon"),
        (lambda: dv.TwoPlayers(loss="best"), "loss must be one of non-saturating, minimax"),
        (lambda: dv.TwoPlayers(turns=1), "turns must be true or false, not 1"),
        (lambda: dv.InputDescent(depth=9), "depth must be from 1 to 8, not 9"),
        (lambda: dv.QuadraticMomentum(b=2), "b must be at most 1, not 2"),
        (lambda: dv.MomentumDescent(momentum=1), "momentum must be below 1, not 1"),
        (lambda: dv.MomentumDescent(method="sgd"), "method must be one of momentum"),
        (lambda: dv.Softmax(temperature=0), "temperature must be positive, not 0"),
    ],
)
def test_bad_values_get_one_line(make, words):
    with pytest.raises(ValueError) as error:
        make()
    assert str(error.value).startswith(words)
    assert "\n" not in str(error.value)
