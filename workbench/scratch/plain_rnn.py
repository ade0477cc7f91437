"""The plain recurrent cell in plain NumPy, forwards and backwards (Elman, 1990): tanh, rectifier or sigmoid."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from workbench.scratch.cell import Deltas
from workbench.scratch.gate import SLOPES, Array, Delta, Gates, Slopes, State, Weights, sigmoid


@dataclass(frozen=True)
class PlainRNN:
    """h = activation(W x + U h' + b), and nothing else inside; h' is h of the step before."""

    activation: Literal["tanh", "relu", "sigmoid"]
    slopes: Slopes = SLOPES
    carried = 1
    blocks = 1

    def step(self, weights: Weights, x: Array, state: State) -> tuple[State, Gates]:
        """One step. x: (batch, inputs); state (h,), (batch, hidden)."""
        (only,), (h_before,) = weights, state
        a = only.pre_activation(x, h_before)  # (batch, hidden)
        h = np.tanh(a) if self.activation == "tanh" else np.maximum(0.0, a) if self.activation == "relu" else sigmoid(a)
        return (h,), {"h": h}

    def step_back(self, weights: Weights, before: State, gates: Gates, d_state: State) -> tuple[Deltas, State]:
        """delta = dL/dh activation'(a). All of dL/dh' passes through U, so nothing passes beside it."""
        (d_h,), h = d_state, gates["h"]
        delta = d_h * self._slope(h)  # (batch, hidden)
        return (Delta(delta, delta),), (np.zeros_like(d_h),)

    def _slope(self, h: Array) -> Array:
        """The activation's derivative, from its value h."""
        if self.activation == "relu":
            return (h > 0.0).astype(np.float64)
        return self.slopes.tanh(h) if self.activation == "tanh" else self.slopes.sigmoid(h)
