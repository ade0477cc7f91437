"""Evaluation: how much of a split a network answers right."""

from collections.abc import Generator
from dataclasses import replace

import torch

from workbench.data.dataset import Dataset
from workbench.engine.batches import Samples
from workbench.engine.events import Command
from workbench.engine.objective import right_samples, sample_losses
from workbench.engine.score import Fact, Score, Share
from workbench.models.build import AnyNetwork

Evaluation = Generator[None, Command | None, Score | None]

#: Large enough for speed, small enough that Pause and Stop are answered at once.
BATCH = 500


def examine(network: AnyNetwork, dataset: Dataset, device: torch.device) -> Evaluation:
    """The score on the test split; further test splits are parts of it. Yields and stops as ``evaluate`` does."""
    score = yield from evaluate(network, Samples(dataset.test, device))
    for split in dataset.others:
        other = yield from evaluate(network, Samples(split, device))
        if score is None or other is None:
            return None
        score = replace(score, parts=(*score.parts, other.total, *other.parts))
    return score


def evaluate(network: AnyNetwork, samples: Samples) -> Evaluation:
    """Yields after every batch, so that it can be paused; sent "stop", it returns None instead of the score."""
    losses: list[torch.Tensor] = []
    right: list[torch.Tensor] = []
    for start in range(0, len(samples), BATCH):
        x, y = samples.batch(slice(start, start + BATCH))
        with torch.inference_mode():
            scores = network(x)  # (batch, [time,] classes)
            losses.append(sample_losses(scores, y, network.interface))
            if (answered := right_samples(scores, y, network.interface)) is not None:
                right.append(answered)
        if (yield None) == "stop":
            return None
    loss = float(torch.cat(losses).double().mean())
    if not right:
        return Score(loss, Share(samples.caption, 0, 0), facts=_facts(loss, samples, network))
    which = torch.cat(right).cpu().numpy()  # (samples,)
    parts = tuple(
        Share(part.caption, int(which[part.samples].sum()), len(which[part.samples])) for part in samples.parts
    )
    return Score(loss, Share(samples.caption, int(which.sum()), len(which)), parts)


def _facts(loss: float, samples: Samples, network: AnyNetwork) -> tuple[Fact, ...]:
    """Articles sum the squared errors of a series where the loss is their mean."""
    if network.interface.answer != "number" or not len(samples):
        return ()
    return (Fact("sum of squared errors", loss * samples.targets[0].numel()),)
