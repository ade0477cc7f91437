"""Layers in plain NumPy: steps worked out on paper, and agreement with torch in its own, shorter numbers."""

import numpy as np
import pytest
import torch

from tests.scratch.nets import BLOCKS, UNITS, VARIANTS, Variant, inputs, net
from workbench.config import CellName, Interface, Layer, Recurrent
from workbench.models import shapes
from workbench.models.cells import CELLS
from workbench.models.network import Network
from workbench.scratch import cells as scratch
from workbench.scratch.gate import Array, sigmoid, unstacked
from workbench.scratch.layer import Layer as ByHandLayer
from workbench.scratch.net import Net


def gates_of(cell: str, W: Array, U: Array, b: Array, x: Array, p: Array | None = None) -> dict[str, Array]:
    return ByHandLayer(scratch.CELLS[cell]).forward(unstacked(W, U, b, None, p), x).gates


def test_an_lstm_step_by_hand() -> None:
    # One unit, one input. With every weight 0 and biases that make i = 1/2, f = 1/4, o = 3/4 and g = 1/2,
    # c goes 0 -> 1/4 -> 5/16 and h = 3/4 tanh(c).
    biases = np.array([0.0, -np.log(3), np.arctanh(0.5), np.log(3)])
    weights = unstacked(np.zeros((4, 1)), np.zeros((4, 1)), biases)
    gates = ByHandLayer(scratch.cell_of("lstm")).forward(weights, np.zeros((1, 2, 1))).gates
    np.testing.assert_allclose(gates["c"].ravel(), [1 / 4, 5 / 16], rtol=1e-15)
    np.testing.assert_allclose(gates["h"].ravel(), 0.75 * np.tanh([1 / 4, 5 / 16]), rtol=1e-15)
    gates = ByHandLayer(scratch.cell_of("lstm", outer_tanh=False)).forward(weights, np.zeros((1, 2, 1))).gates
    np.testing.assert_allclose(gates["h"].ravel(), [3 / 16, 15 / 64], rtol=1e-15)


def test_peepholes_look_at_the_state_before_and_the_output_gate_at_the_one_now() -> None:
    # Every gate is 1/2 without peepholes and g is 1/2: c = 1/4 after a first step that looked at 0. Peepholes of
    # ln 3 / c then make i and f of the second step 3/4, and o of the first.
    biases = np.array([0.0, 0.0, np.arctanh(0.5), 0.0])
    peepholes = np.full(3, 4 * np.log(3))
    gates = gates_of("lstm", np.zeros((4, 1)), np.zeros((4, 1)), biases, np.zeros((1, 2, 1)), peepholes)
    np.testing.assert_allclose(gates["i"].ravel(), [1 / 2, 3 / 4], rtol=1e-15)
    np.testing.assert_allclose(gates["f"].ravel(), [1 / 2, 3 / 4], rtol=1e-15)
    np.testing.assert_allclose(gates["o"].ravel()[0], 3 / 4, rtol=1e-15)
    np.testing.assert_allclose(gates["c"].ravel(), [1 / 4, 9 / 16], rtol=1e-15)


def test_a_gru_that_keeps_everything_keeps_its_state() -> None:
    # The update gate is shut at step 0 (z = 0: h becomes n) and open from step 1 (z = 1: h stays).
    W = np.array([[0.0], [1e3], [0.0]])
    gates = gates_of("gru", W, np.zeros((3, 1)), np.array([0.0, 0.0, 0.3]), np.array([[[-1.0], [1.0], [1.0]]]))
    np.testing.assert_allclose(gates["h"].ravel(), np.tanh([0.3, 0.3, 0.3]), rtol=1e-15)


@pytest.mark.parametrize(("cell", "expected"), [("rnn-tanh", np.tanh(-2.0)), ("rnn-relu", 0.0), ("rnn-sigmoid", 0.0)])
def test_a_plain_step_by_hand(cell: str, expected: float) -> None:
    found = gates_of(cell, np.array([[-2.0]]), np.zeros((1, 1)), np.zeros(1), np.ones((1, 1, 1)))["h"]
    assert found.item() == pytest.approx(1 / (1 + np.e**2) if cell == "rnn-sigmoid" else expected, rel=1e-15)


def test_the_logistic_function_does_not_overflow() -> None:
    np.testing.assert_array_equal(sigmoid(np.array([-1e300, 0.0, 1e300])), [0.0, 0.5, 1.0])


def test_a_backward_layer_reads_from_the_end() -> None:
    forward = net(Variant("gru"))
    backward = Net([[ByHandLayer(layer.cell, backward=True) for layer in forward.stack[0]]], forward.weights, 2)
    x = inputs()
    np.testing.assert_array_equal(backward.forward(x[:, ::-1]).top[:, ::-1], forward.forward(x).top)


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_torch_finds_the_same_scores_and_gradients(variant: Variant, bidirectional: bool) -> None:
    by_hand, x = net(variant, 2, bidirectional=bidirectional), inputs()
    cell: CellName = variant.cell  # type: ignore[assignment]
    layer = Layer(
        cell=cell, units=UNITS, bidirectional=bidirectional, peepholes=variant.peepholes, outer_tanh=variant.outer_tanh
    )
    interface = Interface(steps=6, width=3, symbols=0, classes=2, every_step=True)
    network = Network(Recurrent(stack=(layer, layer), bias=variant.bias), interface)
    network.load_state_dict({name: torch.from_numpy(values) for name, values in by_hand.weights.items()})
    scores = network(torch.from_numpy(x).float())
    passed = by_hand.forward(x)
    np.testing.assert_allclose(scores.detach().numpy(), passed.scores, rtol=0, atol=1e-5)
    (scores**2).sum().backward()
    for name, gradient in by_hand.back(passed, 2.0 * passed.scores).items():
        found = network.get_parameter(name).grad
        assert found is not None
        np.testing.assert_allclose(found.numpy(), gradient, rtol=0, atol=1e-5 * max(1.0, float(np.abs(gradient).max())))


def test_both_registries_name_the_same_cells() -> None:
    assert set(scratch.CELLS) == set(CELLS) == set(BLOCKS)
    assert shapes.BLOCKS == BLOCKS
