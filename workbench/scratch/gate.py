"""What every cell in plain NumPy is made of: a gate's weights, its pre-activation, its delta, and the slopes."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class GateWeights(NamedTuple):
    """What one gate has learnt. ``b`` comes with x and ``d`` with h; only the GRU's candidate tells them apart.

    Without biases both are None. ``p`` is there when the gate looks at the cell state through a peephole.
    """

    W: Array  # (hidden, inputs)
    U: Array  # (hidden, hidden)
    b: Array | None = None  # (hidden,)
    d: Array | None = None  # (hidden,)
    p: Array | None = None  # (hidden,)

    def from_x(self, x: Array) -> Array:
        """W x + b. x: (batch, inputs) -> (batch, hidden)."""
        a = x @ self.W.T
        return a if self.b is None else a + self.b

    def from_h(self, h: Array) -> Array:
        """U h' + d. h of the step before: (batch, hidden) -> (batch, hidden)."""
        a = h @ self.U.T
        return a if self.d is None else a + self.d

    def pre_activation(self, x: Array, h: Array, c: Array | None = None) -> Array:
        """a = W x + b + U h' + d, and + p c with a peephole: what the gate's logistic function or tanh is given."""
        a = self.from_x(x) + self.from_h(h)
        return a if self.p is None or c is None else a + self.p * c


Weights = tuple[GateWeights, ...]
"""One layer and direction: the weights of each gate, in the order the cell's ``step`` names them."""

State = tuple[Array, ...]
"""What goes on to the next step, h first: (h, c) for an LSTM, (h,) for the others; each (batch, hidden)."""

Gates = dict[str, Array]
"""Every quantity of the equations by its name; each (batch, hidden) at one step, (batch, time, hidden) over time."""


class Delta(NamedTuple):
    """How the loss changes with one gate's pre-activation at one step: dL/da, each (batch, hidden).

    ``x`` is what its input side W x + b is to blame for, ``h`` its recurrent side U h' + d. They are one and the same,
    but for the GRU's candidate. ``p`` is this step's share of dL/dp, dL/da times the c that was looked at; None without
    a peephole.
    """

    x: Array
    h: Array
    p: Array | None = None


def unstacked(W: Array, U: Array, b: Array | None = None, d: Array | None = None, p: Array | None = None) -> Weights:
    """Gate by gate what frameworks stack in tall matrices: views, not copies.

    W: (gates * hidden, inputs), U: (gates * hidden, hidden), b and d: (gates * hidden,). p: (3 * hidden,), peepholes of
    an LSTM's i, f and o; its candidate has none.
    """
    count = U.shape[0] // U.shape[1]
    peepholes: list[Array | None] = [None] * count
    if p is not None:
        peep_i, peep_f, peep_o = np.split(p, 3)
        peepholes = [peep_i, peep_f, None, peep_o]
    none = [None] * count
    return tuple(
        GateWeights(*parts)
        for parts in zip(
            np.split(W, count), np.split(U, count), none if b is None else np.split(b, count),
            none if d is None else np.split(d, count), peepholes, strict=True,
        )
    )  # fmt: skip


def sigmoid(a: Array) -> Array:
    """The logistic function 1 / (1 + e^-a), written with tanh so that no exponential overflows."""
    return 0.5 * (1.0 + np.tanh(0.5 * a))


def sigmoid_slope(s: Array) -> Array:
    """The logistic function's derivative, from its value s = sigmoid(a): s (1 - s)."""
    return s * (1.0 - s)


def tanh_slope(y: Array) -> Array:
    """tanh's derivative, from its value y = tanh(a): 1 - y^2."""
    return 1.0 - y * y


class Slopes(NamedTuple):
    """The derivatives that the way back multiplies with, each from the function's value."""

    sigmoid: Callable[[Array], Array] = sigmoid_slope
    tanh: Callable[[Array], Array] = tanh_slope


SLOPES = Slopes()
