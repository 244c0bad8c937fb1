"""Descent maps against NumPy written plainly, and against what is known of them."""

import math

import divergence as dv
import numpy as np
import pytest


def plane(width, rows=101):
    """A window of +- width / 2 whose points lie symmetrically about both axes."""
    return dv.Window((0, 0), width, (rows, rows))


def ends(step, ended, state, max_steps):
    """Whole arrays at once: when a point first had an end, and which; `ended` gives 0 for none."""
    times = np.full(ended(*state).shape, max_steps)
    fates = np.zeros(times.shape, int)
    with np.errstate(all="ignore"):
        for n in range(max_steps):
            end = np.where(times == max_steps, ended(*state), 0)
            times[end > 0], fates[end > 0] = n, end[end > 0]
            state = step(*state, n)
    return times, fates


def gradient(eta):
    def step(a, b, _):
        return a + 2 * eta * b * (1 - a * b), b + 2 * eta * a * (1 - a * b)

    return step


def gradient_norm(eta):
    def step(a, b, _):
        p, s = a * b, a * a + b * b
        rate = 4 * eta * (1 - p)
        return a + rate * (b * s - (1 - p) * a), b + rate * (a * s - (1 - p) * b)

    return step


def newton(a, b, _):
    factor = 2 * a * b / (3 * (a * b) - 1)
    return a * factor, b * factor


def end_of_descent(system, to_origin):
    def ended(a, b):
        size = abs(a) + abs(b)
        end = np.where(size <= system.bound, 0, 3)
        if to_origin:
            end = np.where(size < system.tolerance, 4, end)
        return np.where(abs(1 - a * b) < system.tolerance, np.where(a > 0, 1, 2), end)

    return ended


DESCENTS = {
    "D1 at 0.1": (dv.GradientDescent(0.1), gradient(0.1), 8),
    "D1 at 0.25": (dv.GradientDescent(0.25), gradient(0.25), 6),
    "D1 at 0.4": (dv.GradientDescent(0.4), gradient(0.4), 4.4),
    "D2 at 0.01": (dv.GradientNormDescent(0.01), gradient_norm(0.01), 4),
    "D2 at 0.1": (dv.GradientNormDescent(0.1), gradient_norm(0.1), 4),
    "D3": (dv.NewtonDescent(), newton, 4),
}


@pytest.mark.parametrize("name", DESCENTS)
def test_descents_equal_numpy_at_every_pixel(name):
    system, step, width = DESCENTS[name]
    window = plane(width)
    ended = end_of_descent(system, to_origin="origin" in system.fate_names)
    expected_times, expected_fates = ends(step, ended, window.points(), 300)
    times, fates = dv.fates(system, window, 300)
    assert np.array_equal(times, expected_times)
    assert np.array_equal(fates, expected_fates)
    assert len(np.unique(fates[fates > 0])) >= 3


@pytest.mark.parametrize("name", DESCENTS)
def test_descents_have_the_symmetries_of_the_loss(name):
    system, _, width = DESCENTS[name]
    times, fates = dv.fates(system, plane(width), 300)
    other_branch = np.array([0, 2, 1, 3, 4])
    assert np.array_equal(times, times.T)
    assert np.array_equal(fates, fates.T)
    assert np.array_equal(times, times[::-1, ::-1])
    assert np.array_equal(other_branch[fates], fates[::-1, ::-1])


def test_the_share_that_gradient_descent_loses_grows_with_its_rate():
    share = {}
    for eta in (0.001, 0.1, 0.25, 0.5, 1.0):
        _, fates = dv.fates(dv.GradientDescent(eta), plane(4, 400), 10_000)
        share[eta] = np.mean(fates == 3)
    assert share[0.001] == share[0.1] == 0
    assert share[0.25] == pytest.approx(0.019, abs=0.0005)
    assert share[0.5] == pytest.approx(0.32, abs=0.005)
    assert share[1.0] == pytest.approx(0.998, abs=0.0005)


def test_flat_minima_attract_gradient_descent_and_sharp_ones_do_not():
    """Near a minimum a step multiplies 1 - ab by 1 - 2 eta (a^2 + b^2)."""
    eta = 0.1
    for a in (1.0, 1.5, 2.0, 2.8, 3.3):
        factor = 1 - 2 * eta * (a**2 + a**-2)
        far, near = (
            dv.times_at(dv.GradientDescent(eta, tolerance), a + 1e-4, 1 / a, 60)
            for tolerance in (1e-6, 1e-12)
        )
        if abs(factor) < 1:
            assert near - far == pytest.approx(math.log(1e-6) / math.log(abs(factor)), abs=1.5)
        else:
            assert near == far == 60


def test_newton_over_complex_p_equals_numpy():
    """Complex quotients of two libraries differ in the last place, which chaos enlarges."""
    system = dv.ComplexNewtonDescent()

    def step(p, _):
        return (4 * p**3 / (3 * p - 1) ** 2,)

    def ended(p):
        end = np.where(abs(p) < system.tolerance, 2, np.where(abs(p) <= system.bound, 0, 3))
        return np.where(abs(p - 1) < system.tolerance, 1, end)

    window = dv.Window((0.2, 0), 2, (101, 101))
    x, y = window.points()
    expected_times, expected_fates = ends(step, ended, (x + 1j * y,), 100)
    times, fates = dv.fates(system, window, 100)
    assert np.mean(times == expected_times) > 0.999
    assert np.mean(fates == expected_fates) > 0.999
    assert set(np.unique(fates)) == {1, 2}


def test_newton_finds_what_its_product_finds():
    a, b = plane(4).points()
    real = dv.outcome_at(dv.NewtonDescent(), a, b, 200, fates=True).fates
    product = dv.outcome_at(dv.ComplexNewtonDescent(), a * b, 0 * b, 200, fates=True).fates
    assert np.mean(((real == 1) | (real == 2)) == (product == 1)) > 0.999


@pytest.mark.parametrize("system", [dv.OneNeuron(), dv.OneNeuron(plane="rate", w1=0.5, seed=1)])
def test_one_neuron_equals_numpy_at_every_pixel(system):
    rate_plane = system.plane == "rate"
    x, y = dv.Window((0.05 if rate_plane else 0, 0), 0.1 if rate_plane else 8, (80, 80), 8).points()
    alpha, w0, w1 = (x, y, np.full_like(x, system.w1)) if rate_plane else (system.alpha, x, y)

    def step(w, c, n):
        v0, v1 = system.samples[n % 100]
        z = w[0] * v0 + w[1] * v1 + c
        delta = alpha * (z * z / 2 - (v0 - v1) * (v0 - v1)) * z
        return (w[0] - delta * v0, w[1] - delta * v1), c - delta

    def ended(w, c):
        size = abs(w[0]) + abs(w[1]) + abs(c)
        error = abs(abs(w[0]) - math.sqrt(2)) + abs(w[0] + w[1]) + abs(c)
        end = np.where(size <= system.bound, 0, 3)
        return np.where(error < system.tolerance, np.where(w[0] > 0, 1, 2), end)

    times, fates = ends(step, ended, ((w0, w1), np.zeros_like(x)), 300)
    outcome = dv.outcome_at(system, x, y, 300, fates=True)
    assert np.array_equal(outcome.times, times)
    assert np.array_equal(outcome.fates, fates)
    assert set(np.unique(fates)) >= {1, 2, 3}


def test_one_neuron_diverges_within_a_pass_as_its_rate_grows():
    share = [
        np.mean(dv.fates(dv.OneNeuron(alpha), plane(8), 100)[1] == 3)
        for alpha in (0.01, 0.02, 0.04, 0.06, 0.1)
    ]
    assert share[0] == 0
    assert share == sorted(share)
    assert share[-1] > 0.99


def test_one_neuron_knows_what_it_has_learned():
    root = math.sqrt(2)
    outcome = dv.outcome_at(dv.OneNeuron(), [root, -root], [-root, root], 10, fates=True)
    assert outcome.times.tolist() == [0, 0]
    assert outcome.fates.tolist() == [1, 2]


def train(system, x, y, max_steps, noise=0.0, seed=0):
    """A network for each pair of learning rates, in extended precision: times and fates.

    In every step each unit and each weight is wrong by a share of itself, at random up to `noise`.
    """
    real, rng = np.longdouble, np.random.default_rng(seed)

    def rounded(values):
        return values * (1 + noise * rng.uniform(-1, 1, values.shape)) if noise else values

    rates0, rates1 = real(10) ** x, real(10) ** y
    v, targets, w0, w1 = (
        np.asarray(system.numbers()[name], real) for name in ("inputs", "targets", "w0", "w1")
    )
    n, samples, root = real(4), real(20), np.sqrt(real(0.5))
    w0, w1 = (np.broadcast_to(w, (x.size, *w.shape)) for w in (w0, w1))
    times, fates = np.full(x.size, max_steps), np.zeros(x.size, int)
    first_loss = None
    for step in range(1, max_steps):
        unit = rounded(np.tanh(root * np.einsum("phj,ij->pih", w0, v)))
        error = np.einsum("ph,pih->pi", w1, unit) / n - targets
        loss = np.mean(error**2, axis=1)
        first_loss = loss if first_loss is None else first_loss
        back = error[..., None] * w1[:, None, :] * (1 - unit**2) * root
        gradient0 = 2 / (n * samples) * np.einsum("pih,ij->phj", back, v)
        gradient1 = 2 / (n * samples) * np.einsum("pi,pih->ph", error, unit)
        w0 = rounded(w0 - rates0[:, None, None] * gradient0)
        w1 = rounded(w1 - rates1[:, None] * gradient1)
        diverged = ~(loss <= system.bound * first_loss)
        end = np.where(loss < system.target * first_loss, 1, np.where(diverged, 2, 0))
        end[times < max_steps] = 0
        times[end > 0], fates[end > 0] = step, end[end > 0]
    return times, fates


CALM, CHAOTIC = dv.Window((-0.5, 0.5), 2, (24, 24)), dv.Window((1.5, 0.8), 1, (24, 24))


def test_networks_train_as_in_extended_precision():
    x, y = (axis.ravel() for axis in CALM.points())
    times, fates = dv.fates(dv.Trainability(), CALM, 100)
    with np.errstate(all="ignore"):
        expected_times, expected_fates = train(dv.Trainability(), x, y, 100)
    assert np.array_equal(times.ravel(), expected_times)
    assert np.array_equal(fates.ravel(), expected_fates)


def test_networks_train_as_in_extended_precision_wherever_roundings_do_not_decide():
    """Chaos draws the last bits, so there are pixels at which no calculation in float64 is right.

    Those are where the exact calculation changes with errors of two units in the last place, which
    is what a step's sums and tanh come to. The kernel differs nowhere else, nor at more pixels.
    """
    x, y = (axis.ravel() for axis in CHAOTIC.points())
    times, fates = (array.ravel() for array in dv.fates(dv.Trainability(), CHAOTIC, 100))
    with np.errstate(all="ignore"):
        exact, exact_fates = train(dv.Trainability(), x, y, 100)
        others = [train(dv.Trainability(), x, y, 100, 2.0**-51, seed)[0] for seed in range(6)]
    others = np.array(others)
    stable = (others == exact).all(axis=0)
    assert 0.95 < stable.mean() < 1
    assert np.mean(times[stable] == exact[stable]) > 0.999
    assert np.mean(fates[stable] == exact_fates[stable]) > 0.999
    assert np.mean(times == exact) >= (others == exact).mean(axis=1).min() - 0.005
    assert set(np.unique(fates)) == {0, 1, 2}


@pytest.mark.parametrize("width", [0.2, 0.2 / 2**10])
def test_the_boundary_of_trainability_is_fractal_on_every_scale(width):
    """Sohl-Dickstein finds box dimensions from 1.17 to 1.98."""
    window = dv.Window((0.9442, 1.1056), width, (200, 200))
    _, fates = dv.fates(dv.Trainability(), window, 500)
    found = dv.box_dimension(dv.boundary(fates == 2))
    assert 1.2 < found.dimension < 2


@pytest.mark.parametrize(
    "system",
    [*(row[0] for row in DESCENTS.values()), dv.ComplexNewtonDescent(), dv.OneNeuron()],
    ids=lambda system: system.name,
)
def test_a_gpu_descends_to_the_same_ends(gpu, system):
    there, here = (dv.fates(system, plane(4), 300, device=device) for device in (gpu, "cpu"))
    assert np.array_equal(there, here)


def test_a_gpu_trains_the_same_networks(gpu):
    window = dv.Window((1.5, 0.8), 1, (40, 40))
    there, here = (
        dv.fates(dv.Trainability(), window, 200, device=device) for device in (gpu, "cpu")
    )
    assert np.array_equal(there, here)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: dv.GradientDescent(eta=0), "eta must be positive, not 0"),
        (lambda: dv.NewtonDescent(tolerance="tiny"), "tolerance must be a number, not 'tiny'"),
        (lambda: dv.OneNeuron(plane="w"), "plane must be one of weights, rate, not 'w'"),
        (lambda: dv.OneNeuron(seed=0.5), "seed must be a whole number, not 0.5"),
        (lambda: dv.Trainability(target=1), "target must be below 1, not 1"),
        (lambda: dv.Trainability(bound=0), "bound must be at least 1, not 0"),
    ],
)
def test_bad_values_get_one_line(make, words):
    with pytest.raises(ValueError) as error:
        make()
    assert str(error.value).startswith(words)
    assert "\n" not in str(error.value)
