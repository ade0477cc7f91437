"""The list of drawn runs: a colour each, values, and lines that are hidden by a click or a key."""

from itertools import combinations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from workbench.ui.theme import DARK, LIGHT, Theme, contrast
from workbench.ui.widgets.runs_legend import RunEntry, RunsLegend, line_sample
from workbench.ui.widgets.series import Series, curve_pen, run_pen

#: Twelve trainings before this one, and twelve runs that were asked for.
MOST = 24


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_run_is_seen_and_told_apart(theme: Theme) -> None:
    pens = [run_pen(place, theme) for place in range(MOST)]
    assert min(contrast(pen.color(), theme.surface) for pen in pens) >= 4.5
    assert all(a != b for a, b in combinations([(pen.color().name(), tuple(pen.dashPattern())) for pen in pens], 2))
    first = pens[0].color()
    assert all(contrast(pen.color(), first) >= 1.0 and pen.color() != first for pen in pens[1:4])
    live = {curve_pen(Series("", (), (), style), theme).color().name() for style in ("training",)}  # type: ignore[arg-type]
    live.add(theme.series_colour(1).name())  # validation
    assert not live & {pen.color().name() for pen in pens}


def test_a_sample_is_in_the_lines_colour(qtbot: QtBot) -> None:
    pen = run_pen(0, LIGHT)
    picture = line_sample(pen, 2.0)
    image = picture.toImage()
    assert (picture.width(), picture.height()) == (48, 24)
    assert QColor(image.pixel(24, 12)) == pen.color()


@pytest.fixture
def legend(qtbot: QtBot) -> RunsLegend:
    legend = RunsLegend()
    qtbot.addWidget(legend)
    legend.resize(230, 120)
    legend.set_theme(DARK)
    legend.set_entries([RunEntry("a", "one", 0), RunEntry("b", "two", 5, is_hidden=True, tip="in full")])
    legend.show()
    return legend


def test_a_click_or_space_hides_and_shows(legend: RunsLegend) -> None:
    asked: list[tuple[object, bool]] = []
    legend.toggled.connect(lambda key, shown: asked.append((key, shown)))
    items = [legend.topLevelItem(k) for k in range(2)]
    for item in items:
        assert item is not None
        where = legend.visualItemRect(item).center()
        QTest.mouseClick(legend.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert asked == [("a", False), ("b", True)]
    legend.setFocus()
    QTest.keyClick(legend, Qt.Key.Key_Up)
    QTest.keyClick(legend, Qt.Key.Key_Space)
    assert asked[2:] == [("a", False)]


def test_it_is_read_aloud_and_says_what_a_click_does(legend: RunsLegend) -> None:
    legend.set_values(["1.5", ""])
    one, two = legend.topLevelItem(0), legend.topLevelItem(1)
    assert one is not None
    assert two is not None
    assert (one.text(0), one.text(1), two.text(1)) == ("one", "1.5", "")
    assert two.data(0, Qt.ItemDataRole.AccessibleTextRole) == "two, hidden"
    assert two.toolTip(0) == "in full\nClick to show it again"
    assert two.font(0).strikeOut()
    assert not one.font(0).strikeOut()
    legend.set_entries([RunEntry("c", "three", 1)])
    assert legend.topLevelItemCount() == 1
