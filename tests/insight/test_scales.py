"""Scales of gates."""

import numpy as np
import pytest

from workbench.insight.scales import Scale, rounded_up, scale_of


def of(*values: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.array(values, dtype=np.float32)


def test_what_is_bounded_keeps_its_bounds() -> None:
    assert scale_of(0.0, 1.0, of(0.2, 0.4)) == Scale(0.0, 1.0, "sequential")
    assert scale_of(-1.0, 1.0, of(0.2, 0.4)) == Scale(-1.0, 1.0, "diverging")


def test_what_nothing_bounds_is_symmetric_around_nothing() -> None:
    assert scale_of(None, None, of(-2.31, 0.5)) == Scale(-2.4, 2.4, "diverging")
    assert scale_of(0.0, None, of(0.0, 7.01)) == Scale(0.0, 7.1, "sequential")


@pytest.mark.parametrize("values", [of(), of(0.0), of(float("nan"), float("inf"))])
def test_nothing_to_measure_is_one(values: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> None:
    assert scale_of(None, None, values) == Scale(-1.0, 1.0, "diverging")


@pytest.mark.parametrize("value", [1e-30, 1.3e-7, 0.0999, 0.1, 0.91, 1.0, 1.2, 9.99, 10.0, 123.4, 99_900.0, 3e20])
def test_rounding_up_never_loses_a_value_and_adds_little(value: float) -> None:
    up = rounded_up(value)
    assert value <= up <= value * 1.1000001
    assert float(f"{up:.2g}") == pytest.approx(up)
