"""A text read in turn: which windows one pass goes through, from one of the first few places on."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Passes:
    """Passes over a sequence of windows, each a step after the one before, of which every ``stride``-th is read.

    A pass begins at one of the first ``beginnings`` windows, drawn anew each time, and is as long as the one that
    begins last can be: all are ``length`` windows long, so that epochs are alike.
    """

    beginnings: int
    stride: int
    length: int

    @classmethod
    def over(cls, samples: int, stride: int) -> "Passes":
        """``samples``: how many windows there are, at least one.

        The first of all and the one ``stride`` later are both beginnings, as in Atienza's program (2017). Both lead
        through the same windows, which are therefore read twice as often as the others.
        """
        beginnings = min(stride + 1, samples)
        return cls(beginnings, stride, (samples - beginnings) // stride + 1)

    def order(self, first: int) -> Tensor:
        """The windows of the pass that begins at ``first``, (length,)."""
        return first + self.stride * torch.arange(self.length)

    def drawn_order(self, generator: torch.Generator) -> Tensor:
        """The windows of one pass, (length,)."""
        return self.order(int(torch.randint(self.beginnings, (), generator=generator)))
