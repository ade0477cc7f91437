"""The series desk: the numbers that a network was trained to tell, beside which its own are held."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from workbench.config import Data, Primes, Series
from workbench.outcome import outcome
from workbench.session.reader import Probe

if TYPE_CHECKING:
    from workbench.session.networks import InUse


@dataclass(frozen=True, eq=False)
class Numbers:
    """A series to be told. ``scale``: a told number times this is what is meant, a prime for example."""

    inputs: NDArray[np.float32]  # (steps, width)
    targets: NDArray[np.float64]  # (steps,)
    caption: str
    scale: int = 1
    primes: tuple[int, ...] = ()  # those there are; none where the numbers are no primes

    def prime_near(self, told: float) -> int | None:
        """The prime nearest to a told number; None where the numbers are no primes, or it is no number."""
        if not self.primes or not np.isfinite(told):
            return None
        return min(self.primes, key=lambda prime: abs(prime - told * self.scale))


@lru_cache(maxsize=4)
def numbers_of(data: Data) -> Numbers | None:
    """The series of a source of data; None for a source that has none. Raises BadInput."""
    found: tuple[int, ...] = ()
    match data:
        case Series():
            from workbench.data import series

            dataset = outcome(series.load(data))
            caption, scale = f"a series of {len(dataset.test.targets[0])} numbers", 1
        case Primes():
            from workbench.data import primes

            dataset = outcome(primes.load(data))
            found = tuple(primes.primes_below(data.below))
            caption, scale = f"{data.samples} primes below {data.below:,}, one after the other", data.below
        case _:
            return None
    inputs = dataset.test.inputs[0].astype(np.float32)
    return Numbers(inputs, dataset.test.targets[0, :, 0].astype(np.float64), caption, scale, found)


class SeriesDesk:
    """What the series network is asked: its own series, for there is nothing else it could tell."""

    def probe(self, in_use: InUse) -> Probe | None:
        """The inputs of the series it was trained on."""
        numbers = numbers_of(in_use.trained.preset.data)
        return None if numbers is None else Probe(numbers.inputs, numbers.caption)
