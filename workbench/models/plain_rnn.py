"""The plain recurrent cell (Elman, 1990), with tanh or with the rectifier."""

from typing import Literal

from torch import Tensor, nn
from torch.nn.functional import linear

from workbench.models.cell import Cell, Gate, State, Weights


class PlainRNN(Cell):
    """h = tanh(W x + U h' + b), or the rectifier max(0, .) in place of tanh. Nothing but h is inside."""

    blocks = 1

    def __init__(self, activation: Literal["tanh", "relu"]) -> None:
        self.activation = activation
        self.id = f"rnn-{activation}"
        self.title = f"RNN {activation}"
        bounds = (-1.0, 1.0) if activation == "tanh" else (0.0, None)
        self.gates = (Gate("h", "hidden state", *bounds),)

    def fused(self, inputs: int, hidden: int, *, bidirectional: bool) -> nn.RNNBase:
        return nn.RNN(inputs, hidden, batch_first=True, bidirectional=bidirectional, nonlinearity=self.activation)

    def step(self, weights: Weights, x: Tensor, state: State) -> tuple[State, dict[str, Tensor]]:
        (h,) = state
        a = linear(x, weights.input, weights.input_bias) + linear(h, weights.hidden, weights.hidden_bias)
        h = a.tanh() if self.activation == "tanh" else a.relu()
        return (h,), {"h": h}

    def trace(self, weights: Weights, x: Tensor, h: Tensor) -> dict[str, Tensor]:
        return {"h": h}
