"""Gradient flow as a value: how strongly the loss hangs on h and c at every step of the input."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

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
    """The flow through a whole network. ``loss``: mean of the ``samples`` it was measured on.

    ``of`` is what was differentiated: the loss, or the score of an answer, which then stands in the loss's place.
    """

    layers: tuple[LayerFlow, ...]
    loss: float
    samples: int
    of: Literal["loss", "answer"] = "loss"

    def layer(self, name: str) -> LayerFlow | None:
        """A layer and direction by its name."""
        return next((layer for layer in self.layers if layer.name == name), None)

    def document(self) -> dict[str, Any]:
        """As plain values for JSON."""
        return {
            self.of: self.loss,
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


@dataclass(frozen=True, eq=False)
class Flows:
    """The flows of networks that train side by side, after the same step.

    None for one that hands nothing on from step to step, or that has ended before.
    """

    step: int
    lanes: tuple[Flow | None, ...]


def evenly(flows: Sequence[Flow], at_most: int) -> list[Flow]:
    """The flows of moments at equal distances in training, each the latest measured by then.

    They are measured more often where that costs less; a picture with one row for each would be crooked.
    """
    if len(flows) < 2:
        return list(flows)
    steps = [flow.step for flow in flows]
    rows = min(len(flows), at_most)
    return [flows[bisect_right(steps, round(at)) - 1] for at in np.linspace(steps[0], steps[-1], rows)]
