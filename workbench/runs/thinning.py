"""Thinning: which snapshots of a training are kept, so that they stay few and small."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

#: So many snapshots are kept at most, and so many bytes of them.
MOST = 200
BUDGET = 64 * 2**20

#: With fewer there is nowhere to travel between the first and the last.
LEAST = 3


def places_for(size: int, most: int = MOST, budget: int = BUDGET) -> int:
    """How many snapshots of ``size`` bytes each are kept; 0 for a network so large that too few would be."""
    places = min(most, budget // max(1, size))
    return places if places >= LEAST else 0


@dataclass(frozen=True)
class Thinning:
    """A rule that knows beforehand how long a training is, so that nothing kept has to be thrown away again.

    There are ``places`` places, and the first snapshot that falls into one has it. The first and the last step have one
    each. So has every validated step, if these fill no more than half of the places (else they share that half), and
    every power of two, if these fill no more than a quarter. The others share what is left. What is shared is shared
    evenly in the square root of the step: evenly, but the early steps, in which most is learnt, stand closer. Half of
    the places belong to the first quarter of the steps.
    """

    steps: int
    validate_every: int
    places: int

    def place_of(self, step: int) -> tuple[str, int] | None:
        """The place that a snapshot of ``step`` would have; None where there is none for it."""
        if not self.places:
            return None
        if step in (0, self.steps):
            return "end", step
        inner = self.places - 2
        validations = (self.steps - 1) // self.validate_every
        half = min(validations, inner // 2)
        doublings = self.steps.bit_length() if self.steps.bit_length() <= inner // 4 else 0
        along = math.sqrt(step / self.steps)
        if step % self.validate_every == 0:
            return ("validated", step) if validations <= half else _shared("validated", along, half)
        if doublings and step.bit_count() == 1:
            return "doubling", step
        return _shared("between", along, inner - half - doublings)

    def kept(self, steps: Iterable[int]) -> list[int]:
        """Those of the steps, in their order, whose snapshots are kept."""
        taken: dict[tuple[str, int], int] = {}
        for step in steps:
            if (place := self.place_of(step)) is not None:
                taken.setdefault(place, step)
        return list(taken.values())


def _shared(kind: str, along: float, places: int) -> tuple[str, int] | None:
    return (kind, math.floor(places * along)) if places else None
