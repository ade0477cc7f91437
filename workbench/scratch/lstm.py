"""The LSTM cell in plain NumPy (Hochreiter and Schmidhuber, 1997; forget gate by Gers et al., 2000)."""

import numpy as np

from workbench.scratch.gate import Array, Gates, State, Weights, sigmoid


def step(weights: Weights, x: Array, state: State) -> tuple[State, Gates]:
    """One step. x: (batch, inputs); state (h, c), each (batch, hidden); weights in the order i, f, g, o."""
    gate_i, gate_f, gate_g, gate_o = weights
    h_before, c_before = state

    i = sigmoid(gate_i.pre_activation(x, h_before))  # input gate: how much is written    (batch, hidden)
    f = sigmoid(gate_f.pre_activation(x, h_before))  # forget gate: how much is kept      (batch, hidden)
    g = np.tanh(gate_g.pre_activation(x, h_before))  # candidate: what is written         (batch, hidden)
    o = sigmoid(gate_o.pre_activation(x, h_before))  # output gate: how much is shown     (batch, hidden)

    c = f * c_before + i * g  # cell state                                                (batch, hidden)
    h = o * np.tanh(c)  # hidden state                                                    (batch, hidden)
    return (h, c), {"i": i, "f": f, "o": o, "g": g, "c": c, "h": h}
