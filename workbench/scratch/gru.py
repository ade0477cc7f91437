"""The GRU cell in plain NumPy, forwards and backwards (Cho et al., 2014); it resets after the hidden product."""

from dataclasses import dataclass

import numpy as np

from workbench.scratch.cell import Deltas
from workbench.scratch.gate import SLOPES, Array, Delta, Gates, Slopes, State, Weights, sigmoid


@dataclass(frozen=True)
class GRU:
    """Weights in the order r, z, n; primes mark the step before.

    Cho's paper resets h before the product, U (r h'); cuDNN and torch reset the product, r (U h' + d), which needs one
    matrix product less. Both are called GRU; this is the second.
    """

    slopes: Slopes = SLOPES
    carried = 1
    blocks = 3

    def step(self, weights: Weights, x: Array, state: State) -> tuple[State, Gates]:
        """One step. x: (batch, inputs); state (h,), (batch, hidden)."""
        gate_r, gate_z, gate_n = weights
        (h_before,) = state

        r = sigmoid(gate_r.pre_activation(x, h_before))  # reset gate: how much of the past the candidate sees
        z = sigmoid(gate_z.pre_activation(x, h_before))  # update gate: how much of the past stays
        n = np.tanh(gate_n.from_x(x) + r * gate_n.from_h(h_before))  # candidate                        (batch, hidden)
        h = (1.0 - z) * n + z * h_before  # hidden state                                                (batch, hidden)
        return (h,), {"r": r, "z": z, "n": n, "h": h}

    def step_back(self, weights: Weights, before: State, gates: Gates, d_state: State) -> tuple[Deltas, State]:
        """From dL/dh of this step to the deltas and to dL/dh'. Each (batch, hidden)."""
        _, _, gate_n = weights
        (h_before,), (d_h,) = before, d_state
        r, z, n = gates["r"], gates["z"], gates["n"]

        # h = (1 - z) n + z h'
        delta_z = d_h * (h_before - n) * self.slopes.sigmoid(z)
        delta_n = d_h * (1.0 - z) * self.slopes.tanh(n)
        # n = tanh(W x + b + r (U h' + d)): the recurrent side is to blame only as far as r lets it through.
        delta_r = delta_n * gate_n.from_h(h_before) * self.slopes.sigmoid(r)
        return (Delta(delta_r, delta_r), Delta(delta_z, delta_z), Delta(delta_n, delta_n * r)), (d_h * z,)
