"""The remaining time is right in the end, and does not jump on the way there."""

from itertools import pairwise

import numpy as np
import pytest

from workbench.session.pace import Pace


def followed(durations: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> list[tuple[float, float, float]]:
    """(time, shown remaining, true remaining) after every step of these durations."""
    pace, shown = Pace(), []
    times = np.cumsum(durations)
    for step, now in enumerate(times, start=1):
        pace.see(float(now), step)
        remaining = pace.remaining(len(durations))
        if remaining is not None:
            shown.append((float(now), remaining, float(times[-1] - now)))
    return shown


def test_nothing_is_known_at_first() -> None:
    pace = Pace()
    assert pace.steps_per_second == 0.0
    assert pace.remaining(100) is None
    pace.see(1.0, 5)
    assert pace.remaining(100) is None
    pace.see(1.0, 5)  # no time has passed
    assert pace.remaining(100) is None


def test_an_even_pace_is_counted_down_exactly() -> None:
    for _, shown, true in followed(np.full(200, 0.1)):
        assert shown == pytest.approx(true, abs=1e-6)


def test_with_a_noisy_pace_what_is_shown_does_not_jump() -> None:
    durations = np.random.default_rng(0).uniform(0.02, 0.18, size=600)
    shown = followed(durations)
    settled = [entry for entry in shown if entry[0] > 8]
    for (t0, before, _), (t1, after, _) in pairwise(settled):
        # Apart from the clock's own counting down, by a fiftieth at the most.
        assert abs(after - max(0.0, before - (t1 - t0))) < 0.02 * max(before, 2.0)
    for _, remaining, true in settled:
        assert remaining == pytest.approx(true, rel=0.25, abs=1.0)


def test_a_change_of_pace_is_followed_gradually() -> None:
    shown = followed(np.concatenate([np.full(200, 0.1), np.full(400, 0.3)]))
    last = [entry for entry in shown if entry[2] < 60]
    assert last
    for _, remaining, true in last:
        assert remaining == pytest.approx(true, rel=0.05, abs=0.5)


def test_it_is_never_less_than_nothing() -> None:
    pace = Pace()
    for step in range(30):
        pace.see(step * 0.1, step)
        remaining = pace.remaining(10)
        assert remaining is None or remaining >= 0.0
    assert remaining == 0.0


def test_the_pace_is_that_of_the_last_seconds() -> None:
    pace = Pace()
    for second in range(60):
        pace.see(float(second), second * 10)
    for second in range(60, 80):
        pace.see(float(second), 590 + (second - 59) * 50)
    assert pace.steps_per_second == pytest.approx(50)
