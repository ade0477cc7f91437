"""A layer read by the textbook's step, for a whole batch, with gates held where somebody wants it."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from workbench.models.cell import Hold, State, free
from workbench.models.network import Network

HoldAt = Callable[[int], Hold]
"""What is held at a step, counted from 0 as the input has them."""


class TextbookStep(NamedTuple):
    """One step: its number as the input has them, the state after it, h first, and its gates; each (batch, hidden)."""

    number: int
    state: State
    gates: dict[str, Tensor]


def hold_nothing(step: int) -> Hold:
    """Every step is free."""
    return free


def textbook_steps(
    network: Network, number: int, side: int, inputs: Tensor, hold_at: HoldAt = hold_nothing,
    lengths: Tensor | None = None,
) -> Iterator[TextbookStep]:  # fmt: skip
    """Layer ``number`` in direction ``side`` (1: backward), step by step in the order it reads.

    inputs: (samples, time, width), what the layer reads. ``lengths``: (samples,), where each sequence ends; a backward
    half begins there, and all is 0 beyond.
    """
    cell, weights = network.cells[number], network.weights_of(number, side)
    state = cell.state(len(inputs), network.model.stack[number].units, inputs)
    steps = list(enumerate(inputs.unbind(dim=1)))
    for step, x in reversed(steps) if side else steps:
        state, gates = cell.step(weights, x, state, hold_at(step))
        if lengths is not None:
            # Beyond its end a sequence has nothing to say, and a backward half has not begun.
            within = (step < lengths)[:, None]
            state = tuple(torch.where(within, new, torch.zeros_like(new)) for new in state)
            gates = {gate: torch.where(within, values, torch.zeros_like(values)) for gate, values in gates.items()}
        yield TextbookStep(step, state, gates)


def textbook_gates(
    network: Network, number: int, side: int, inputs: Tensor, hold_at: HoldAt = hold_nothing,
    lengths: Tensor | None = None,
) -> dict[str, Tensor]:  # fmt: skip
    """The gates of a layer and direction, each (samples, time, hidden), at the steps they belong to.

    Taken as :func:`textbook_steps` takes it.
    """
    found = [one.gates for one in _in_time(textbook_steps(network, number, side, inputs, hold_at, lengths))]
    return {gate: torch.stack([gates[gate] for gates in found], dim=1) for gate in found[0]}


def textbook_outputs(network: Network, number: int, side: int, inputs: Tensor, hold_at: HoldAt) -> Tensor:
    """h of a layer and direction alone, (samples, time, hidden): of many samples the gates would fill the memory."""
    found = [one.state[0] for one in _in_time(textbook_steps(network, number, side, inputs, hold_at))]
    return torch.stack(found, dim=1)


def _in_time(steps: Iterator[TextbookStep]) -> list[TextbookStep]:
    return sorted(steps, key=lambda one: one.number)
