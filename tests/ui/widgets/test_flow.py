"""Norms on a logarithmic axis: each power of ten as high, and zero nowhere."""

import math

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from workbench.ui.theme import DARK, LIGHT
from workbench.ui.widgets.flow_lines import FlowLine, FlowLines, decade, decades
from workbench.ui.widgets.flow_map import FlowMap, _short


def test_every_decade_is_as_high_and_zero_is_nowhere(qtbot: QtBot) -> None:
    view = FlowLines()
    qtbot.addWidget(view)
    view.resize(300, 160)
    view.set_lines([FlowLine("h", np.array([0.0, 1e-4, 1e-2, 1.0, math.nan, 1e-2]), "h")], -4.0, 0.0)
    bottom, middle, top = (view.y_of(norm) for norm in (1e-4, 1e-2, 1.0))
    assert bottom is not None and middle is not None and top is not None
    assert view.area().bottom() > bottom > top > view.area().top()
    assert bottom - middle == pytest.approx(middle - top)
    assert view.y_of(0.0) is None
    pieces = view._pieces(view.lines[0])
    assert [piece.size() for piece in pieces] == [3, 1]  # 0 and what is no number break the line
    assert pieces[0].at(2).y() == top


def test_it_is_painted_in_the_gate_s_colour(qtbot: QtBot) -> None:
    view = FlowLines()
    qtbot.addWidget(view)
    view.resize(300, 160)
    view.set_lines([FlowLine("c", np.full(8, 0.1), "c")], -2.0, 0.0)
    for theme in (LIGHT, DARK):
        view.set_theme(theme)
        y = view.y_of(0.1)
        assert y is not None
        picture = view.grab().toImage()
        found = {picture.pixelColor(150, round(y) + dy).name() for dy in (-1, 0, 1)}
        assert theme.gate("c").name() in found


def ink(picture: QImage) -> int:
    """Pixels in the middle that are not the surface."""
    surface = picture.pixelColor(150, 12).name()
    return sum(picture.pixelColor(x, y).name() != surface for x in range(60, 280) for y in range(20, 130))


@pytest.mark.parametrize(
    ("norms", "why"),
    [([0.0, 0.0], "Every norm is 0"), ([math.nan, math.inf], "No norm is a number"), ([0.0, 0.5], ""), ([], "")],
)
def test_where_no_line_can_be_drawn_it_says_why(qtbot: QtBot, norms: list[float], why: str) -> None:
    view = FlowLines()
    qtbot.addWidget(view)
    view.resize(300, 160)
    view.set_lines([FlowLine("h", np.array(norms), "h")], -2.0, 0.0)
    assert view.accessibleDescription().startswith("h")
    assert (why in view.accessibleDescription()) if why else view.accessibleDescription() == "h"
    before = view.grab().toImage()
    view.set_lines([FlowLine("h", np.full(len(norms), 0.5), "h")], -2.0, 0.0)
    assert (ink(before) > ink(view.grab().toImage())) is bool(why)  # a sentence takes more of it than a line


@pytest.mark.parametrize(
    ("values", "expected"),
    [([0.5, 0.02], (-2.0, 0.0)), ([1.0], (0.0, 1.0)), ([0.0, math.nan], (-1.0, 0.0)), ([3e-38, 2.0], (-38.0, 1.0))],
)
def test_the_axis_holds_all_that_is_not_zero(values: list[float], expected: tuple[float, float]) -> None:
    assert decades(np.array(values)) == expected


def test_powers_and_steps_are_said_shortly() -> None:
    assert [decade(power) for power in (1, 0, -2, -5)] == ["10", "1", "0.01", "1e−5"]
    assert [_short(step) for step in (0, 2145, 38_720, 449_600, 1_250_000)] == ["0", "2145", "38.7k", "449k", "1.2M"]


def test_the_map_colours_logarithms_and_leaves_zero_blank(qtbot: QtBot) -> None:
    view = FlowMap()
    qtbot.addWidget(view)
    view.resize(300, 160)
    view.set_norms("h", np.array([[0.0, 1e-4, 1e-2, 1.0], [1.0, 1.0, 1.0, 1.0]]), (0, 50), -4.0, 0.0)
    assert view._indices[0, :4].tolist() == [255, 0, 127, 254]
    picture = view.grab().toImage()
    left, width = view.step_span(0)
    assert picture.pixelColor(round(left + width / 2), view.area().top() + 10).name() == LIGHT.surface.lower()
    assert view.row_at(view.area().bottom() - 1) == 1
    assert view.reading_at(2, 0) == "after training step 0: |dL/dh| at step 2 is 0.01"
