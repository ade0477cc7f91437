"""Told numbers beside their targets, on an axis with round numbers."""

import numpy as np
import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from workbench.errors import BadInput
from workbench.ui.theme import LIGHT
from workbench.ui.widgets.told_numbers import ToldNumbers, round_numbers


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [
        (-0.556, 0.256, 5, [-0.4, -0.2, 0.0, 0.2]),
        (0.0, 1.0, 5, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (3.0, 97.0, 4, [50]),
        (-3e-6, 5e-6, 4, [-2e-6, 0.0, 2e-6, 4e-6]),
    ],
)
def test_round_numbers_on_the_axis(low: float, high: float, most: int, expected: list[float]) -> None:
    ticks, digits = round_numbers(low, high, most)
    assert ticks == pytest.approx(expected, abs=1e-12)
    assert all(low <= tick <= high for tick in ticks)
    assert len({f"{tick:.{digits}f}" for tick in ticks}) == len(ticks), "no two are written alike"


def test_marks_stand_at_their_numbers(qtbot: QtBot) -> None:
    plot = ToldNumbers()
    qtbot.addWidget(plot)
    plot.resize(400, 240)
    targets = np.array([-0.5, 0.2, 0.1, -0.5])
    plot.set_numbers(targets, targets + np.array([0.0, 0.4, 0.0, 0.0]))
    low, high = plot.span()
    area, image = plot.area(), plot.grab().toImage()
    left, width = plot.step_span(1)
    y = round(area.bottom() - (0.6 - low) / (high - low) * (area.height() - 1))
    assert image.pixelColor(round(left + width / 2), y) == QColor(LIGHT.accent)
    middle = round(area.bottom() - (0.4 - low) / (high - low) * (area.height() - 1))
    assert image.pixelColor(round(left + width / 2), middle) != QColor(LIGHT.surface), "a stroke joins the two"
    assert [entry.name for entry in plot.entries()] == ["target", "network"]
    assert plot.accessibleDescription() == "target -0.5, 0.2, 0.1, -0.5; network -0.5, 0.6, 0.1, -0.5"
    plot.set_numbers(targets, None)
    assert [entry.name for entry in plot.entries()] == ["target"]


def test_numbers_that_are_none_and_flat_ones_are_painted_too(qtbot: QtBot) -> None:
    plot = ToldNumbers()
    qtbot.addWidget(plot)
    plot.resize(300, 200)
    for targets in (np.zeros(0), np.full(3, 2.0), np.array([np.nan, 1.0, np.inf]), np.linspace(0, 1, 500)):
        plot.set_numbers(targets, targets.copy())
        low, high = plot.span()
        assert low < high
        plot.grab()
    with pytest.raises(BadInput):
        plot.set_numbers(np.zeros(3), np.zeros(2))
