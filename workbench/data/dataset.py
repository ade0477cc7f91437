"""What a source of data gives: three splits of samples, as NumPy arrays."""

from collections.abc import Generator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from workbench.config import Interface

DIGITS = tuple("0123456789")


@dataclass(frozen=True)
class Part:
    """Some samples of a split that are also counted by themselves: "the first 128"."""

    caption: str
    samples: slice | NDArray[np.int64]


def class_parts(targets: NDArray[np.int64], classes: tuple[str, ...]) -> tuple[Part, ...]:
    """The samples of each class. targets: (samples,)."""
    return tuple(Part(f"class {name}", np.flatnonzero(targets == number)) for number, name in enumerate(classes))


@dataclass(frozen=True)
class Split:
    """Samples and their answers.

    inputs: (samples, time, width) uint8 levels 0..255 or float32 numbers, or (samples, time) int64 symbols.
    targets: (samples,) int64 classes, or (samples, time) when every step has an answer; float32 with a last axis of
    outputs where an answer is bits or numbers.
    """

    inputs: NDArray[np.generic]
    targets: NDArray[np.generic]
    #: What it is, for captions: "5,000 held-out digits".
    caption: str
    parts: tuple[Part, ...] = ()
    #: The samples are windows of one sequence, each a step after the one before, to be read as a stream.
    in_a_row: bool = False
    #: To be read in turn, every so many-th sample in a pass; 0: shuffled.
    stride: int = 0

    def __len__(self) -> int:
        return len(self.inputs)


@dataclass(frozen=True)
class Dataset:
    """Everything one training needs. ``classes`` names the answers; for words it is the vocabulary.

    vectors: (symbols, interface.vectors) for words that come with vectors.
    """

    interface: Interface
    train: Split
    validation: Split
    test: Split
    classes: tuple[str, ...]
    #: Further test splits, counted by themselves.
    others: tuple[Split, ...] = ()
    vectors: NDArray[np.float32] | None = None

    @cached_property
    def checksum(self) -> str:
        """SHA-256 of all samples, answers, classes and vectors: whether these are the data that were used before."""
        import hashlib  # only now: the window need not wait for it

        known = hashlib.sha256("\0".join(self.classes).encode())
        arrays = [part for split in (self.train, self.validation, self.test, *self.others)
                  for part in (split.inputs, split.targets)]  # fmt: skip
        for values in (*arrays, *(() if self.vectors is None else (self.vectors,))):
            known.update(f"\0{values.dtype.str}{values.shape}".encode())
            known.update(np.ascontiguousarray(values).data)
        return known.hexdigest()


@dataclass(frozen=True)
class Loading:
    """How far loading is: ``done`` of ``total`` (0 when unknown) ``unit``s of ``what``."""

    what: str
    done: int
    total: int
    unit: str = ""


Loader = Generator[Loading, None, Dataset]
"""Loads step by step: yields how far it is, so that it can be watched and cancelled, and returns the data."""
