"""The GRU cell in plain NumPy (Cho et al., 2014), the reset gate applied after the hidden product."""

import numpy as np

from workbench.scratch.gate import Array, Gates, State, Weights, sigmoid


def step(weights: Weights, x: Array, state: State) -> tuple[State, Gates]:
    """One step. x: (batch, inputs); state (h,), (batch, hidden); weights in the order r, z, n.

    Cho's paper resets h before the product, U (r h'); cuDNN and torch reset the product, r (U h' + d), which needs one
    matrix product less. Both are called GRU; this is the second.
    """
    gate_r, gate_z, gate_n = weights
    (h_before,) = state

    r = sigmoid(gate_r.pre_activation(x, h_before))  # reset gate: how much of the past the candidate sees
    z = sigmoid(gate_z.pre_activation(x, h_before))  # update gate: how much of the past stays
    recalled = h_before @ gate_n.U.T + gate_n.d  # U h' + d                                (batch, hidden)
    n = np.tanh(x @ gate_n.W.T + gate_n.b + r * recalled)  # candidate                     (batch, hidden)

    h = (1.0 - z) * n + z * h_before  # hidden state                                       (batch, hidden)
    return (h,), {"r": r, "z": z, "n": n, "h": h}
