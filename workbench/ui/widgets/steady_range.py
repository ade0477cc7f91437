"""The range of an axis that follows growing curves in jumps: an axis that stands still is easy to read and cheap."""

import math

#: The share of an axis that curves must fill; below it the axis closes in on them.
_LEAST_FILLED = 0.6

#: How far beyond the curves an axis reaches when it has to grow.
_AHEAD = 0.25

_MARGIN = 0.04


def steady(
    low: float,
    high: float,
    shown: tuple[float, float] | None,
    limits: tuple[float, float] = (-math.inf, math.inf),
) -> tuple[float, float]:
    """A range that holds ``low``..``high``: the one ``shown`` while that fits, else a new one with room to grow.

    Room is left only on the side where the curves outgrew ``shown``, and not beyond ``limits``, which no value passes;
    the first range has a margin alone.
    """
    span = (high - low) or max(abs(high), 1.0) * 0.1
    if shown is None:
        return low - _MARGIN * span, high + _MARGIN * span
    if shown[0] <= low and high <= shown[1] and span >= _LEAST_FILLED * (shown[1] - shown[0]):
        return shown
    below = _AHEAD if low < shown[0] else _MARGIN
    above = _AHEAD if high > shown[1] else _MARGIN
    margin = _MARGIN * span
    return (
        max(low - below * span, min(low, limits[0]) - margin),
        min(high + above * span, max(high, limits[1]) + margin),
    )


def steady_steps(last: float, longest: float, shown: float | None) -> float:
    """The end of an axis of steps: ahead of ``last``, but never beyond ``longest``, the last step there will be."""
    if shown is not None and _LEAST_FILLED * shown <= last <= shown and (shown <= longest or last > longest):
        return shown
    ahead = last * (1.0 + _AHEAD)
    digits = 10.0 ** (math.floor(math.log10(ahead)) - 1) if ahead > 0.0 else 1.0
    rounded = math.ceil(ahead / digits) * digits
    return max(last, min(rounded, longest)) if longest > 0.0 else last
