"""Test samples that a network can be tried on at once, without a download."""

from collections.abc import Generator
from dataclasses import replace
from typing import Any

import numpy as np

from workbench.config import BinaryAddition, Data, DigitsMix, Mnist, StrokesDigits
from workbench.data.dataset import Loading, Split
from workbench.data.sources import availability, load
from workbench.data.strokes import generate
from workbench.engine.trained import Trained
from workbench.errors import BadInput

#: Drawn digits begin at this number, far from those that networks are trained on.
_FIRST_DRAWN = 10_000_000


def try_out_samples(trained: Trained, count: int, examples: Split | None = None) -> Generator[Loading, None, Split]:
    """At most ``count`` test samples: ``examples``, where there are some; else those of the network's own data.

    Sums come in order, so that the first ones hardly carry: these are spread over all of them. Where the data are not
    on this computer, a reader of digits is tried on drawn ones, which the caption says. Raises BadInput where there is
    nothing to try a network on.
    """
    data = own_data(trained)
    if isinstance(data, BinaryAddition):
        dataset = yield from load(data)
        return spread(dataset.test, count)
    if examples is not None:
        return first(examples, count)
    if isinstance(data, StrokesDigits):  # those alone, not all that come before them
        images, labels = generate(min(count, data.test), data.seed, start=data.train + data.validation)
        return Split(images, labels.astype(np.int64), f"the first {len(labels):,} of {data.test:,} other drawn digits")
    if availability(data).state == "here":
        dataset = yield from load(data)
        if dataset.interface.reads_alike(trained.interface) and dataset.classes == trained.classes:
            return first(dataset.test, count)
    if trained.preset.task == "digits" and trained.interface.classes == 10:
        images, labels = generate(count, 0, start=_FIRST_DRAWN)
        return Split(images, labels.astype(np.int64), f"{count:,} drawn digits")
    raise BadInput(
        trained.preset.title, "its test data are not on this computer",
        hint="Train it here, or put its data where its settings look for them.",
    )  # fmt: skip


def own_data(trained: Trained) -> Data:
    """The data that hold a network's test samples: of a mixture of digits, MNIST alone."""
    data = trained.preset.data
    return Mnist(folder=data.folder, read=data.read) if isinstance(data, DigitsMix) else data


def spread(split: Split, count: int) -> Split:
    """Samples from all over a split, copied; all are one part."""
    if len(split) <= count:
        return replace(split, parts=())
    chosen = np.arange(count) * len(split) // count
    return Split(split.inputs[chosen], split.targets[chosen], f"{count:,} of {split.caption}, evenly spread")


def first(split: Split, count: int) -> Split:
    """The first samples of a split, copied, so that the others are not kept in memory; all are one part."""
    if len(split) <= count:
        return replace(split, parts=())
    inputs: np.ndarray[Any, Any] = split.inputs[:count].copy()
    return Split(inputs, split.targets[:count].copy(), f"the first {count:,} of {split.caption}")
