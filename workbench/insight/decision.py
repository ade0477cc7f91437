"""Decision: the step at which a network made up its mind for good."""

import numpy as np
from numpy.typing import NDArray


def decided_at(beliefs: NDArray[np.float32]) -> int | None:
    """The first step, counted from 0, from which on the final answer stays the likeliest.

    beliefs: (steps, classes) probabilities. None when there are no steps, or numbers that are none.
    """
    if not len(beliefs) or not np.isfinite(beliefs).all():
        return None
    winners = beliefs.argmax(axis=1)
    others = np.flatnonzero(winners != winners[-1])
    return int(others[-1]) + 1 if others.size else 0
