"""Held score: how much of some samples a network answers right with gates held, beside the same network free."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from workbench.data.dataset import Split
from workbench.engine.batches import Samples
from workbench.engine.events import Command
from workbench.engine.objective import right_samples, sample_losses
from workbench.insight.clamp import Clamp
from workbench.insight.clamped import Means, clamped_scores
from workbench.models.build import vectors_of
from workbench.models.network import Network

#: So many samples are asked between two chances to stop.
BATCH = 100


@dataclass(frozen=True)
class HeldScore:
    """``right`` and ``held_right`` of ``count`` samples, None where answers are numbers; and the mean losses."""

    right: int | None
    held_right: int | None
    count: int
    loss: float
    held_loss: float
    caption: str

    @property
    def difference(self) -> float | None:
        """The share right with the gates held, less that of the free network."""
        if self.right is None or self.held_right is None:
            return None
        return (self.held_right - self.right) / self.count

    def document(self) -> dict[str, Any]:
        """As plain values for JSON."""
        return {
            "on": self.caption, "of": self.count, "right": self.right, "held_right": self.held_right,
            "loss": self.loss, "held_loss": self.held_loss,
        }  # fmt: skip


def held_score(
    network: Network, split: Split, clamps: Sequence[Clamp], means: Means
) -> Generator[None, Command | None, HeldScore | None]:
    """Asks the network free and with its gates held. Yields between batches; sent "stop", it returns None."""
    samples = Samples(split, torch.device("cpu"))
    interface, vectors = network.interface, vectors_of(network)
    losses: tuple[list[Tensor], list[Tensor]] = ([], [])
    right: tuple[list[Tensor], list[Tensor]] = ([], [])
    for start in range(0, len(samples), BATCH):
        x, y = samples.batch(slice(start, start + BATCH))
        with torch.inference_mode():
            for number, scores in enumerate((network(x), clamped_scores(network, x, clamps, means))):
                if interface.every_step and interface.answer == "class":
                    scores, answer = scores[:, -1], y[:, -1]  # only the last step has seen the whole window
                else:
                    answer = y
                losses[number].append(sample_losses(scores, answer, interface, vectors))
                if (answered := right_samples(scores, answer, interface, vectors)) is not None:
                    right[number].append(answered)
        if (yield None) == "stop":
            return None
    counts = [int(torch.cat(found).sum()) if found else None for found in right]
    means_of = [float(torch.cat(found).double().mean()) for found in losses]
    return HeldScore(counts[0], counts[1], len(samples), means_of[0], means_of[1], split.caption)
