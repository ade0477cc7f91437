"""Source: digits drawn by our own generator, the embedded default that needs no download."""

import numpy as np

from workbench.config import Interface, StrokesDigits, digit_interface
from workbench.data.availability import HERE, Availability
from workbench.data.dataset import DIGITS, Dataset, Loader, Loading, Split


def interface(settings: StrokesDigits) -> Interface:
    """28 x 28 grey levels as the settings say they are read, ten classes."""
    return digit_interface(settings.read)


def availability(settings: StrokesDigits) -> Availability:
    """Always here: they are drawn when they are needed."""
    return HERE


def load(settings: StrokesDigits) -> Loader:
    """Draws the digits block by block: training first, then validation, then test; none is in two splits."""
    from workbench.data.strokes import BLOCK, generate  # only now: who only asks need not wait for it

    total = settings.train + settings.validation + settings.test
    images = np.empty((total, 28, 28), dtype=np.uint8)
    labels = np.empty(total, dtype=np.int64)
    for start in range(0, total, BLOCK):
        count = min(BLOCK, total - start)
        images[start : start + count], labels[start : start + count] = generate(count, settings.seed, start)
        yield Loading("Drawing digits", start + count, total, "digits")
    train_end, test_start = settings.train, settings.train + settings.validation
    return Dataset(
        interface(settings),
        train=Split(images[:train_end], labels[:train_end], f"{settings.train:,} drawn digits"),
        validation=Split(
            images[train_end:test_start], labels[train_end:test_start], f"{settings.validation:,} held-out drawn digits"
        ),
        test=Split(images[test_start:], labels[test_start:], f"{settings.test:,} other drawn digits"),
        classes=DIGITS,
    )
