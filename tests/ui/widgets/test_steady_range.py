"""Axes that move seldom, and never lose a curve."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from workbench.ui.widgets.steady_range import steady, steady_steps

NUMBERS = st.floats(-1e6, 1e6)


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=20))
def test_every_range_holds_the_curves(spans: list[tuple[float, float]]) -> None:
    shown = None
    for span in spans:
        low, high = min(span), max(span)
        shown = steady(low, high, shown)
        assert shown[0] <= low <= high <= shown[1] and shown[0] < shown[1]


def test_a_falling_loss_moves_its_axis_a_few_times_only() -> None:
    loss = 2.3 * np.exp(-np.arange(5000) / 600) + 0.05
    ranges = []
    shown = None
    for step in range(10, 5000, 10):
        shown = steady(float(loss[:step].min()), float(loss[:step].max()), shown, (0.0, np.inf))
        ranges.append(shown)
    assert len(set(ranges)) < 16
    assert min(low for low, _ in ranges) > -0.15  # a loss is never below 0
    assert ranges[-1][1] - ranges[-1][0] < 1.7 * (loss.max() - loss.min())


def test_steps_reach_ahead_in_jumps_up_to_the_last() -> None:
    end = None
    ends = []
    for last in range(1, 1001):
        end = steady_steps(float(last), 1000.0, end)
        assert last <= end <= max(last, 1000.0)
        ends.append(end)
    assert len(set(ends)) < 40 and ends[-1] == 1000.0


def test_what_has_ended_fills_the_axis() -> None:
    assert steady_steps(700.0, 700.0, 1000.0) == 700.0
