"""What every recurrent cell offers: one step by the textbook, a trace, and torch's fused kernel.

A cell is one step: the textbook's equations. Training runs torch's fused kernels over whole sequences; looking inside
uses :meth:`Cell.gates`, which needs no loop because the fused kernel already returned h for every step.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from workbench.config import RecurrentStart


@dataclass(frozen=True)
class Gate:
    """One quantity inside a cell. ``low`` and ``high`` bound its values; None where nothing bounds them."""

    id: str
    name: str
    low: float | None
    high: float | None


class Weights(NamedTuple):
    """The weights of one layer and direction; ``gates`` blocks of ``hidden`` rows stacked."""

    input: Tensor  # W: (gates * hidden, inputs)
    hidden: Tensor  # U: (gates * hidden, hidden)
    input_bias: Tensor | None  # (gates * hidden,); None: no biases
    hidden_bias: Tensor | None  # (gates * hidden,)
    peepholes: Tensor | None = None  # p of i, f and o: (3 * hidden,); None: the gates do not see c


Hold = Callable[[str, Tensor], Tensor]
"""Sees each quantity as a step computes it, by its gate's id, and gives the values that the step goes on with."""


def free(gate: str, values: Tensor) -> Tensor:
    """Holds nothing: every quantity is as it was computed."""
    return values


State = tuple[Tensor, ...]
"""What a cell carries to the next step, h first: (h, c) for an LSTM, (h,) for the others; each (batch, hidden)."""


class Cell(ABC):
    """One kind of recurrent cell."""

    id: str
    title: str
    #: What can be looked at, in the order it is shown.
    gates: tuple[Gate, ...]
    #: How many blocks of rows torch stacks in this cell's matrices.
    blocks: int

    @abstractmethod
    def fused(self, inputs: int, hidden: int, *, bidirectional: bool, bias: bool = True) -> nn.RNNBase | None:
        """torch's own kernel for one layer of this cell, batch first; None where torch has none."""

    @abstractmethod
    def step(self, weights: Weights, x: Tensor, state: State, hold: Hold = free) -> tuple[State, dict[str, Tensor]]:
        """One step by the textbook. x: (batch, inputs); state and every gate: (batch, hidden).

        ``hold`` may put other values in place of a gate's, before anything is computed from them.
        """

    @abstractmethod
    def trace(self, weights: Weights, x: Tensor, h: Tensor) -> dict[str, Tensor]:
        """Every gate at every step of one sequence, from the h that the fused kernel returned.

        x: (time, inputs) and h: (time, hidden), in the order the cell read them. Each gate: (time, hidden).
        """

    def state(self, batch: int, hidden: int, like: Tensor) -> State:
        """The state before the first step: zeros."""
        return (like.new_zeros(batch, hidden),)

    def initialise(
        self,
        weights: Weights,
        generator: torch.Generator,
        forget_bias: float,
        start: RecurrentStart = "uniform",
        longest_memory: int = 0,
    ) -> None:
        """Uniform in +-1/sqrt(hidden), as torch does, but from the generator given; ``start`` is for U alone.

        ``forget_bias`` and ``longest_memory``, in steps, are for cells with a forget gate.
        """
        bound = weights.hidden.shape[1] ** -0.5
        with torch.no_grad():
            for tensor in weights:
                if tensor is not None:
                    tensor.uniform_(-bound, bound, generator=generator)
        if start != "uniform":
            for block in weights.hidden.detach().chunk(self.blocks):  # each (hidden, hidden), one gate's
                match start:
                    case "orthogonal":
                        nn.init.orthogonal_(block, generator=generator)
                    case "identity":
                        nn.init.eye_(block)
                    case "xavier":
                        nn.init.xavier_uniform_(block, generator=generator)


def previous(h: Tensor) -> Tensor:
    """h of the step before, zeros before the first. h: (time, hidden) -> (time, hidden)."""
    return torch.cat([h.new_zeros(1, h.shape[1]), h[:-1]])
