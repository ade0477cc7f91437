"""The plain recurrent cell in plain NumPy (Elman, 1990), with tanh, the rectifier or the logistic function."""

import numpy as np

from workbench.scratch.gate import Array, Gates, State, Weights, sigmoid


def step_tanh(weights: Weights, x: Array, state: State) -> tuple[State, Gates]:
    """h = tanh(W x + U h' + b). x: (batch, inputs); state (h,), (batch, hidden)."""
    (only,), (h_before,) = weights, state
    h = np.tanh(only.pre_activation(x, h_before))  # (batch, hidden)
    return (h,), {"h": h}


def step_sigmoid(weights: Weights, x: Array, state: State) -> tuple[State, Gates]:
    """h = sigmoid(W x + U h' + b). x: (batch, inputs); state (h,), (batch, hidden)."""
    (only,), (h_before,) = weights, state
    h = sigmoid(only.pre_activation(x, h_before))  # (batch, hidden)
    return (h,), {"h": h}


def step_relu(weights: Weights, x: Array, state: State) -> tuple[State, Gates]:
    """h = max(0, W x + U h' + b). x: (batch, inputs); state (h,), (batch, hidden)."""
    (only,), (h_before,) = weights, state
    h = np.maximum(0.0, only.pre_activation(x, h_before))  # (batch, hidden)
    return (h,), {"h": h}
