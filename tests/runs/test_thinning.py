"""Few snapshots stay, evenly spread with the early ones closer, and all validations where there is room for them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.runs.thinning import BUDGET, MOST, Thinning, places_for


def test_places_follow_from_the_size() -> None:
    assert places_for(1_000) == MOST == 200
    assert places_for(BUDGET // 50) == 50
    assert places_for(BUDGET // 3) == 3
    assert places_for(BUDGET // 2) == 0  # a first and a last one are nowhere to travel
    assert Thinning(100, 10, 0).kept(range(101)) == []


@given(
    steps=st.integers(1, 20_000), validate_every=st.integers(1, 3_000), places=st.integers(3, 200),
    stride=st.integers(1, 50),
)  # fmt: skip
def test_however_it_goes_there_are_never_too_many(steps: int, validate_every: int, places: int, stride: int) -> None:
    rule = Thinning(steps, validate_every, places)
    seen = sorted({*range(0, steps, stride), *range(validate_every, steps, validate_every), steps})
    kept = rule.kept(seen)
    assert len(kept) <= places
    assert (kept[0], kept[-1]) == (0, steps)
    assert set(kept) <= set(seen)
    assert rule.kept([step for seen_step in seen for step in (seen_step, seen_step)]) == kept  # of two it is the first
    validated = [step for step in seen if step % validate_every == 0 and 0 < step < steps]
    if len(validated) <= (places - 2) // 2:
        assert set(validated) <= set(kept)
    if places >= 70:
        assert {step for step in seen if step.bit_count() == 1 and step % validate_every} <= set(kept)


def test_what_is_kept_stays_kept_as_more_comes() -> None:
    rule = Thinning(5_000, 500, 60)
    for seen in range(0, 5_000, 250):
        early = rule.kept(range(seen))
        assert rule.kept(range(5_001))[: len(early)] == early


def test_half_of_them_lie_in_the_first_quarter_and_none_of_the_gaps_is_out_of_proportion() -> None:
    kept = np.array(Thinning(40_000, 4_000, 200).kept(range(40_001)))
    assert 0.4 < (kept <= 10_000).mean() < 0.6
    between = np.array([step for step in kept.tolist() if step % 4_000 and step.bit_count() != 1])
    roots = np.diff(np.sqrt(between[between > 400]))
    expected = math.sqrt(40_000) / (200 - 2 - 9 - 16)  # nine validations and sixteen doublings have places of their own
    assert roots.max() < 2.1 * expected  # one place may be hidden by the next's early arrival
    assert roots.mean() == pytest.approx(expected, rel=0.05)


def test_too_many_validations_share_half_of_the_places_spread_alike() -> None:
    kept = Thinning(10_000, 10, 100).kept(range(10_001))
    validated = [step for step in kept if step % 10 == 0]
    assert len(validated) - 2 == pytest.approx(49, abs=4)
    assert len(kept) - len(validated) == pytest.approx(49, abs=6)
