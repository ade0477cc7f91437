"""A network unrolled: the textbook's step again and again, with every state and gate kept, ready for the way back."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from workbench.models.cell import State, Weights
from workbench.models.network import Network, directions


class UnrolledLayer(NamedTuple):
    """One layer and direction; steps as the input has them."""

    layer: int
    side: int  # 0 forward, 1 backward
    states: tuple[State, ...]  # at each step, h first: each (batch, hidden)
    gates: tuple[dict[str, Tensor], ...]  # at each step, by id: each (batch, hidden)


class Unrolled(NamedTuple):
    """A batch on its way through a network. ``outputs``: (batch, time, directions * hidden) of the top layer."""

    network: Network
    layers: tuple[UnrolledLayer, ...]
    outputs: Tensor

    def scores(self) -> Tensor:
        """What the network answers, (batch, [time,] classes), nothing dropped."""
        return self.network.head(self.network.seen(self.outputs))  # type: ignore[no-any-return]


def unroll(network: Network, x: Tensor) -> Unrolled:
    """Reads a batch step by step, x as the network takes it. Derivatives can be asked of states, not of weights."""
    layers: list[UnrolledLayer] = []
    with torch.enable_grad():
        z = network.input(x).detach()  # (batch, time, width)
        for number, layer in enumerate(network.model.stack):
            halves = [_read(network, number, side, z) for side in range(directions(layer))]
            layers += halves
            z = torch.cat([torch.stack([state[0] for state in half.states], dim=1) for half in halves], dim=-1)
    return Unrolled(network, tuple(layers), z)


def _read(network: Network, number: int, side: int, z: Tensor) -> UnrolledLayer:
    cell = network.cells[number]
    weights = network.weights_of(number, side)
    weights = Weights(*(part if part is None else part.detach() for part in weights))  # type: ignore[arg-type]
    # What all states hang on asks for derivatives, and so do they.
    state: State = tuple(part.requires_grad_() for part in cell.state(len(z), network.model.stack[number].units, z))
    in_order: Callable[..., list[Tensor]] = list if not side else lambda steps: [*reversed(steps)]
    states, gates = [], []
    for x in in_order(z.unbind(dim=1)):
        state, seen = cell.step(weights, x, state)
        states.append(state)
        gates.append(seen)
    if side:  # the backward half read from the end
        states.reverse()
        gates.reverse()
    return UnrolledLayer(number, side, tuple(states), tuple(gates))
