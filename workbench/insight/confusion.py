"""Confusion: what a network tells of each sample of a split, held to what is right."""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from workbench.config import Interface
from workbench.data.dataset import Split
from workbench.engine.batches import Samples
from workbench.engine.events import Command
from workbench.engine.objective import cosines, probabilities, right_samples, sample_losses
from workbench.models.build import AnyNetwork, vectors_of

#: Samples that are read at once.
BATCH = 100

#: With more classes a matrix is no longer to be read.
MOST_CLASSES = 26


@dataclass(frozen=True, eq=False)  # compared by identity: it holds arrays
class Examined:
    """How a network read samples, each by itself from an empty state.

    Where an answer is a class: ``right`` and ``told`` are numbers of classes (samples,), ``sure`` the probability of
    what was told, ``sure_of_right`` that of what is right (cosines, of a network that tells vectors). Where it is bits
    they have a last axis of the bits, 0 or 1. Numbers stand for themselves, and each step of a series, (outputs,), is a
    sample of its own: step t of series n is number n * steps + t.
    """

    right: NDArray[np.generic]
    told: NDArray[np.generic]
    sure: NDArray[np.float32]
    sure_of_right: NDArray[np.float32]
    losses: NDArray[np.float32]  # (samples,)
    #: (samples,) whether all of a sample's answer is right; None where answers are neither right nor wrong.
    is_right: NDArray[np.bool_] | None

    def __len__(self) -> int:
        return len(self.losses)

    @property
    def correct(self) -> int:
        """How many samples are answered right."""
        return 0 if self.is_right is None else int(self.is_right.sum())

    def hardest(self) -> NDArray[np.int64]:
        """Numbers of the samples, the largest loss first; of equals the first one first."""
        return np.argsort(-self.losses, kind="stable").astype(np.int64)

    def wrong(self) -> NDArray[np.int64]:
        """Numbers of the samples answered wrong, the largest loss first."""
        order = self.hardest()
        return order[:0] if self.is_right is None else order[~self.is_right[order]]

    def cell(self, right: int, told: int) -> NDArray[np.int64]:
        """Numbers of the samples in one cell of the matrix, the largest loss first."""
        if self.right.ndim > 1:  # samples of several bits: those with such a bit
            inside = ((self.right == right) & (self.told == told)).reshape(len(self), -1).any(axis=1)
        else:
            inside = (self.right == right) & (self.told == told)
        order = self.hardest()
        found: NDArray[np.int64] = order[inside[order]]
        return found


def counts(right: NDArray[np.generic], told: NDArray[np.generic], classes: int) -> NDArray[np.int64]:
    """The confusion matrix, (classes, classes): how often class ``row`` was told to be class ``column``."""
    pairs = right.ravel().astype(np.int64) * classes + told.ravel().astype(np.int64)
    return np.asarray(np.bincount(pairs, minlength=classes * classes).reshape(classes, classes), dtype=np.int64)


def examine_samples(network: AnyNetwork, split: Split) -> Generator[None, Command | None, Examined | None]:
    """Reads every sample of a split. Yields after every batch; sent "stop", it returns None.

    Of a network that answers every step with a class the last step counts, as in its validation.
    """
    samples, interface, vectors = Samples(split, torch.device("cpu")), network.interface, vectors_of(network)
    parts: list[tuple[Tensor, ...]] = []
    judged: list[Tensor] = []
    for start in range(0, len(samples), BATCH):
        x, y = samples.batch(slice(start, start + BATCH))
        with torch.inference_mode():
            scores = network(x)  # (batch, [time,] classes)
            if interface.every_step and interface.answer == "class":
                scores, y = scores[:, -1], y[:, -1]
            elif interface.answer == "number" and scores.ndim > 2:
                scores, y = scores.flatten(0, 1), y.flatten(0, 1)
            losses = sample_losses(scores, y, interface, vectors)
            if (right := right_samples(scores, y, interface, vectors)) is not None:
                judged.append(right)
            parts.append((*_answers(scores, y, interface, vectors), losses))
        if (yield None) == "stop":
            return None
    columns = [torch.cat(part).numpy() for part in zip(*parts, strict=True)]  # as _answers gives them, and the losses
    answers, told, sure, sure_of_right, each_loss = columns
    return Examined(answers, told, sure, sure_of_right, each_loss, torch.cat(judged).numpy() if judged else None)


def _answers(
    scores: Tensor, y: Tensor, interface: Interface, vectors: Tensor | None
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Right and told answers, and how sure the network is of each."""
    shown = cosines(scores, vectors) if vectors is not None and interface.answer == "vector" else (
        probabilities(scores, interface)
    )  # fmt: skip
    match interface.answer:
        case "class" | "vector":
            sure, told = shown.max(-1)
            return y, told, sure, shown.gather(-1, y[:, None])[:, 0]
        case "bit":
            right, told = y > 0.5, scores > 0
            return right.long(), told.long(), torch.where(told, shown, 1 - shown), torch.where(right, shown, 1 - shown)
        case "number":
            return y, scores, torch.full_like(scores, torch.nan), torch.full_like(scores, torch.nan)
