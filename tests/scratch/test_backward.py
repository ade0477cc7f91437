"""Gradients found by hand agree with finite differences of the way forward."""

from collections.abc import Callable

import numpy as np
import pytest

from tests.scratch.nets import OUTPUTS, SAMPLES, STEPS, VARIANTS, Variant, inputs, net
from workbench.scratch.gate import Array
from workbench.scratch.loss import Loss, cross_entropy_bits, squared, squared_bits

#: Fourth-order differences: their error is about DIFFERENCE^4, rounding's about 1e-16 / DIFFERENCE.
DIFFERENCE = 1e-3


def error(gradient: Array, numbers: Array, loss: Callable[[], float]) -> float:
    """How far the gradient is from the loss's slope along two random directions, relative to the gradient's length.

    The numbers are moved in place and put back.
    """
    random, before = np.random.default_rng(5), numbers.copy()
    worst = 0.0
    for _ in range(2):
        direction = random.normal(size=numbers.shape)
        direction /= np.linalg.norm(direction)
        values = []
        for steps in (-2, -1, 1, 2):
            numbers[...] = before + steps * DIFFERENCE * direction
            values.append(loss())
        numbers[...] = before
        slope = (values[0] - 8 * values[1] + 8 * values[2] - values[3]) / (12 * DIFFERENCE)
        worst = max(worst, abs(float((gradient * direction).sum()) - slope))
    return worst / max(float(np.linalg.norm(gradient)), 1e-3)


@pytest.mark.parametrize(
    ("depth", "bidirectional", "every_step"), [(1, False, True), (1, True, False), (3, False, False), (2, True, True)]
)
@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_every_gradient_is_the_slope_of_the_loss(
    variant: Variant, depth: int, bidirectional: bool, every_step: bool
) -> None:
    network, x = net(variant, depth, bidirectional=bidirectional, every_step=every_step), inputs()
    shares = np.random.default_rng(3).normal(size=(SAMPLES, STEPS, OUTPUTS) if every_step else (SAMPLES, OUTPUTS))

    def loss() -> float:
        return float((network.forward(x).scores * shares).sum())

    gradients = network.back(network.forward(x), shares)
    assert set(gradients) == set(network.weights)
    for name, values in network.weights.items():
        assert error(gradients[name], values, loss) < 1e-8, name


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_the_input_is_told_its_share_too(variant: Variant) -> None:
    network, x = net(variant, 2, bidirectional=True), inputs()
    passed = network.forward(x)
    shares = np.random.default_rng(3).normal(size=passed.top.shape)
    _, d_x = network.back_through_layers(passed, shares)
    assert error(d_x, x, lambda: float((network.forward(x).top * shares).sum())) < 1e-8


@pytest.mark.parametrize("loss", [squared, squared_bits, cross_entropy_bits])
def test_every_loss_knows_its_own_slope(loss: Loss) -> None:
    random = np.random.default_rng(4)
    scores, targets = random.normal(size=(3, 4, 2)), random.integers(2, size=(3, 4, 2)).astype(np.float64)
    assert error(loss(scores, targets).d_scores, scores, lambda: loss(scores, targets).loss) < 1e-8


def test_losses_of_one_answer_by_hand() -> None:
    half, one = np.zeros((1, 1)), np.ones((1, 1))  # a score of 0 is a probability of 1/2
    assert squared(half, one).loss == 1.0
    assert squared_bits(half, one).loss == 0.125
    assert cross_entropy_bits(half, one).loss == pytest.approx(np.log(2.0), rel=1e-15)


def test_a_network_without_head_answers_with_its_first_units() -> None:
    network = net(Variant("lstm"))
    del network.weights["head.weight"], network.weights["head.bias"]
    passed = network.forward(inputs())
    np.testing.assert_array_equal(passed.scores, passed.top[..., :OUTPUTS])
    gradients = network.back(passed, np.ones_like(passed.scores))
    weights = network.weights["layers.0.weight_hh_l0"]
    assert (
        error(gradients["layers.0.weight_hh_l0"], weights, lambda: float(network.forward(inputs()).scores.sum())) < 1e-8
    )


def test_a_step_downhill_lowers_the_loss() -> None:
    network, x = net(Variant("gru")), inputs()
    targets = np.ones((SAMPLES, STEPS, OUTPUTS))
    passed = network.forward(x)
    before = squared(passed.scores, targets)
    network.descend(network.back(passed, before.d_scores), 1e-3)
    assert squared(network.forward(x).scores, targets).loss < before.loss
