"""Evaluation: how much of a split a network answers right."""

from collections.abc import Generator

import torch
from torch.nn.functional import cross_entropy

from workbench.engine.batches import Samples
from workbench.engine.events import Command, Score
from workbench.models.network import Network

Evaluation = Generator[None, Command | None, Score | None]

#: Large enough for speed, small enough that Pause and Stop are answered at once.
BATCH = 500


def evaluate(network: Network, samples: Samples) -> Evaluation:
    """Yields after every batch, so that it can be paused; sent "stop", it returns None instead of the score."""
    right, loss, answers = 0, 0.0, 0
    for start in range(0, len(samples), BATCH):
        x, y = samples.batch(slice(start, start + BATCH))
        with torch.inference_mode():
            scores = network(x)  # (batch, [time,] classes)
            # With an answer at every step only the last one has seen the whole window.
            last_scores, last_y = (scores[:, -1], y[:, -1]) if network.interface.every_step else (scores, y)
            right += int((last_scores.argmax(-1) == last_y).sum())
            loss += float(cross_entropy(last_scores, last_y, reduction="sum"))
            answers += len(last_y)
        if (yield None) == "stop":
            return None
    return Score(loss / answers, right, answers, samples.caption)
