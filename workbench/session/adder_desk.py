"""The adder desk: two numbers that a person types, how many bits they are read in, and what a network makes of them."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from workbench.data.binary_addition import bits_of, sum_and_carry
from workbench.errors import BadInput
from workbench.session.reader import Probe

if TYPE_CHECKING:
    from workbench.session.networks import InUse

#: Sums may be this long; a network reads as many bits as it is given.
FEWEST_BITS, MOST_BITS = 2, 64

_DEFAULT_BITS = 8


@dataclass(frozen=True)
class Addition:
    """``a + b`` in ``places`` bits, the lowest place first in everything that is asked of it."""

    a: int
    b: int
    places: int

    @cached_property
    def inputs(self) -> NDArray[np.float32]:
        """The bits of both as a network reads them, (places, 2)."""
        return bits_of(self.a, self.b, self.places)

    @cached_property
    def _added(self) -> tuple[list[int], list[int]]:
        total, carry = sum_and_carry(self.inputs.astype(np.int64)[None])
        return total[0].tolist(), carry[0].tolist()

    @property
    def total_bits(self) -> list[int]:
        """The bits of the sum."""
        return self._added[0]

    @property
    def carry_bits(self) -> list[int]:
        """The carry out of each place."""
        return self._added[1]

    @property
    def a_bits(self) -> list[int]:
        """The bits of the first summand."""
        return [int(bit) for bit in self.inputs[:, 0]]

    @property
    def b_bits(self) -> list[int]:
        """The bits of the second summand."""
        return [int(bit) for bit in self.inputs[:, 1]]


def told_number(probabilities: NDArray[np.float32]) -> int:
    """The number whose bits a network tells. probabilities: (places,) that a bit is 1, the lowest place first."""
    return sum(1 << place for place, probability in enumerate(probabilities.tolist()) if probability > 0.5)


def wrong_bits(addition: Addition, probabilities: NDArray[np.float32]) -> list[int]:
    """The places, from 0, where the network tells another bit than the sum has."""
    told = (probabilities > 0.5).astype(int).tolist()
    return [place for place, bits in enumerate(zip(told, addition.total_bits, strict=True)) if bits[0] != bits[1]]


def summand(text: str, name: str) -> int:
    """A number as people write it: decimal, with separators, or 0b1011 and 0xff. Raises BadInput."""
    plain = re.sub(r"[\s,_'’]", "", text)
    try:
        number = int(plain, 0) if re.match(r"0[bxBX]", plain) else int(plain)
    except ValueError:
        raise BadInput(name, "expected a whole number, as in 57", value=text.strip()[:40]) from None
    if number < 0:
        raise BadInput(name, "expected a number of 0 or more", value=text.strip()[:40])
    return number


def check_sum(a: int, b: int) -> None:
    """Raises BadInput when the sum has more bits than can be shown."""
    if (a + b).bit_length() > MOST_BITS:
        raise BadInput("a + b", f"expected a sum of at most {MOST_BITS} bits", value=f"{(a + b).bit_length()} bits")


class AdderDesk:
    """The two numbers, and the width they were asked to be read in."""

    def __init__(self) -> None:
        self.a, self.b = 91, 55
        #: As they were typed, also when they could not be added.
        self.texts = ("91", "55")
        #: Why what was typed cannot be added; empty when it was.
        self.problem = ""
        #: How many bits to read at least; None: as many as the network was trained on.
        self.bits: int | None = None
        self._random = random.Random()

    def type(self, a: str, b: str) -> None:
        """Takes two numbers as they were typed. Where they are none, the last two stay and ``problem`` says why."""
        self.texts = (a, b)
        try:
            numbers = summand(a, "a"), summand(b, "b")
            check_sum(*numbers)
        except BadInput as error:
            self.problem = str(error)
        else:
            self.problem = ""
            self.a, self.b = numbers

    def set_bits(self, bits: int | None) -> None:
        """How many bits to read at least. Raises BadInput."""
        if bits is not None and not FEWEST_BITS <= bits <= MOST_BITS:
            raise BadInput("bits", f"expected {FEWEST_BITS} to {MOST_BITS}", value=bits)
        self.bits = bits

    def draw(self, in_use: InUse | None) -> None:
        """Two random numbers that fill the width, with room for the last carry."""
        places = self._asked_for(in_use)
        a, b = (self._random.getrandbits(places - 1) for _ in range(2))
        self.type(str(a), str(b))

    def addition(self, in_use: InUse | None) -> Addition:
        """The sum in as many bits as were asked for, or as it takes."""
        return Addition(self.a, self.b, max(self._asked_for(in_use), self.least_bits))

    @property
    def least_bits(self) -> int:
        """The sum takes as many."""
        return max(FEWEST_BITS, (self.a + self.b).bit_length())

    def probe(self, in_use: InUse) -> Probe:
        """The bits of both numbers, the lowest first."""
        return Probe(self.addition(in_use).inputs, f"{self.a:,} + {self.b:,}")

    def _asked_for(self, in_use: InUse | None) -> int:
        if self.bits is not None:
            return self.bits
        return _DEFAULT_BITS if in_use is None else min(MOST_BITS, in_use.trained.interface.steps)
