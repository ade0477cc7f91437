"""The LSTM cell (Hochreiter and Schmidhuber, 1997; forget gate by Gers et al., 2000)."""

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from workbench.config import RecurrentStart
from workbench.models.cell import Cell, Gate, Hold, State, Weights, free, previous


class LSTM(Cell):
    """i, f, o = sigmoid(W x + U h' + b);  g = tanh(W x + U h' + b);  c = f c' + i g;  h = o tanh(c).

    Primes mark the step before. torch stacks the four blocks of rows in the order i, f, g, o. With peepholes i and f
    also see p c', and o sees p c (Gers and Schmidhuber, 2000). Without the outer tanh h = o c.
    """

    id = "lstm"
    title = "LSTM"
    blocks = 4

    def __init__(self, *, peepholes: bool = False, outer_tanh: bool = True) -> None:
        self.peepholes, self.outer_tanh = peepholes, outer_tanh
        bounds = (-1.0, 1.0) if outer_tanh else (None, None)
        self.gates = (
            Gate("i", "input gate", 0.0, 1.0),
            Gate("f", "forget gate", 0.0, 1.0),
            Gate("o", "output gate", 0.0, 1.0),
            Gate("g", "candidate", -1.0, 1.0),
            Gate("c", "cell state", None, None),
            Gate("h", "hidden state", *bounds),
        )

    def fused(self, inputs: int, hidden: int, *, bidirectional: bool, bias: bool = True) -> nn.RNNBase | None:
        if self.peepholes or not self.outer_tanh:
            return None
        return nn.LSTM(inputs, hidden, batch_first=True, bidirectional=bidirectional, bias=bias)

    def state(self, batch: int, hidden: int, like: Tensor) -> State:
        zeros = like.new_zeros(batch, hidden)
        return zeros, zeros

    def initialise(
        self,
        weights: Weights,
        generator: torch.Generator,
        forget_bias: float,
        start: RecurrentStart = "uniform",
        longest_memory: int = 0,
    ) -> None:
        super().initialise(weights, generator, forget_bias, start, longest_memory)
        hidden = weights.hidden.shape[1]
        if weights.input_bias is not None and weights.hidden_bias is not None:
            # torch adds two biases; their sum is what a gate starts with.
            with torch.no_grad():
                weights.input_bias[hidden : 2 * hidden] = forget_bias
                weights.hidden_bias[hidden : 2 * hidden] = 0.0
                if longest_memory:
                    # "Can recurrent neural networks warp time?" (Tallec and Ollivier, 2018), equation 16.
                    spans = weights.input_bias.new_empty(hidden)
                    spans.uniform_(1.0, max(1.0, longest_memory - 1.0), generator=generator)
                    weights.input_bias[hidden : 2 * hidden] = spans.log()
                    weights.input_bias[:hidden] = -spans.log()
                    weights.hidden_bias[:hidden] = 0.0

    def step(self, weights: Weights, x: Tensor, state: State, hold: Hold = free) -> tuple[State, dict[str, Tensor]]:
        h, c = state
        a = linear(x, weights.input, weights.input_bias) + linear(h, weights.hidden, weights.hidden_bias)
        a_i, a_f, a_g, a_o = a.chunk(4, dim=-1)  # each (batch, hidden)
        i, f, g, c, o = _gates(a_i, a_f, a_g, a_o, c, weights.peepholes, hold)
        h = hold("h", o * (c.tanh() if self.outer_tanh else c))
        return (h, c), {"i": i, "f": f, "o": o, "g": g, "c": c, "h": h}

    def trace(self, weights: Weights, x: Tensor, h: Tensor) -> dict[str, Tensor]:
        # With h known for every step the pre-activations of all steps are two matrix products ...
        a = linear(x, weights.input, weights.input_bias)
        a = a + linear(previous(h), weights.hidden, weights.hidden_bias)  # (time, 4 * hidden)
        a_i, a_f, a_g, a_o = a.chunk(4, dim=-1)  # each (time, hidden)
        if weights.peepholes is not None:
            return self._trace_peepholes(weights.peepholes, a_i, a_f, a_g, a_o, h)
        i, f, g, o = a_i.sigmoid(), a_f.sigmoid(), a_g.tanh(), a_o.sigmoid()
        # ... and only c has to be walked through.
        c = torch.empty_like(h)
        now = h.new_zeros(h.shape[1])
        for t, (f_t, written) in enumerate(zip(f.unbind(), (i * g).unbind(), strict=True)):
            now = torch.addcmul(written, f_t, now)
            c[t] = now
        return {"i": i, "f": f, "o": o, "g": g, "c": c, "h": h}

    def _trace_peepholes(
        self, peepholes: Tensor, a_i: Tensor, a_f: Tensor, a_g: Tensor, a_o: Tensor, h: Tensor
    ) -> dict[str, Tensor]:
        """With peepholes the gates wait for c, so they are walked through with it. a_*, h: (time, hidden)."""
        c = h.new_zeros(h.shape[1])
        steps = []
        for a in zip(a_i.unbind(), a_f.unbind(), a_g.unbind(), a_o.unbind(), strict=True):
            i, f, g, c, o = _gates(*a, c, peepholes)
            steps.append((i, f, o, g, c))
        values = (torch.stack(gate) for gate in zip(*steps, strict=True))  # each (time, hidden)
        return {**dict(zip("ifogc", values, strict=True)), "h": h}


def _gates(
    a_i: Tensor, a_f: Tensor, a_g: Tensor, a_o: Tensor, c: Tensor, peepholes: Tensor | None, hold: Hold = free
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """i, f, g, the new c, and o, from what x and h' add up to. Each (..., hidden)."""
    p_i, p_f, p_o = (None, None, None) if peepholes is None else peepholes.chunk(3)  # each (hidden,)
    i, f = hold("i", _seeing(a_i, p_i, c).sigmoid()), hold("f", _seeing(a_f, p_f, c).sigmoid())
    g = hold("g", a_g.tanh())
    c = hold("c", f * c + i * g)
    return i, f, g, c, hold("o", _seeing(a_o, p_o, c).sigmoid())


def _seeing(a: Tensor, peephole: Tensor | None, c: Tensor) -> Tensor:
    """What a gate adds up, with its view of c where it has one."""
    return a if peephole is None else a + peephole * c
