"""The LSTM cell in plain NumPy, forwards and backwards (Hochreiter and Schmidhuber, 1997; Gers et al., 2000)."""

from dataclasses import dataclass

import numpy as np

from workbench.scratch.cell import Deltas
from workbench.scratch.gate import SLOPES, Array, Delta, Gates, Slopes, State, Weights, sigmoid


@dataclass(frozen=True)
class LSTM:
    """Weights in the order i, f, g, o; primes mark the step before.

    ``outer_tanh``: h = o tanh(c), as is usual; without it h = o c. Gates that have peephole weights p also look at the
    cell state (Gers and Schmidhuber, 2000): i and f at c', o at c.
    """

    outer_tanh: bool = True
    slopes: Slopes = SLOPES
    carried = 2
    blocks = 4

    def step(self, weights: Weights, x: Array, state: State) -> tuple[State, Gates]:
        """One step. x: (batch, inputs); state (h, c), each (batch, hidden).

        The equations of Greff et al. (2017), section II.A, without their names for the sums.
        """
        gate_i, gate_f, gate_g, gate_o = weights
        h_before, c_before = state

        i = sigmoid(gate_i.pre_activation(x, h_before, c_before))  # input gate: how much is written    (batch, hidden)
        f = sigmoid(gate_f.pre_activation(x, h_before, c_before))  # forget gate: how much is kept      (batch, hidden)
        g = np.tanh(gate_g.pre_activation(x, h_before))  # candidate: what is written                   (batch, hidden)
        c = f * c_before + i * g  # cell state                                                          (batch, hidden)
        o = sigmoid(gate_o.pre_activation(x, h_before, c))  # output gate: how much is shown            (batch, hidden)
        h = o * self._shown(c)  # hidden state                                                          (batch, hidden)
        return (h, c), {"i": i, "f": f, "o": o, "g": g, "c": c, "h": h}

    def step_back(self, weights: Weights, before: State, gates: Gates, d_state: State) -> tuple[Deltas, State]:
        """From dL/dh and dL/dc of this step to the deltas, and to dL/dh' and dL/dc'. Each (batch, hidden).

        Greff et al. (2017), section II.B, term by term: each line is one equation of ``step`` differentiated.
        """
        gate_i, gate_f, _, gate_o = weights
        _, c_before = before
        d_h, d_c = d_state
        i, f, g, o, c = (gates[name] for name in ("i", "f", "g", "o", "c"))
        shown = self._shown(c)

        # h = o shown(c)
        delta_o = d_h * shown * self.slopes.sigmoid(o)
        d_c = d_c + d_h * o * (self.slopes.tanh(shown) if self.outer_tanh else 1.0)
        if gate_o.p is not None:  # o has looked at c
            d_c = d_c + delta_o * gate_o.p

        # c = f c' + i g
        delta_i = d_c * g * self.slopes.sigmoid(i)
        delta_f = d_c * c_before * self.slopes.sigmoid(f)
        delta_g = d_c * i * self.slopes.tanh(g)
        d_c_before = d_c * f
        if gate_i.p is not None and gate_f.p is not None:  # i and f have looked at c'
            d_c_before = d_c_before + delta_i * gate_i.p + delta_f * gate_f.p

        deltas = (
            Delta(delta_i, delta_i, delta_i * c_before if gate_i.p is not None else None),
            Delta(delta_f, delta_f, delta_f * c_before if gate_f.p is not None else None),
            Delta(delta_g, delta_g),
            Delta(delta_o, delta_o, delta_o * c if gate_o.p is not None else None),
        )
        return deltas, (np.zeros_like(d_h), d_c_before)

    def _shown(self, c: Array) -> Array:
        return np.tanh(c) if self.outer_tanh else c
