"""Cells of small random networks for tests of the drawn cell: every variant of the hand-written ones, in float64."""

import torch

from tests.scratch.nets import VARIANTS, Variant, inputs, net
from workbench.config import Interface, Layer, Recurrent
from workbench.insight.equations import CellEquations, equations_of
from workbench.insight.trace import gate_trace
from workbench.models.network import Network

ALL = VARIANTS
LSTM = Variant("lstm")
GRU = Variant("gru")
PLAIN = Variant("rnn-tanh")


def cell_of(variant: Variant, *, unit: int = 1, step: int = 3, gain: float = 1.0) -> CellEquations:
    """One unit at one step; its weights are ``gain`` times as large."""
    layer = Layer(
        cell=variant.cell, units=4,  # type: ignore[arg-type]
        peepholes=variant.peepholes, outer_tanh=variant.outer_tanh,
    )  # fmt: skip
    network = Network(Recurrent(stack=(layer,), bias=variant.bias), Interface(6, 3, 0, 2)).double()
    network.load_state_dict({name: gain * torch.from_numpy(w) for name, w in net(variant).weights.items()})
    trace = gate_trace(network, torch.from_numpy(inputs()[0]))
    return equations_of(trace, network.state_dict(), network.model, index=0, unit=unit, step=step)
