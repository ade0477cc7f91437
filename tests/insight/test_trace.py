"""A gate trace has every layer and direction, with time as the input has it."""

import numpy as np
import torch

from workbench.config import Interface, Recurrent, stacked
from workbench.insight.trace import gate_trace
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
