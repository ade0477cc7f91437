"""Scales: from which value to which a gate is coloured, so that every picture of it means the same."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Scale:
    """Colours run from ``low`` to ``high``: sequential for a share, diverging around 0 for what may be negative."""

    low: float
    high: float
    colours: Literal["sequential", "diverging"]


def scale_of(low: float | None, high: float | None, values: NDArray[np.float32]) -> Scale:
    """The scale of a quantity between ``low`` and ``high``, each None where nothing bounds it.

    An open end takes the largest magnitude among the values, rounded up to two digits, so that it can be read and does
    not tremble while training; what has no lower bound goes as far below 0 as above.
    """
    if low is not None and high is not None:
        return Scale(low, high, "sequential" if low >= 0.0 else "diverging")
    finite = values[np.isfinite(values)]
    reach = rounded_up(float(np.abs(finite).max())) if finite.size else 1.0
    return Scale(0.0, reach, "sequential") if low == 0.0 else Scale(-reach, reach, "diverging")


def rounded_up(value: float) -> float:
    """The next number with two significant digits that is no smaller: 1.234 gives 1.3. 1 for 0."""
    if value <= 0.0:
        return 1.0
    digits = 1 - math.floor(math.log10(value))
    up = round(math.ceil(round(value * 10.0**digits, 6)) / 10.0**digits, digits)
    return up if up >= value else round(up + 10.0**-digits, digits)
