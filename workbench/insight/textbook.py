"""The gates of a whole batch by the textbook's step, where a trace of one sequence would not do."""

import torch
from torch import Tensor

from workbench.models.network import Network


def textbook_gates(network: Network, number: int, side: int, inputs: Tensor) -> dict[str, Tensor]:
    """The gates of layer ``number`` and direction ``side`` (1: backward), each (samples, time, hidden).

    inputs: (samples, time, width), what the layer reads. Gates stand at the steps they belong to.
    """
    cell, weights = network.cells[number], network.weights_of(number, side)
    state = cell.state(len(inputs), network.model.stack[number].units, inputs)
    steps = inputs.unbind(dim=1)
    found = []
    for x in reversed(steps) if side else steps:
        state, gates = cell.step(weights, x, state)
        found.append(gates)
    if side:  # the backward half read from the end
        found.reverse()
    return {gate: torch.stack([gates[gate] for gates in found], dim=1) for gate in found[0]}
