"""The plain recurrent cell (Elman, 1990), with tanh, the rectifier or the logistic function."""

from typing import Literal

from torch import Tensor, nn
from torch.nn.functional import linear

from workbench.models.cell import Cell, Gate, Hold, State, Weights, free

Activation = Literal["tanh", "relu", "sigmoid"]

_BOUNDS: dict[Activation, tuple[float, float | None]] = {
    "tanh": (-1.0, 1.0), "relu": (0.0, None), "sigmoid": (0.0, 1.0),
}  # fmt: skip


class PlainRNN(Cell):
    """h = tanh(W x + U h' + b), or the rectifier max(0, .) or the logistic function in place of tanh.

    Nothing but h is inside.
    """

    blocks = 1

    def __init__(self, activation: Activation) -> None:
        self.activation = activation
        self.id = f"rnn-{activation}"
        self.title = f"RNN {activation}"
        self.gates = (Gate("h", "hidden state", *_BOUNDS[activation]),)

    def fused(self, inputs: int, hidden: int, *, bidirectional: bool, bias: bool = True) -> nn.RNNBase | None:
        if self.activation == "sigmoid":
            return None
        return nn.RNN(
            inputs, hidden, batch_first=True, bidirectional=bidirectional, nonlinearity=self.activation, bias=bias
        )

    def step(self, weights: Weights, x: Tensor, state: State, hold: Hold = free) -> tuple[State, dict[str, Tensor]]:
        (h,) = state
        a = linear(x, weights.input, weights.input_bias) + linear(h, weights.hidden, weights.hidden_bias)
        match self.activation:
            case "tanh":
                h = a.tanh()
            case "relu":
                h = a.relu()
            case "sigmoid":
                h = a.sigmoid()
        h = hold("h", h)
        return (h,), {"h": h}

    def trace(self, weights: Weights, x: Tensor, h: Tensor) -> dict[str, Tensor]:
        return {"h": h}
