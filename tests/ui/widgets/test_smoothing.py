"""The moving average against its definition, point by point."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import BadInput
from workbench.ui.widgets.smoothing import smoothed


def by_definition(values: list[float], weight: float) -> list[float]:
    result, mean, correction = [], 0.0, 1.0
    for value in values:
        mean = weight * mean + (1 - weight) * value
        correction *= weight
        result.append(mean / (1 - correction))
    return result


@given(
    st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=700),
    st.sampled_from([0.0, 0.3, 0.9, 0.99, 0.999]),
)
def test_is_the_bias_corrected_mean(values: list[float], weight: float) -> None:
    assert np.allclose(smoothed(np.array(values), weight), by_definition(values, weight), rtol=1e-6, atol=1e-6)


def test_starts_at_the_first_value_and_a_constant_stays() -> None:
    assert smoothed(np.array([5.0, 1.0]), 0.99)[0] == pytest.approx(5.0)
    assert np.allclose(smoothed(np.full(1000, 2.5), 0.95), 2.5)


def test_gaps_stay_gaps_and_do_not_count() -> None:
    result = smoothed(np.array([1.0, np.nan, 1.0, np.inf, 1.0]), 0.9)
    assert np.isnan(result[[1, 3]]).all()
    assert np.allclose(result[[0, 2, 4]], 1.0)
    assert np.isnan(smoothed(np.array([np.nan]), 0.5)).all() and len(smoothed(np.array([]), 0.5)) == 0


def test_a_weight_of_one_never_forgets_and_is_refused() -> None:
    with pytest.raises(BadInput, match="0 up to"):
        smoothed(np.zeros(3), 1.0)
