"""A text read as a stream: which windows are read when, and the memory that is carried from one to the next."""

from dataclasses import dataclass

import torch
from torch import Tensor

from workbench.engine.state import TrainerState
from workbench.errors import BadInput
from workbench.models.network import Memory, Network


@dataclass(frozen=True)
class Streams:
    """A sequence read by ``batch`` readers at once, each through a stretch of its own, window after window."""

    batch: int
    per_epoch: int
    window: int

    @classmethod
    def through(cls, samples: int, window: int, batch: int) -> "Streams":
        """``samples``: how many windows there are, each a step after the one before; at least ``window`` of them."""
        batch = max(1, min(batch, samples // window))
        return cls(batch, samples // (batch * window), window)

    def order(self, offset: int = 0) -> Tensor:
        """Which samples are read, batch after batch; the first begins at ``offset``. -> (per_epoch * batch,)."""
        steps, readers = torch.arange(self.per_epoch), torch.arange(self.batch)
        return (offset + self.window * (steps[:, None] + self.per_epoch * readers[None, :])).flatten()

    def drawn_order(self, generator: torch.Generator) -> Tensor:
        """The order of one epoch: windows that begin elsewhere each time are not cut at the same places again."""
        return self.order(int(torch.randint(self.window, (), generator=generator)))


class Carried:
    """What a network in training carries along its stream; empty where a new epoch begins."""

    def __init__(self) -> None:
        self.memory: Memory | None = None

    def go_on(self, network: Network, x: Tensor, generator: torch.Generator) -> Tensor:
        """Scores of the next windows, (batch, time, classes). The way back ends at them: that is the truncation."""
        scores, memory = network.go_on(x, self.memory, generator)
        self.memory = tuple(tuple(part.detach().float() for part in layer) for layer in memory)
        return scores

    def forget(self) -> None:
        """Begins from an empty state again."""
        self.memory = None

    def copies(self) -> Memory:
        """On the CPU, no longer touched by training."""
        return tuple(tuple(part.to("cpu", copy=True) for part in layer) for layer in self.memory or ())

    def take(self, state: TrainerState, batch: int, device: torch.device) -> None:
        """Goes on from a saved state. Raises BadInput when it is one of other readers than these ``batch``."""
        if any(len(part) != batch for layer in state.memory for part in layer):
            raise BadInput("training state", f"its memory is not one of {batch:,} readers, as these settings have")
        self.memory = tuple(tuple(part.to(device) for part in layer) for layer in state.memory) or None
