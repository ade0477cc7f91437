"""Rows of units: real numbers in any order, a pin by click or Enter, a brush by mouse or keys."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from workbench.ui.theme import LIGHT
from workbench.ui.widgets.colour_map import colour_table
from workbench.ui.widgets.heatmap import Heatmap

NONE, SHIFT, CONTROL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)
LEFT = Qt.MouseButton.LeftButton
VALUES = np.random.default_rng(0).random((6, 5)).astype(np.float32)
ORDER = np.array([4, 2, 0, 5, 1, 3])


class Told:
    """What a heatmap said, taken in as a panel does."""

    def __init__(self, heatmap: Heatmap) -> None:
        self.heatmap = heatmap
        self.pins: list[int | None] = []
        self.brushes: list[set[int]] = []
        heatmap.unitPinned.connect(self._pinned)
        heatmap.unitsBrushed.connect(self._brushed)

    def _pinned(self, unit: int | None) -> None:
        self.pins.append(unit)
        self.heatmap.set_pinned(unit)

    def _brushed(self, units: frozenset[int]) -> None:
        self.brushes.append(set(units))
        self.heatmap.set_brushed(units)


@pytest.fixture
def heatmap(qtbot: QtBot) -> Heatmap:
    heatmap = Heatmap("f")
    qtbot.addWidget(heatmap)
    heatmap.resize(320, 140)
    heatmap.set_values(VALUES, 0.0, 1.0)
    heatmap.set_order(ORDER)
    heatmap.show()
    heatmap.setFocus()
    return heatmap


def place(heatmap: Heatmap, row: int, step: int = 2) -> QPoint:
    left, width = heatmap.step_span(step)
    return QPoint(round(left + width / 2), round((heatmap.row_top(row) + heatmap.row_top(row + 1)) / 2))


def drag(heatmap: Heatmap, start: int, *rows: int, modifiers: Qt.KeyboardModifier = NONE) -> None:
    QTest.mousePress(heatmap, LEFT, modifiers, place(heatmap, start))
    for row in rows:
        at = QPointF(place(heatmap, row))
        moved = QMouseEvent(
            QEvent.Type.MouseMove, at, heatmap.mapToGlobal(at), Qt.MouseButton.NoButton, LEFT, modifiers
        )
        QApplication.sendEvent(heatmap, moved)
    QTest.mouseRelease(heatmap, LEFT, modifiers, place(heatmap, rows[-1] if rows else start))


def colour(image: QImage, heatmap: Heatmap, row: int, step: int) -> QColor:
    at = place(heatmap, row, step)
    return image.pixelColor(at)


def test_rows_are_painted_read_and_listed_in_the_order_and_units_keep_their_numbers(heatmap: Heatmap) -> None:
    image, table = heatmap.grab().toImage(), colour_table("sequential", LIGHT)
    for row, unit in enumerate(ORDER):
        assert (heatmap.unit_at(row), heatmap.row_of(unit)) == (unit, row)
        for step in range(5):
            assert colour(image, heatmap, row, step) == QColor.fromRgba(table[round(float(VALUES[unit, step]) * 254)])
            assert heatmap.reading_at(step, row) == f"f[unit {unit}, step {step}] = {VALUES[unit, step]:.3f}"
    np.testing.assert_array_equal(heatmap.values, VALUES)
    model = heatmap.as_table()
    for row, unit in enumerate(ORDER):
        assert model.headerData(row, Qt.Orientation.Vertical) == f"unit {unit}"
        assert model.data(model.index(row, 3), Qt.ItemDataRole.EditRole) == float(VALUES[unit, 3])
    assert heatmap.row_of(6) is None and heatmap.row_of(-1) is None


def test_another_order_paints_again_and_the_same_one_does_not(heatmap: Heatmap) -> None:
    before = heatmap.grab().toImage()
    assert not heatmap.set_order(ORDER.copy())
    assert heatmap.grab().toImage() == before
    assert heatmap.set_order(None) and not heatmap.set_order(None)
    assert heatmap.grab().toImage() != before
    assert [heatmap.unit_at(row) for row in range(6)] == list(range(6))


def test_an_order_of_other_units_is_not_used(heatmap: Heatmap) -> None:
    heatmap.set_values(VALUES[:4], 0.0, 1.0)
    assert [heatmap.unit_at(row) for row in range(4)] == [0, 1, 2, 3]
    assert heatmap.row_of(3) == 3 and heatmap.row_of(4) is None
    heatmap.grab()


def test_a_click_pins_the_unit_of_its_row_and_another_lets_it_go(heatmap: Heatmap) -> None:
    told = Told(heatmap)
    before = heatmap.grab().toImage()
    QTest.mouseClick(heatmap, LEFT, NONE, place(heatmap, 3))
    assert told.pins == [5]
    assert heatmap.grab().toImage() != before
    QTest.mouseClick(heatmap, LEFT, NONE, place(heatmap, 3, step=4))
    QTest.mouseClick(heatmap, LEFT, NONE, place(heatmap, 0))
    assert told.pins == [5, None, 4] and not told.brushes


def test_dragging_brushes_all_rows_between_and_control_adds(heatmap: Heatmap) -> None:
    told = Told(heatmap)
    drag(heatmap, 1, 2, 4, 3)
    assert told.brushes == [{2, 0}, {2, 0, 5, 1}, {2, 0, 5}]
    drag(heatmap, 5, 4, modifiers=CONTROL)
    assert told.brushes[-1] == {2, 0, 5, 1, 3}
    drag(heatmap, 1, 0, 1)
    assert told.brushes[-1] == {2}, "back where it began it is a brush of one row"
    assert not told.pins
    # Above and below the rows it goes as far as they do.
    QTest.mousePress(heatmap, LEFT, NONE, place(heatmap, 3))
    for y in (-50.0, 500.0):
        at = QPointF(place(heatmap, 3).x(), y)
        QApplication.sendEvent(
            heatmap, QMouseEvent(QEvent.Type.MouseMove, at, heatmap.mapToGlobal(at), LEFT, LEFT, NONE)
        )
    QTest.mouseRelease(heatmap, LEFT, NONE, place(heatmap, 5))
    assert told.brushes[-2:] == [{4, 2, 0, 5}, {5, 1, 3}]


def test_brushed_rows_are_marked_in_the_gutter(heatmap: Heatmap) -> None:
    heatmap.set_brushed(frozenset({2, 0, 3}))  # rows 1, 2 and 5
    image = heatmap.grab().toImage()
    x = heatmap.area().left() - 4
    marked = [image.pixelColor(x, place(heatmap, row).y()) == QColor(LIGHT.accent) for row in range(6)]
    assert marked == [False, True, True, False, False, True]


def test_keys_walk_pin_brush_and_clear(heatmap: Heatmap) -> None:
    told = Told(heatmap)
    QTest.keyClick(heatmap, Qt.Key.Key_Return)
    assert not told.pins, "there is no row yet"
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(heatmap, key)
    assert told.pins == [2]
    for _ in range(2):
        QTest.keyClick(heatmap, Qt.Key.Key_Down, SHIFT)
    QTest.keyClick(heatmap, Qt.Key.Key_Up, SHIFT)
    assert told.brushes == [{2, 0}, {2, 0, 5}, {2, 0}]
    QTest.keyClick(heatmap, Qt.Key.Key_Down)
    QTest.keyClick(heatmap, Qt.Key.Key_Down, SHIFT)
    assert told.brushes[-1] == {5, 1}, "walking on without Shift begins another brush"
    for _ in range(3):
        QTest.keyClick(heatmap, Qt.Key.Key_Escape)
    assert heatmap.cursor_step is None and told.brushes[-1] == set() and told.pins[-1] is None


def test_the_unit_under_the_pointer_is_the_one_that_stands_there(heatmap: Heatmap) -> None:
    QTest.mouseMove(heatmap, place(heatmap, 1))
    assert heatmap.cursor_row == 1 and heatmap.cursor_unit == 2
    heatmap.set_order(None)
    assert heatmap.cursor_unit == 1
