"""A network with gates held: free it is the fused one, held it does what the equations say."""

from itertools import product
from typing import get_args

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.recurrents import recurrent
from workbench.config import CellName, Interface, Readout, Recurrent, stacked
from workbench.insight.belief import belief_by_step
from workbench.insight.clamp import DIRECTIONS, HELD, Clamp
from workbench.insight.clamped import clamped_answer, clamped_scores, gate_means, run_clamped
from workbench.insight.switched_off import SwitchedOff, on_samples, switched_off
from workbench.insight.trace import gate_trace
from workbench.models.cells import CELLS, cell_of
from workbench.models.network import Network
from workbench.models.stepwise import Stepwise

ROWS = Interface(steps=7, width=5, symbols=0, classes=4)
WORDS = Interface(steps=7, width=0, symbols=6, classes=6, every_step=True)
SUMS = Interface(steps=7, width=2, symbols=0, classes=1, every_step=True, answer="bit")
NUMBERS = Interface(steps=7, width=2, symbols=0, classes=1, every_step=True, answer="number")
VECTORS = Interface(steps=7, width=0, symbols=6, classes=5, answer="vector", vectors=5)


def built(model: Recurrent, interface: Interface = ROWS, seed: int = 3) -> Network:
    network = Network(model, interface).double()
    network.initialise(torch.Generator().manual_seed(seed))
    return network.requires_grad_(False)


def some(interface: Interface, batch: int, seed: int = 1) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    if interface.symbols:
        return torch.randint(interface.symbols, (batch, interface.steps), generator=generator)
    return torch.randn(batch, interface.steps, interface.width, generator=generator, dtype=torch.float64)


@pytest.mark.parametrize("cell", CELLS)
def test_with_nothing_held_it_is_the_fused_network(cell: CellName) -> None:
    for readout, bidirectional, layers in product(get_args(Readout), (False, True), (1, 3)):
        network = built(Recurrent(stack=stacked(cell, 6, layers, bidirectional), readout=readout, projection=3))
        assert cell == "rnn-sigmoid" or not any(isinstance(layer, Stepwise) for layer in network.layers)
        x = some(ROWS, 4)
        assert (clamped_scores(network, x, ()) - network(x)).abs().max() < 1e-12
        np.testing.assert_allclose(clamped_answer(network, x[0], ())[0], belief_by_step(network, x[0]), atol=1e-12)
        for mine, fused in zip(
            clamped_answer(network, x[0], ())[1].layers, gate_trace(network, x[0]).layers, strict=True
        ):
            assert (mine.layer, mine.direction, mine.shown) == (fused.layer, fused.direction, fused.shown)
            for gate in fused.gates:
                np.testing.assert_allclose(mine.gates[gate], fused.gates[gate], atol=1e-12)


@pytest.mark.parametrize("interface", [WORDS, SUMS], ids=["words", "sums"])
def test_answers_at_every_step_too(interface: Interface) -> None:
    network = built(Recurrent(stack=stacked("gru", 5)), interface)
    x = some(interface, 3)
    assert (clamped_scores(network, x, ()) - network(x)).abs().max() < 1e-12
    np.testing.assert_allclose(clamped_answer(network, x[0], ())[0], belief_by_step(network, x[0]), atol=1e-12)


@pytest.mark.parametrize("peepholes", [False, True])
def test_a_forget_gate_at_one_and_an_input_gate_at_zero_keep_c_exactly(peepholes: bool) -> None:
    network = built(recurrent(cell="lstm", units=6, bidirectional=True, peepholes=peepholes))
    x = some(ROWS, 5)
    for direction, side in (("forward", 0), ("backward", 1)):
        clamps = [Clamp(0, direction, "f", 1.0, first=3), Clamp(0, direction, "i", 0.0, first=3)]  # type: ignore[arg-type]
        c = run_clamped(network, x, clamps)[0].gates[side]["c"]  # (batch, time, units)
        free = run_clamped(network, x, ())[0].gates[side]["c"]
        if side == 0:
            assert torch.equal(c[:, 2], free[:, 2])  # nothing is held up to there
            assert all(torch.equal(c[:, step], c[:, 2]) for step in range(3, 7))
        else:  # it begins at the last step, from an empty memory
            assert not c[:, 3:].any()
            assert c[:, 0].any()
    everywhere = [Clamp(0, "forward", "f", 1.0), Clamp(0, "forward", "i", 0.0)]
    assert not run_clamped(network, x, everywhere)[0].gates[0]["c"].any()


def test_with_output_gates_at_zero_the_answer_is_the_heads_bias() -> None:
    for layers, bidirectional in product((1, 2), (False, True)):
        network = built(Recurrent(stack=stacked("lstm", 6, layers, bidirectional)))
        top = layers - 1
        clamps = [Clamp(top, direction, "o", 0.0) for direction in DIRECTIONS[: 2 if bidirectional else 1]]
        scores = clamped_scores(network, some(ROWS, 5), clamps)
        assert isinstance(network.head, torch.nn.Linear)
        assert torch.equal(scores, network.head.bias.expand(5, -1))


def test_held_units_and_steps_have_the_value_and_the_others_are_computed_from_it() -> None:
    network = built(Recurrent(stack=stacked("gru", 4)))
    x = some(ROWS, 3)
    clamp = Clamp(0, "forward", "z", 0.75, units=(1, 3), first=2, stop=5)
    z = run_clamped(network, x, [clamp])[0].gates[0]["z"]
    free = run_clamped(network, x, ())[0].gates[0]["z"]
    assert (z[:, 2:5][..., [1, 3]] == 0.75).all()
    assert torch.equal(z[:, :2], free[:, :2])
    assert torch.equal(z[:, 2][:, [0, 2]], free[:, 2][:, [0, 2]])  # the same step before it changes anything
    assert not torch.equal(z[:, 5], free[:, 5])  # what follows has another past
    h = run_clamped(network, x, [clamp])[0].gates[0]["h"]
    gates = run_clamped(network, x, [clamp])[0].gates[0]
    for step in range(1, 7):  # the GRU's equation, from its own gates
        expected = (1 - gates["z"][:, step]) * gates["n"][:, step] + gates["z"][:, step] * h[:, step - 1]
        assert (h[:, step] - expected).abs().max() < 1e-15


def test_belief_of_both_directions_is_a_real_run_of_each_prefix_with_what_is_held() -> None:
    network = built(Recurrent(stack=stacked("lstm", 5, 2, True), readout="both_ends"))
    x = some(ROWS, 1)[0]
    clamps = [Clamp(0, "backward", "f", 0.25, first=1, stop=4), Clamp(1, "forward", "i", 0.5, units=(2,))]
    beliefs = clamped_answer(network, x, clamps)[0]
    for step in range(7):
        alone = clamped_scores(network, x[None, : step + 1], clamps).softmax(-1)[0]
        np.testing.assert_allclose(beliefs[step], alone, atol=1e-12)


def test_the_mean_is_that_of_samples_and_steps_each_unit_its_own() -> None:
    network = built(Recurrent(stack=stacked("lstm", 4)))
    x = some(ROWS, 6)
    means = gate_means(network, x)
    by_hand = np.mean([gate_trace(network, one).layers[0].gates["f"].mean(axis=1) for one in x], axis=0)
    np.testing.assert_allclose(means[0, "forward", "f"], by_hand, atol=1e-12)
    held = run_clamped(network, x, [Clamp(0, "forward", "f", None, first=1)], means)[0].gates[0]["f"]
    np.testing.assert_allclose(held[2, 4], by_hand, atol=1e-12)


def test_of_two_clamps_on_a_gate_the_later_counts() -> None:
    network = built(Recurrent(stack=stacked("lstm", 4)))
    clamps = [Clamp(0, "forward", "f", 0.0), Clamp(0, "forward", "f", 1.0, units=(2,))]
    f = run_clamped(network, some(ROWS, 1), clamps)[0].gates[0]["f"]
    assert f[0, 0].tolist() == [0.0, 0.0, 1.0, 0.0]


def without(network: Network, x: Tensor, one: SwitchedOff) -> Tensor:
    return clamped_scores(network, x, [Clamp(one.layer, one.direction, "h", 0.0, units=(one.unit,))])  # type: ignore[arg-type]


def test_each_unit_switched_off_is_a_real_run_without_it() -> None:
    network = built(Recurrent(stack=stacked("lstm", 5, 2, True), readout="mean"))
    x, answer = some(ROWS, 3), 2
    found = [one for ones in switched_off(network, x, torch.full((3,), answer)) for one in ones]
    assert len(found) == 2 * 2 * 5
    free = network(x)
    for one in found:
        scores = without(network, x, one)
        change = scores.softmax(-1)[:, answer] - free.softmax(-1)[:, answer]
        assert one.change == pytest.approx(float(change.mean()), abs=1e-12)
        assert one.logit == pytest.approx(float((scores - free)[:, answer].mean()), abs=1e-12)
        assert one.harm == -one.change
    first = next(switched_off(network, x, torch.full((3,), answer)))
    assert [one.change for one in first] == sorted(one.change for one in first)


def test_what_they_are_switched_off_on_is_said_of_one_sample_and_of_many() -> None:
    assert [on_samples(1, None), on_samples(2, None)] == ["1 test sample", "2 test samples"]
    assert [on_samples(1, "7"), on_samples(20, "7")] == ["1 test sample of “7”", "20 test samples of “7”"]


def test_of_bits_the_right_ones_are_watched_at_every_step() -> None:
    network = built(Recurrent(stack=stacked("gru", 4, 1, True)), SUMS)
    x, y = some(SUMS, 3), torch.randint(2, (3, 7, 1), generator=torch.Generator().manual_seed(2)).double()
    sign = 2.0 * y - 1.0
    free = network(x)
    for one in next(switched_off(network, x, y)):
        scores = without(network, x, one)
        change = (sign * scores).sigmoid().mean() - (sign * free).sigmoid().mean()
        assert one.watched == "probability"
        assert one.change == pytest.approx(float(change), abs=1e-12)
        assert one.logit == pytest.approx(float((sign * (scores - free)).mean()), abs=1e-12)
        assert one.free == pytest.approx(float((sign * free).sigmoid().mean()), abs=1e-12)


def test_of_numbers_the_error_is_watched_and_where_it_grows_most_comes_first() -> None:
    network = built(Recurrent(stack=stacked("lstm", 6)), NUMBERS)
    x, y = some(NUMBERS, 2), torch.randn(2, 7, 1, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    found = next(switched_off(network, x, y))
    before = float((network(x) - y).square().mean())
    for one in found:
        assert one.watched == "squared error"
        assert one.logit is None
        assert one.change == pytest.approx(float((without(network, x, one) - y).square().mean()) - before, abs=1e-12)
        assert one.harm == one.change
    assert [one.change for one in found] == sorted((one.change for one in found), reverse=True)


def test_of_word_vectors_the_cosine_to_the_right_one_is_watched() -> None:
    network = built(Recurrent(stack=stacked("lstm", 4), input="word_vectors"), VECTORS)
    vectors = torch.randn(6, 5, generator=torch.Generator().manual_seed(4), dtype=torch.float64)
    network.input.take(vectors)
    x, y = some(VECTORS, 3), torch.tensor([5, 0, 2])

    def cosine(scores: Tensor) -> float:
        return float(torch.nn.functional.cosine_similarity(scores, vectors[y]).mean())

    for one in next(switched_off(network, x, y)):
        assert (one.watched, one.logit) == ("cosine", None)
        assert one.free == pytest.approx(cosine(network(x)), abs=1e-12)
        assert one.change == pytest.approx(cosine(without(network, x, one)) - cosine(network(x)), abs=1e-12)


def test_what_can_be_held_is_what_the_cells_show() -> None:
    for name, (layer,) in {name: stacked(name) for name in CELLS}.items():
        gates = {gate.id: (gate.low, gate.high) for gate in cell_of(layer).gates}
        assert list(HELD[name]) == list(gates)
        for gate, bounds in HELD[name].items():
            assert bounds == gates[gate] or (name, gate) == ("lstm", "h")  # bounded only with the outer tanh
