"""The network: what it starts with, what its head sees, and when it drops."""

import math
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from tests.recurrents import recurrent
from workbench.config import CellName, Interface, Readout, Recurrent
from workbench.models.cells import CELLS
from workbench.models.input_layer import InputLayer
from workbench.models.network import Memory, Network, read_out

DIGITS = Interface(steps=4, width=3, symbols=0, classes=10)
WORDS = Interface(steps=4, width=0, symbols=9, classes=9, every_step=True)


def network(interface: Interface = DIGITS, seed: int = 1, **settings: Any) -> Network:
    made = Network(recurrent(**{"units": 6, **settings}), interface)
    made.initialise(torch.Generator().manual_seed(seed))
    return made


def inputs(batch: int = 5) -> Tensor:
    return torch.randn(batch, DIGITS.steps, DIGITS.width, generator=torch.Generator().manual_seed(0))


# --- how it starts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bias", [1.0, -2.5])
def test_the_forget_bias_is_the_sum_of_both_biases(bias: float) -> None:
    made = network(layers=2, bidirectional=True, forget_bias=bias)
    for layer in range(2):
        for direction in range(2):
            weights = made.weights_of(layer, direction)
            assert weights.input_bias is not None and weights.hidden_bias is not None
            total = weights.input_bias + weights.hidden_bias
            assert total[6:12].tolist() == [bias] * 6
            assert bias not in torch.cat([total[:6], total[12:]]).tolist()


def test_a_network_with_only_a_forget_bias_forgets_by_just_that_much() -> None:
    made = network(forget_bias=1.0)
    weights = made.weights_of(0, 0)
    x, state = torch.zeros(1, 3), (torch.zeros(1, 6), torch.ones(1, 6))
    _, gates = made.cells[0].step(weights, x, state)
    assert torch.allclose(gates["f"], torch.full((1, 6), 1 / (1 + math.exp(-1))))


def test_memories_of_all_lengths_start_from_the_biases_of_two_gates() -> None:
    made = network(units=400, longest_memory=100)
    weights = made.weights_of(0, 0)
    assert weights.input_bias is not None and weights.hidden_bias is not None
    total = (weights.input_bias + weights.hidden_bias).detach()
    spans = total[400:800].exp()  # s of f = s / (1 + s): it fades over about 1 + s steps
    assert spans.min() >= 1.0 and spans.max() <= 99.0
    assert spans.mean() == pytest.approx(50.0, abs=4 * 28.3 / 20)  # uniform: standard error 98 / sqrt(12 * 400)
    assert torch.allclose(total[:400], -total[400:800])
    assert total[800:].abs().max() <= 2 / 20


@pytest.mark.parametrize("cell", CELLS)
def test_the_same_seed_gives_the_same_weights_and_another_seed_others(cell: CellName) -> None:
    settings = {"cell": cell, "layers": 2, "bidirectional": True}
    for interface in (DIGITS, WORDS):
        once, again, other = (network(interface, seed, **settings).state_dict() for seed in (7, 7, 8))
        assert all(torch.equal(once[name], again[name]) for name in once)
        changed = [name for name in once if not torch.equal(once[name], other[name])]
        assert set(once) - set(changed) == set()


@pytest.mark.parametrize("cell", CELLS)
def test_weights_start_within_one_over_the_root_of_the_units(cell: CellName) -> None:
    made = network(cell=cell, units=25, forget_bias=0.1)
    for weight in made.layers.parameters():
        assert weight.abs().max() <= 1 / 5
    assert made.weights_of(0, 0).hidden.abs().max() > 0.19


# --- what the head sees -----------------------------------------------------------------------------------------------

# One sample, three steps; forward half 1 2 3, backward half 30 20 10 (it reads from the end, so 30 is its last).
OUTPUTS = torch.tensor([[[1.0, 30.0], [2.0, 20.0], [3.0, 10.0]]])


@pytest.mark.parametrize(
    ("readout", "seen"), [("last", [3, 10]), ("both_ends", [3, 30]), ("mean", [2, 20]), ("max", [3, 30])]
)
def test_each_read_out_by_hand(readout: Readout, seen: list[float]) -> None:
    assert read_out(OUTPUTS, readout, hidden=1).tolist() == [seen]


def test_the_scores_are_the_head_of_the_read_out() -> None:
    made, x = network(bidirectional=True, readout="both_ends"), inputs()
    fused, (h_end, _) = made.layers[0](x)  # torch's own last states: (2, batch, hidden)
    expected = made.head(torch.cat([h_end[0], h_end[1]], dim=-1))
    assert torch.allclose(made(x), expected, atol=1e-6)
    assert fused.shape == (5, 4, 12)


def test_with_an_answer_at_every_step_a_step_sees_nothing_of_what_follows() -> None:
    made = network(WORDS)
    words = torch.tensor([[1, 2, 3, 4], [1, 2, 8, 8]])
    scores = made(words)
    assert scores.shape == (2, 4, 9)
    assert torch.allclose(scores[0, :2], scores[1, :2], atol=1e-6)
    assert not torch.allclose(scores[0, 2:], scores[1, 2:])


# --- what goes in -----------------------------------------------------------------------------------------------------


def test_symbols_become_numbers_one_hot_or_vectors() -> None:
    words = torch.tensor([[4, 0]])
    assert InputLayer(Recurrent(input="scalar"), WORDS)(words).tolist() == [[[4.0], [0.0]]]
    one_hot = [[[0, 0, 0, 0, 1, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0, 0, 0, 0]]]
    assert InputLayer(Recurrent(input="one_hot"), WORDS)(words).tolist() == one_hot
    learnt = InputLayer(Recurrent(embedding=5), WORDS)
    assert learnt.embedding is not None
    assert torch.equal(learnt(words)[0], learnt.embedding.weight[[4, 0]])


@pytest.mark.parametrize("tuned", [False, True])
def test_vectors_that_came_with_the_words_are_read_and_learnt_further_only_when_tuned(tuned: bool) -> None:
    words, given = torch.tensor([[4, 0]]), torch.randn(9, 5, generator=torch.Generator().manual_seed(0))
    layer = InputLayer(Recurrent(input="word_vectors", tune_vectors=tuned), replace(WORDS, vectors=5))
    layer.take(given)
    assert torch.equal(layer(words)[0], given[[4, 0]])
    assert len(list(layer.parameters())) == tuned


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("settings", [{"layers": 1}, {"layers": 2}, {"outer_tanh": False}])
def test_a_sequence_read_in_stretches_is_the_sequence_read_at_once(cell: CellName, settings: dict[str, Any]) -> None:
    made = network(WORDS, cell=cell, **settings)
    x = torch.randint(9, (3, 10), generator=torch.Generator().manual_seed(2))
    memory: Memory | None = None
    said = []
    for stretch in (x[:, :4], x[:, 4:5], x[:, 5:]):
        scores, memory = made.go_on(stretch, memory)
        said.append(scores)
    assert torch.allclose(torch.cat(said, dim=1), made(x), atol=1e-6)


def test_a_projection_is_one_linear_layer_and_nothing_else() -> None:
    layer = InputLayer(Recurrent(projection=2), DIGITS)
    assert layer.projection is not None
    assert torch.allclose(layer(inputs()), inputs() @ layer.projection.weight.T + layer.projection.bias, atol=1e-6)
    assert torch.equal(InputLayer(Recurrent(), DIGITS)(inputs()), inputs())


# --- dropout ----------------------------------------------------------------------------------------------------------


def test_nothing_is_dropped_without_a_generator() -> None:
    quiet, dropping = network(layers=2), network(layers=2, dropout=0.5)
    dropping.load_state_dict(quiet.state_dict())
    assert torch.equal(dropping(inputs()), quiet(inputs()))
    assert torch.equal(quiet(inputs(), torch.Generator().manual_seed(1)), quiet(inputs()))


def test_the_same_generator_drops_the_same_and_another_others() -> None:
    made = network(layers=2, dropout=0.5)
    once, again, other = (made(inputs(), torch.Generator().manual_seed(seed)) for seed in (1, 1, 2))
    assert torch.equal(once, again)
    assert not torch.equal(once, other)


def test_what_is_kept_is_scaled_so_that_the_mean_stays() -> None:
    made = network(dropout=0.25)
    dropped = made._drop(torch.ones(200_000), torch.Generator().manual_seed(1))
    assert {round(value, 6) for value in dropped.tolist()} == {0.0, round(1 / 0.75, 6)}
    # Standard error of the mean: sqrt(0.25 / 0.75 / 200,000) = 0.0013.
    assert abs(float(dropped.mean()) - 1.0) < 4 * 0.0013


def test_dropout_falls_between_the_layers_and_at_the_head_only() -> None:
    made = network(layers=2, dropout=0.5)
    first, second = made.run(inputs(), torch.Generator().manual_seed(1))
    undropped = made.run(inputs())[0]
    assert torch.equal(first.inputs, inputs())
    assert torch.equal(first.outputs, undropped.outputs)
    assert (second.inputs == 0).any()
    assert not (undropped.outputs == 0).any()
