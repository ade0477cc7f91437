"""A logarithmic axis whose numbers never touch: 1, 2 and 5 of every decade, or fewer."""

import math
from itertools import pairwise
from typing import Any

#: Pixels from one number to the next.
_ROOM = 22.0
_STEPS_IN_A_DECADE = ((1, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,))


def decade_axis(pg: Any, side: str) -> Any:
    """An ``AxisItem`` of pyqtgraph (given, because importing it is slow) with our logarithmic numbers."""
    members = {
        "logTickValues": lambda self, low, high, size, standard: [(None, log_ticks(low, high, size))],
        "logTickStrings": lambda self, values, scale, spacing: [f"{10**value * scale:.3g}" for value in values],
    }
    return type("DecadeAxis", (pg.AxisItem,), members)(side)


def log_ticks(low: float, high: float, size: float) -> list[float]:
    """Places of the numbers between ``low`` and ``high`` (logarithms to base 10) on an axis ``size`` pixels long."""
    if not high > low or size <= 0:
        return []
    pixels = size / (high - low)
    for steps in _STEPS_IN_A_DECADE:
        logs = [math.log10(step) for step in (*steps, 10)]
        if min(b - a for a, b in pairwise(logs)) * pixels >= _ROOM:
            break
    stride = max(1, math.ceil(_ROOM / pixels)) if steps == (1,) else 1
    first = math.floor(low / stride) * stride
    decades = range(first, math.ceil(high) + 1, stride)
    ticks = [decade + math.log10(step) for decade in decades for step in steps]
    return [tick for tick in ticks if low <= tick <= high]
