"""Four ways to compute a recurrent layer agree: torch's fused kernel, the trace, the textbook's step, and NumPy."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
import torch
from torch import Tensor

from workbench.config import CellName, Interface, Recurrent, stacked
from workbench.insight.trace import gate_trace
from workbench.models.cells import CELLS
from workbench.models.network import Network
from workbench.scratch import layer as scratch
from workbench.scratch.gate import Array, sigmoid, unstacked

STEPS, WIDTH, UNITS = 9, 5, 7


@contextmanager
def default_dtype(dtype: torch.dtype) -> Iterator[None]:
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


def stepwise(network: Network, number: int, direction: int, inputs: Tensor) -> dict[str, Tensor]:
    """Every gate by the textbook's step, one step after another. inputs: (batch, time, width)."""
    cell, weights = network.cells[number], network.weights_of(number, direction)
    state = cell.state(len(inputs), network.model.stack[number].units, inputs)
    found: list[dict[str, Tensor]] = []
    order = range(inputs.shape[1])
    for t in reversed(order) if direction else order:
        state, gates = cell.step(weights, inputs[:, t], state)
        found.append(gates)
    if direction:
        found.reverse()
    return {name: torch.stack([gates[name] for gates in found], dim=1) for name in found[0]}


def in_numpy(network: Network, number: int, direction: int, inputs: Array) -> dict[str, Array]:
    weights = unstacked(
        *(part.detach().double().numpy() for part in network.weights_of(number, direction) if part is not None)
    )
    return scratch.run(scratch.CELLS[network.model.stack[number].cell], weights, inputs, backward=bool(direction))


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-12), (torch.float32, 1e-5)])
@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("cell", CELLS)
def test_fused_traced_stepwise_and_numpy_agree(
    cell: CellName, bidirectional: bool, layers: int, dtype: torch.dtype, tolerance: float
) -> None:
    model = Recurrent(stack=stacked(cell, UNITS, layers, bidirectional))
    with default_dtype(dtype), torch.inference_mode():
        network = Network(model, Interface(steps=STEPS, width=WIDTH, symbols=0, classes=3))
        network.initialise(torch.Generator().manual_seed(3))
        x = torch.randn(2, STEPS, WIDTH, generator=torch.Generator().manual_seed(4))
        ran = network.run(x)
        traces = [gate_trace(network, sample) for sample in x]
        z = x.double().numpy()  # what NumPy's layers hand upwards, never torch's
        for number, (inputs, outputs) in enumerate(ran):
            halves: list[Array] = []
            for direction, fused_h in enumerate(outputs.chunk(1 + bidirectional, dim=-1)):
                steps = stepwise(network, number, direction, inputs)
                plain = in_numpy(network, number, direction, z)
                halves.append(plain["h"])
                np.testing.assert_allclose(fused_h.numpy(), plain["h"], rtol=0, atol=tolerance)
                assert list(steps) == list(plain) == [gate.id for gate in network.cells[number].gates]
                for name, values in plain.items():
                    np.testing.assert_allclose(steps[name].numpy(), values, rtol=0, atol=tolerance)
                    for trace, expected in zip(traces, values, strict=True):
                        traced = trace.layers[number * (1 + bidirectional) + direction].gates[name]
                        np.testing.assert_allclose(traced.T, expected, rtol=0, atol=tolerance)
            z = np.concatenate(halves, axis=-1)


@pytest.mark.parametrize("cell", CELLS)
def test_gates_stay_within_the_bounds_that_their_cell_states(cell: CellName) -> None:
    network = Network(Recurrent(stack=stacked(cell, UNITS)), Interface(steps=STEPS, width=WIDTH, symbols=0, classes=3))
    trace = gate_trace(network, 100 * torch.randn(STEPS, WIDTH, generator=torch.Generator().manual_seed(1)))
    for gate in trace.layers[0].shown:
        values = trace.layers[0].gates[gate.id]
        assert values.shape == (UNITS, STEPS)
        assert gate.low is None or values.min() >= gate.low
        assert gate.high is None or values.max() <= gate.high


def test_an_lstm_step_by_hand() -> None:
    # One unit, one input. With every weight 0 and biases that make i = 1/2, f = 1/4, o = 3/4 and g = 1/2,
    # c goes 0 -> 1/4 -> 5/16 and h = 3/4 tanh(c).
    biases = np.array([0.0, -np.log(3), np.arctanh(0.5), np.log(3)])
    weights = unstacked(np.zeros((4, 1)), np.zeros((4, 1)), biases, np.zeros(4))
    gates = scratch.run(scratch.CELLS["lstm"], weights, np.zeros((1, 2, 1)))
    np.testing.assert_allclose(gates["c"].ravel(), [1 / 4, 5 / 16], rtol=1e-15)
    np.testing.assert_allclose(gates["h"].ravel(), 0.75 * np.tanh([1 / 4, 5 / 16]), rtol=1e-15)


def test_a_gru_that_keeps_everything_keeps_its_state() -> None:
    # The update gate is shut at step 1 (z = 0: h becomes n) and open from step 2 (z = 1: h stays).
    W = np.array([[0.0], [1e3], [0.0]])
    weights = unstacked(W, np.zeros((3, 1)), np.array([0.0, 0.0, 0.3]), np.zeros(3))
    gates = scratch.run(scratch.CELLS["gru"], weights, np.array([[[-1.0], [1.0], [1.0]]]))
    np.testing.assert_allclose(gates["h"].ravel(), np.tanh([0.3, 0.3, 0.3]), rtol=1e-15)


def test_the_logistic_function_does_not_overflow() -> None:
    np.testing.assert_array_equal(sigmoid(np.array([-1e300, 0.0, 1e300])), [0.0, 0.5, 1.0])


def test_both_registries_name_the_same_cells() -> None:
    assert set(scratch.CELLS) == set(CELLS)
