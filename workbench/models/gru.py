"""The GRU cell (Cho et al., 2014), in the variant of torch and cuDNN."""

from torch import Tensor, nn
from torch.nn.functional import linear

from workbench.models.cell import Cell, Gate, Hold, State, Weights, free, previous


class GRU(Cell):
    """r, z = sigmoid(W x + U h' + b);  n = tanh(W x + b + r (U h' + b));  h = (1 - z) n + z h'.

    Primes mark the step before. torch stacks the three blocks of rows in the order r, z, n, and applies the reset gate
    after the hidden product, bias included (Cho's first version applies it before).
    """

    id = "gru"
    title = "GRU"
    blocks = 3
    gates = (
        Gate("r", "reset gate", 0.0, 1.0),
        Gate("z", "update gate", 0.0, 1.0),
        Gate("n", "candidate", -1.0, 1.0),
        Gate("h", "hidden state", -1.0, 1.0),
    )

    def fused(self, inputs: int, hidden: int, *, bidirectional: bool, bias: bool = True) -> nn.RNNBase | None:
        return nn.GRU(inputs, hidden, batch_first=True, bidirectional=bidirectional, bias=bias)

    def step(self, weights: Weights, x: Tensor, state: State, hold: Hold = free) -> tuple[State, dict[str, Tensor]]:
        (h,) = state
        r, z, n = self._gates(weights, x, h, hold)
        h = hold("h", (1 - z) * n + z * h)
        return (h,), {"r": r, "z": z, "n": n, "h": h}

    def trace(self, weights: Weights, x: Tensor, h: Tensor) -> dict[str, Tensor]:
        r, z, n = self._gates(weights, x, previous(h))  # each (time, hidden)
        return {"r": r, "z": z, "n": n, "h": h}

    def _gates(self, weights: Weights, x: Tensor, h: Tensor, hold: Hold = free) -> tuple[Tensor, Tensor, Tensor]:
        x_r, x_z, x_n = linear(x, weights.input, weights.input_bias).chunk(3, dim=-1)
        h_r, h_z, h_n = linear(h, weights.hidden, weights.hidden_bias).chunk(3, dim=-1)
        r, z = hold("r", (x_r + h_r).sigmoid()), hold("z", (x_z + h_z).sigmoid())
        return r, z, hold("n", (x_n + r * h_n).tanh())
