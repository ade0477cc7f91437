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


def measured_after(step: int, every: int, steps: int) -> int:
    """The step after which the belief that stands at ``step`` was measured, where it is at every so many of ``steps``.

    See ``belief.measured_every``: the last step of a stretch speaks for all of it.
    """
    return min((step // every + 1) * every, steps) - 1


def decided_after(beliefs: NDArray[np.float32], every: int) -> int | None:
    """The step after which it was found to be decided, where belief was measured at every so many steps; or None."""
    step = decided_at(beliefs)
    return None if step is None else measured_after(step, every, len(beliefs))


def told_apart(beliefs: NDArray[np.float32], most: int) -> NDArray[np.int64]:
    """At most so many classes that tell how a decision came about, the likeliest at the end first.

    beliefs: (steps, classes) probabilities. The answer is among them, and what was likelier just before it was decided,
    so that ``decided_at`` of these classes alone is that of all; then those believed most at any step.
    """
    if not len(beliefs):
        return np.zeros(0, dtype=np.int64)
    known = np.nan_to_num(beliefs)
    wanted = [int(known[-1].argmax())]
    if decided := decided_at(known):
        wanted.append(int(known[decided - 1].argmax()))
    by_peak = np.argsort(-known.max(axis=0), kind="stable")
    chosen = np.array(list(dict.fromkeys([*wanted, *by_peak.tolist()]))[:most], dtype=np.int64)
    return chosen[np.argsort(-known[-1, chosen], kind="stable")]
