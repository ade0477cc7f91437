"""Evaluation: how much of a split a network answers right."""

from collections.abc import Generator, Iterator

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity

from workbench.data.dataset import Dataset
from workbench.engine.batches import Samples
from workbench.engine.events import Command
from workbench.engine.facts import perplexity, vector_facts
from workbench.engine.objective import right_samples, sample_losses
from workbench.engine.score import Fact, Score, Share
from workbench.engine.stream import Streams
from workbench.models.build import AnyNetwork, vectors_of
from workbench.models.network import Memory, Network

Evaluation = Generator[None, Command | None, Score | None]

#: Large enough for speed, small enough that Pause and Stop are answered at once.
BATCH = 500


#: Readers of a stream, each from an empty state; so many only that each has so many windows to go on with.
READERS, WINDOWS_EACH = 50, 20


def examine(network: AnyNetwork, dataset: Dataset, device: torch.device) -> Evaluation:
    """The score on the test split; further test splits are parts of it. Yields and stops as ``evaluate`` does."""
    score = yield from evaluate(network, Samples(dataset.test, device))
    for split in dataset.others:
        other = yield from evaluate(network, Samples(split, device))
        if score is None or other is None:
            return None
        score = score.with_split(other)
    return score


def evaluate(network: AnyNetwork, samples: Samples) -> Evaluation:
    """Yields after every batch, so that it can be paused; sent "stop", it returns None instead of the score.

    Of a stream every step counts, each read with all that came before it; otherwise the last of each sample.
    """
    losses: list[Tensor] = []
    right: list[Tensor] = []
    alike: list[Tensor] = []  # cosines of told vectors to the right ones
    interface = network.interface
    vectors = vectors_of(network)
    memory: Memory | None = None
    for index in _batches(interface.steps, samples):
        x, y = samples.batch(index)
        with torch.inference_mode():
            if samples.in_a_row and isinstance(network, Network):
                scores, memory = network.go_on(x, memory)
                scores, y = scores.flatten(0, 1), y.flatten()  # every step is a sample
            else:
                scores = network(x)  # (batch, [time,] classes)
                if interface.every_step and interface.answer == "class":
                    scores, y = scores[:, -1], y[:, -1]  # only the last step has seen the whole window
            losses.append(sample_losses(scores, y, interface, vectors))
            if (answered := right_samples(scores, y, interface, vectors)) is not None:
                right.append(answered)
            if vectors is not None and interface.answer == "vector":
                alike.append(cosine_similarity(scores, vectors[y]))
        if (yield None) == "stop":
            return None
    loss = float(torch.cat(losses).double().mean())
    facts: tuple[Fact, ...] = ()
    if alike and vectors is not None:
        facts = vector_facts(float(torch.cat(alike).double().mean()), samples.targets, vectors)
    elif interface.symbols:
        facts = (perplexity(loss),)
    elif interface.answer == "number":
        # Articles sum the squared errors of a series where the loss is their mean.
        facts = (Fact("sum of squared errors", loss * samples.targets[0].numel()),)
    if not right:
        return Score(loss, Share(samples.caption, 0, 0), facts=facts)
    which = torch.cat(right).cpu().numpy()  # (samples,)
    parts = tuple(
        Share(part.caption, int(which[part.samples].sum()), len(which[part.samples])) for part in samples.parts
    )
    return Score(loss, Share(samples.caption, int(which.sum()), len(which)), parts, facts)


def _batches(window: int, samples: Samples) -> Iterator[Tensor | slice]:
    if samples.in_a_row:
        readers = min(READERS, len(samples) // (window * WINDOWS_EACH))
        streams = Streams.through(len(samples), window, readers)
        yield from streams.order().to(samples.targets.device).reshape(-1, streams.batch)
    else:
        for start in range(0, len(samples), BATCH):
            yield slice(start, start + BATCH)
