"""The LSTM cell (Hochreiter and Schmidhuber, 1997; forget gate by Gers et al., 2000)."""

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from workbench.models.cell import Cell, Gate, State, Weights, previous


class LSTM(Cell):
    """i, f, o = sigmoid(W x + U h' + b);  g = tanh(W x + U h' + b);  c = f c' + i g;  h = o tanh(c).

    Primes mark the step before. torch stacks the four blocks of rows in the order i, f, g, o.
    """

    id = "lstm"
    title = "LSTM"
    blocks = 4
    gates = (
        Gate("i", "input gate", 0.0, 1.0),
        Gate("f", "forget gate", 0.0, 1.0),
        Gate("o", "output gate", 0.0, 1.0),
        Gate("g", "candidate", -1.0, 1.0),
        Gate("c", "cell state", None, None),
        Gate("h", "hidden state", -1.0, 1.0),
    )

    def fused(self, inputs: int, hidden: int, *, bidirectional: bool) -> nn.RNNBase:
        return nn.LSTM(inputs, hidden, batch_first=True, bidirectional=bidirectional)

    def state(self, batch: int, hidden: int, like: Tensor) -> State:
        zeros = like.new_zeros(batch, hidden)
        return zeros, zeros

    def initialise(self, weights: Weights, generator: torch.Generator, forget_bias: float) -> None:
        super().initialise(weights, generator, forget_bias)
        hidden = weights.hidden.shape[1]
        with torch.no_grad():
            # torch adds two biases; their sum is what the forget gate starts with.
            weights.input_bias[hidden : 2 * hidden] = forget_bias
            weights.hidden_bias[hidden : 2 * hidden] = 0.0

    def step(self, weights: Weights, x: Tensor, state: State) -> tuple[State, dict[str, Tensor]]:
        h, c = state
        a = linear(x, weights.input, weights.input_bias) + linear(h, weights.hidden, weights.hidden_bias)
        a_i, a_f, a_g, a_o = a.chunk(4, dim=-1)  # each (batch, hidden)
        i, f, g, o = a_i.sigmoid(), a_f.sigmoid(), a_g.tanh(), a_o.sigmoid()
        c = f * c + i * g
        h = o * c.tanh()
        return (h, c), {"i": i, "f": f, "o": o, "g": g, "c": c, "h": h}

    def trace(self, weights: Weights, x: Tensor, h: Tensor) -> dict[str, Tensor]:
        # With h known for every step the pre-activations of all steps are two matrix products ...
        a = linear(x, weights.input, weights.input_bias) + linear(previous(h), weights.hidden, weights.hidden_bias)
        a_i, a_f, a_g, a_o = a.chunk(4, dim=-1)  # each (time, hidden)
        i, f, g, o = a_i.sigmoid(), a_f.sigmoid(), a_g.tanh(), a_o.sigmoid()
        # ... and only c has to be walked through.
        c = torch.empty_like(h)
        now = h.new_zeros(h.shape[1])
        for t, (f_t, written) in enumerate(zip(f.unbind(), (i * g).unbind(), strict=True)):
            now = torch.addcmul(written, f_t, now)
            c[t] = now
        return {"i": i, "f": f, "o": o, "g": g, "c": c, "h": h}
