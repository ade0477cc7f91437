"""Gradient flow as a value: how strongly the loss hangs on h and c at every step of the input."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Norms = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LayerFlow:
    """One layer and direction. ``h``, ``c``: (time,) norms, time as the input has it; ``c`` None without a cell state.

    Each is the L2 norm, over samples and units, of the derivative of the mean loss by all that the cell handed on at
    that step, on every way there is from it to the loss.
    """

    layer: int
    direction: str
    h: Norms
    c: Norms | None

    @property
    def name(self) -> str:
        return f"layer {self.layer}, {self.direction}"

    @property
    def norms(self) -> dict[str, Norms]:
        """By the id of what is handed on."""
        return {"h": self.h} if self.c is None else {"h": self.h, "c": self.c}

    def as_read(self) -> dict[str, Norms]:
        """The norms in the order in which this direction reads."""
        return {state: norms[::-1] if self.direction == "backward" else norms for state, norms in self.norms.items()}


@dataclass(frozen=True, eq=False)
class GradientFlow:
    """The flow through a whole network. ``loss``: mean of the ``samples`` it was measured on."""

    layers: tuple[LayerFlow, ...]
    loss: float
    samples: int

    def document(self) -> dict[str, Any]:
        """As plain values for JSON."""
        return {
            "loss": self.loss,
            "samples": self.samples,
            "layers": [
                {"layer": each.layer, "direction": each.direction, **{k: v.tolist() for k, v in each.norms.items()}}
                for each in self.layers
            ],
        }


@dataclass(frozen=True, eq=False)
class Flow:
    """The gradient flow of a network in training, after ``step`` steps."""

    step: int
    flow: GradientFlow

    def document(self) -> dict[str, Any]:
        """As plain values for JSON."""
        return {"step": self.step, **self.flow.document()}
