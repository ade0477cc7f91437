"""What every cell in plain NumPy is made of: one gate's weights, its pre-activation, and the logistic function."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class GateWeights(NamedTuple):
    """What one gate has learnt. ``b`` comes with x and ``d`` with h; only the GRU's candidate tells them apart."""

    W: Array  # (hidden, inputs)
    U: Array  # (hidden, hidden)
    b: Array  # (hidden,)
    d: Array  # (hidden,)

    def pre_activation(self, x: Array, h: Array) -> Array:
        """a = W x + b + U h' + d. x: (batch, inputs), h of the step before: (batch, hidden) -> (batch, hidden)."""
        return x @ self.W.T + self.b + h @ self.U.T + self.d


Weights = tuple[GateWeights, ...]
"""One layer and direction: the weights of each gate, in the order the cell's ``step`` names them."""

State = tuple[Array, ...]
"""What goes on to the next step, h first: (h, c) for an LSTM, (h,) for the others; each (batch, hidden)."""

Gates = dict[str, Array]
"""Every quantity of the equations by its name; each (batch, hidden) at one step, (batch, time, hidden) over time."""


def unstacked(W: Array, U: Array, b: Array, d: Array) -> Weights:
    """Gate by gate what frameworks stack in tall matrices. W: (gates * hidden, inputs), U: (gates * hidden, hidden)."""
    count = U.shape[0] // U.shape[1]
    return tuple(GateWeights(*parts) for parts in zip(*(np.split(whole, count) for whole in (W, U, b, d)), strict=True))


def sigmoid(a: Array) -> Array:
    """The logistic function 1 / (1 + e^-a), written with tanh so that no exponential overflows."""
    return 0.5 * (1.0 + np.tanh(0.5 * a))
