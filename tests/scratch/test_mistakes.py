"""Every famous mistake changes what it says it changes, and nothing else; some of the broken ones still learn."""

import numpy as np
import pytest

from tests.scratch.nets import BLOCKS, OUTPUTS, SAMPLES, STEPS, UNITS, Variant, inputs, net
from workbench.scratch.gate import Array
from workbench.scratch.mistakes import MISTAKES
from workbench.scratch.net import Net
from workbench.scratch.twins import sums, twins


@pytest.mark.parametrize("depth", [1, 2])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("cell", BLOCKS)
@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_seen_where_it_says(name: str, cell: str, bidirectional: bool, depth: int) -> None:
    mistake = MISTAKES[name]
    if not mistake.applies(cell, bidirectional):
        return
    right, x = net(Variant(cell), depth, bidirectional=bidirectional), inputs()
    broken = Net([[mistake.broken(layer) for layer in layers] for layers in right.stack], right.weights, OUTPUTS)
    shares = np.random.default_rng(3).normal(size=(SAMPLES, STEPS, OUTPUTS))
    forward, wrong = right.forward(x), broken.forward(x)
    right_gradients, wrong_gradients = right.back(forward, shares), broken.back(wrong, shares)
    assert np.allclose(forward.scores, wrong.scores, rtol=1e-12) == (mistake.wrong == "gradients")
    assert any(
        np.abs(wrong_gradients[weight] - values).max() > 1e-3 * np.abs(values).max()
        for weight, values in right_gradients.items()
    )


def test_mistakes_of_one_cell_are_not_offered_for_another() -> None:
    assert not MISTAKES["forget-delta"].applies("gru", bidirectional=False)
    assert not MISTAKES["not-reversed"].applies("lstm", bidirectional=False)
    assert MISTAKES["not-reversed"].applies("lstm", bidirectional=True)


def test_the_sums_are_sums() -> None:
    x, y = sums(np.random.RandomState(0), 50, 8)
    places = 2 ** np.arange(8)
    np.testing.assert_array_equal((x * places[:, None]).sum(axis=(1, 2)), (y[..., 0] * places).sum(axis=1))
    assert x.shape == (50, 8, 2)
    assert (x[:, -1] == 0).all()  # summands of seven bits leave room for the last carry


def test_one_twin_still_learns_and_another_does_not() -> None:
    still = list(twins(MISTAKES["not-through-time"], "rnn-tanh", steps=700))
    never = list(twins(MISTAKES["overwritten"], "rnn-tanh", steps=400))
    assert still[0].right_loss == still[0].broken_loss  # the same weights, the same examples, the right way forward
    assert still[-1].right_share == 1.0
    assert still[-1].broken_share > 0.95
    assert never[-1].right_share == 1.0
    assert never[-1].broken_share < 0.9


def test_the_same_seed_trains_the_same_twins() -> None:
    first, again = (list(twins(MISTAKES["off-by-one"], "gru", steps=5, seed=3)) for _ in range(2))
    assert first == again


#: Mistakes that a gradient check of one step cannot notice, as they say themselves.
UNSEEN_IN_ONE_STEP = {"forget-delta", "memory-cut", "not-transposed", "not-through-time", "overwritten"}


@pytest.mark.parametrize("name", MISTAKES)
def test_what_a_check_of_one_step_notices(name: str) -> None:
    cells = (cell for cell in BLOCKS if cell in MISTAKES[name].cells)
    off = any(_largest_error(name, Variant(cell), inputs()[:, :1]) > 1e-6 for cell in cells)
    assert off == (name not in UNSEEN_IN_ONE_STEP and not MISTAKES[name].both_directions)
    assert ("one step" in MISTAKES[name].noticed or "more than one step" in MISTAKES[name].noticed) == (
        name in UNSEEN_IN_ONE_STEP
    )


def test_with_one_unit_the_missing_transposition_is_not_noticed() -> None:
    assert _largest_error("not-transposed", Variant("rnn-tanh"), inputs(), units=1) < 1e-12
    assert _largest_error("not-transposed", Variant("rnn-tanh"), inputs(), units=2) > 1e-3


def test_a_half_that_is_not_reversed_knows_nothing_of_the_future() -> None:
    changed = inputs().copy()
    changed[:, -1] += 1.0
    for name, knows in (("", True), ("not-reversed", False)):
        network = _made(name, net(Variant("gru"), bidirectional=True))
        before, after = network.forward(inputs()).top[:, 0], network.forward(changed).top[:, 0]
        assert np.array_equal(before, after) != knows


def test_a_half_that_is_not_turned_back_knows_only_the_last_step_at_the_first() -> None:
    changed = inputs().copy()
    changed[:, :-1] += 1.0
    for name, knows in (("", True), ("not-turned-back", False)):
        network = _made(name, net(Variant("gru"), bidirectional=True))
        before, after = (network.forward(x).top[:, 0, UNITS:] for x in (inputs(), changed))  # the backward half's
        assert np.array_equal(before, after) != knows


def _made(name: str, right: Net) -> Net:
    broken = MISTAKES[name].broken if name else lambda layer: layer
    return Net([[broken(layer) for layer in layers] for layers in right.stack], right.weights, OUTPUTS)


def _largest_error(name: str, variant: Variant, x: Array, units: int = UNITS) -> float:
    """Of the gradients with the mistake, in one direction or both, relative to the right ones' largest value."""
    right = net(variant, bidirectional=MISTAKES[name].both_directions, units=units)
    found = []
    for network in (right, _made(name, right)):
        passed = network.forward(x)
        found.append(network.back(passed, np.random.default_rng(3).normal(size=passed.scores.shape)))
    return max(float(np.abs(found[1][key] - values).max()) for key, values in found[0].items())
