"""Source: MNIST, pen traces drawn as the pad draws them, and digits of our own generator, all in one training split."""

from collections.abc import Generator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench.config import DigitsMix, Interface, Mnist, digit_interface
from workbench.data import mnist
from workbench.data.availability import Availability
from workbench.data.dataset import DIGITS, Dataset, Loader, Loading, Split
from workbench.data.drawing import THICKNESS
from workbench.data.ink import pictures
from workbench.data.strokes import generate
from workbench.data.unipen import PenDigit, by_writer, pen_digits

#: How many times as thick as the thinnest pen the thickest one is.
PENS = 2.0

#: So many traces are drawn between two reports of how far it is.
_BLOCK = 500

Digits = tuple[NDArray[np.uint8], NDArray[np.int64]]
"""Pictures (n, 28, 28) and labels (n,)."""


def interface(settings: DigitsMix) -> Interface:
    """28 x 28 grey levels as the settings say they are read, ten classes."""
    return digit_interface(settings.read)


def availability(settings: DigitsMix) -> Availability:
    """As MNIST's, and whether the pen traces are where the settings say."""
    if settings.pen and not Path(settings.pen).is_file():
        return Availability("missing", why=f"{settings.pen}: there is no such file of pen traces.", key="data.pen")
    return mnist.availability(Mnist(folder=settings.folder))


def load(settings: DigitsMix) -> Loader:
    """Reads MNIST, draws the rest. Raises BadInput for broken files."""
    traces = by_writer(pen_digits(Path(settings.pen))) if settings.pen else None
    scans = yield from mnist.load(
        Mnist(folder=settings.folder, train=60_000 - settings.validation, validation=settings.validation)
    )
    train, validation = [_digits(scans.train)], [_digits(scans.validation)]
    said, watched = [scans.train.caption], [scans.validation.caption]
    others: tuple[Split, ...] = ()
    if traces:
        learnt, held_out, tested = traces
        for thickness in pens(settings.pens):
            train += yield from _drawn(learnt, thickness)
        validation += yield from _drawn(held_out, THICKNESS)
        said.append(f"{len(learnt):,} pen digits with {settings.pens} pens")
        watched.append(f"{len(held_out):,} pen digits of other writers")
        unseen = _joined((yield from _drawn(tested, THICKNESS)))
        others = (Split(*unseen, f"{len(tested):,} pen digits of writers never seen"),)
    if settings.drawn:
        images, labels = generate(settings.drawn, settings.seed)
        train.append((images, labels.astype(np.int64)))
        said.append(f"{settings.drawn:,} drawn digits")
        yield Loading("Drawing digits", settings.drawn, settings.drawn, "digits")
    return Dataset(
        interface(settings),
        train=Split(*_joined(train), ", ".join(said)),
        validation=Split(*_joined(validation), ", ".join(watched)),
        test=scans.test,
        classes=DIGITS,
        others=others,
    )


def pens(count: int) -> list[float]:
    """Thicknesses from thin to thick in even ratios, the pad's own in the middle."""
    if count == 1:
        return [THICKNESS]
    return [THICKNESS * PENS ** (number / (count - 1) - 0.5) for number in range(count)]


def _drawn(digits: Sequence[PenDigit], thickness: float) -> Generator[Loading, None, list[Digits]]:
    """The digits as the pad would show them to a network."""
    found: list[Digits] = []
    for start in range(0, len(digits), _BLOCK):
        some = digits[start : start + _BLOCK]
        ink = pictures([digit.drawing(thickness) for digit in some])
        found.append(((ink * 255 + 0.5).astype(np.uint8), np.array([digit.label for digit in some], dtype=np.int64)))
        yield Loading("Drawing pen traces", start + len(some), len(digits), "digits")
    return found


def _digits(split: Split) -> Digits:
    return split.inputs.astype(np.uint8, copy=False), split.targets.astype(np.int64, copy=False)


def _joined(digits: Sequence[Digits]) -> Digits:
    return np.concatenate([images for images, _ in digits]), np.concatenate([labels for _, labels in digits])
