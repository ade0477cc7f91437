"""Attention: a read-out that learns at which steps to look (Yang et al., 2016)."""

import torch
from torch import Tensor, nn


class Attention(nn.Module):
    """Additive attention with a learnt query ("Hierarchical Attention Networks", Yang et al., 2016, equations 5 to 7).

    u_t = tanh(W h_t + b);  a_t = softmax over t of u_t . q;  what the head sees is the sum of a_t h_t.
    """

    def __init__(self, width: int, units: int, *, bias: bool) -> None:
        super().__init__()
        self.hidden = nn.Linear(width, units, bias=bias)  # W and b
        self.query = nn.Linear(units, 1, bias=False)  # q

    def forward(self, outputs: Tensor, seen: Tensor | None = None) -> Tensor:
        """outputs: (batch, time, width) -> (batch, width). ``seen`` as in :meth:`weights`."""
        return torch.einsum("bt,btw->bw", self.weights(outputs, seen), outputs)

    def weights(self, outputs: Tensor, seen: Tensor | None = None) -> Tensor:
        """How much each step counts; each row sums to 1. outputs: (batch, time, width) -> (batch, time).

        ``seen``: (batch, time), false at steps that are beyond a sequence's end.
        """
        scores: Tensor = self.query(self.hidden(outputs).tanh()).squeeze(-1)  # (batch, time)
        if seen is not None:
            scores = scores.masked_fill(~seen, -torch.inf)
        return scores.softmax(-1)

    def of_prefixes(self, outputs: Tensor) -> Tensor:
        """What the head would see had the sequence ended at each step. outputs: (time, width) -> (time, width)."""
        scores: Tensor = self.query(self.hidden(outputs).tanh()).squeeze(-1)  # (time,)
        beyond = torch.ones(len(outputs), len(outputs), dtype=torch.bool, device=outputs.device).triu(1)
        return scores.expand(len(outputs), -1).masked_fill(beyond, -torch.inf).softmax(-1) @ outputs
