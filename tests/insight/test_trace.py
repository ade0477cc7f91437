"""A gate trace has every layer and direction, with time as the input has it."""

import numpy as np
import pytest
import torch
from msgspec.structs import replace

from workbench.config import Interface, Layer, Recurrent, stacked
from workbench.insight.trace import gate_trace
from workbench.insight.verify import VARIANTS
from workbench.models.network import Network

INTERFACE = Interface(steps=6, width=2, symbols=0, classes=3)


def test_every_layer_and_direction_is_there_in_order() -> None:
    network = Network(Recurrent(stack=stacked(units=4, layers=2, bidirectional=True)), INTERFACE)
    trace = gate_trace(network, torch.zeros(6, 2))
    assert [layer.name for layer in trace.layers] == [
        "layer 0, forward", "layer 0, backward", "layer 1, forward", "layer 1, backward",
    ]  # fmt: skip
    assert trace.steps == 6
    assert [gate.id for gate in trace.layers[0].shown] == ["i", "f", "o", "g", "c", "h"]
    for layer in trace.layers:
        assert set(layer.gates) == {gate.id for gate in layer.shown}
        assert all(values.shape == (4, 6) and values.flags.c_contiguous for values in layer.gates.values())


def test_a_picture_read_in_pairs_of_rows_has_a_step_a_pair() -> None:
    pairs = Interface(steps=3, width=4, symbols=0, classes=3, picture=(6, 2, 1))
    trace = gate_trace(Network(Recurrent(stack=stacked(units=4)), pairs), torch.zeros(6, 2))
    assert trace.steps == 3
    assert trace.layers[0].gates["h"].shape == (4, 3)


def test_a_change_late_in_the_sequence_is_seen_by_forward_after_it_and_by_backward_before_it() -> None:
    network = Network(Recurrent(stack=stacked(units=4, bidirectional=True)), INTERFACE)
    network.initialise(torch.Generator().manual_seed(1))
    x = torch.zeros(6, 2)
    changed = x.clone()
    changed[3] = 1.0
    for before, after in zip(gate_trace(network, x).layers, gate_trace(network, changed).layers, strict=True):
        differs = np.abs(before.gates["h"] - after.gates["h"]).max(axis=0) > 1e-6  # (time,)
        expected = [False] * 3 + [True] * 3 if before.direction == "forward" else [True] * 4 + [False] * 2
        assert differs.tolist() == expected


@pytest.mark.parametrize("upper", [Layer(cell="lstm", units=3), Layer(cell="rnn-tanh", units=5), Layer(cell="gru")])
@pytest.mark.parametrize("lower", [Layer(units=4, bidirectional=True), Layer(units=4, peepholes=True)])
def test_a_stack_of_different_layers_is_traced_as_its_cells_step(lower: Layer, upper: Layer) -> None:
    network = Network(Recurrent(stack=(lower, upper)), INTERFACE)
    network.initialise(torch.Generator().manual_seed(1))
    x = torch.randn(6, 2, generator=torch.Generator().manual_seed(2))
    traced = iter(gate_trace(network, x).layers)
    inputs = x
    for number, layer in enumerate((lower, upper)):
        cell, halves = network.cells[number], []
        for direction in range(1 + layer.bidirectional):
            weights = network.weights_of(number, direction)
            state, steps = cell.state(1, layer.units, inputs), {}
            for t in reversed(range(6)) if direction else range(6):
                state, steps[t] = cell.step(weights, inputs[t : t + 1], state)
            shown = next(traced)
            for gate in cell.gates:
                stepped = torch.cat([steps[t][gate.id] for t in range(6)])  # (time, units)
                np.testing.assert_allclose(shown.gates[gate.id].T, stepped.detach().numpy(), rtol=0, atol=2e-6)
            halves.append(torch.cat([steps[t]["h"] for t in range(6)]))
        inputs = torch.cat(halves, dim=-1)
    assert next(traced, None) is None


@pytest.mark.parametrize("bidirectional", [False, True], ids=["forward", "both"])
@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("variant", VARIANTS)
def test_in_double_precision_every_cell_is_traced_as_it_steps(variant: str, depth: int, bidirectional: bool) -> None:
    layer = replace(VARIANTS[variant], bidirectional=bidirectional)
    network = Network(Recurrent(stack=(layer,) * depth, projection=3), INTERFACE)
    network.initialise(torch.Generator().manual_seed(3))
    network.double()
    x = torch.randn(6, 2, generator=torch.Generator().manual_seed(4), dtype=torch.float64)
    trace = gate_trace(network, x)
    assert trace.layers[0].gates["h"].dtype == np.float64
    shown = iter(trace.layers)
    with torch.no_grad():
        assert network.input.projection is not None
        inputs = network.input.projection(x)  # (time, width)
        for number, cell in enumerate(network.cells):
            halves = []
            for direction in range(1 + bidirectional):
                state, gates = cell.state(1, layer.units, inputs), {}
                for t in reversed(range(6)) if direction else range(6):
                    state, gates[t] = cell.step(network.weights_of(number, direction), inputs[t : t + 1], state)
                traced = next(shown)
                assert set(traced.gates) == set(gates[0])
                for gate, values in traced.gates.items():
                    for t in range(6):
                        np.testing.assert_allclose(values[:, t], gates[t][gate][0].numpy(), rtol=0, atol=1e-6)
                halves.append(torch.cat([gates[t]["h"] for t in range(6)]))
            inputs = torch.cat(halves, dim=-1)
    assert next(shown, None) is None
