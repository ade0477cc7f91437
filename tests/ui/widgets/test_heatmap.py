"""Heatmaps paint exactly what they are given, and say what colours cannot."""

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.gallery import hover
from workbench.errors import BadInput
from workbench.ui.theme import DARK, LIGHT, Theme
from workbench.ui.widgets.colour_map import MISSING, colour_table, quantise
from workbench.ui.widgets.heatmap import Heatmap


def shown(qtbot: QtBot, values: npt.NDArray[np.floating], gate: str = "f") -> Heatmap:
    heatmap = Heatmap(gate)
    qtbot.addWidget(heatmap)
    heatmap.resize(320, 140)
    heatmap.set_values(values.astype(np.float32), 0.0, 1.0)
    heatmap.show()
    return heatmap


def colour_of(heatmap: Heatmap, image: QImage, unit: int, step: int) -> QColor:
    left, width = heatmap.step_span(step)
    area = heatmap.area()
    height = area.height() / heatmap.row_count()
    return image.pixelColor(round(left + width / 2), round(area.top() + (unit + 0.5) * height))


@pytest.mark.parametrize("theme", (LIGHT, DARK), ids=lambda theme: theme.name)
def test_each_value_has_its_colour_in_its_place(qtbot: QtBot, theme: Theme) -> None:
    values = np.random.default_rng(0).random((6, 28)).astype(np.float32)
    heatmap = shown(qtbot, values)
    heatmap.set_theme(theme)
    image, table = heatmap.grab().toImage(), colour_table("sequential", theme)
    for unit, step in ((0, 0), (5, 27), (2, 13), (4, 1)):
        expected = QColor.fromRgba(table[round(float(values[unit, step]) * 254)])
        assert colour_of(heatmap, image, unit, step) == expected


def test_missing_and_clipped_values_are_told(qtbot: QtBot) -> None:
    values = np.full((4, 5), 0.5, dtype=np.float32)
    values[1, 2], values[0, 0], values[3, 4] = np.nan, -0.1, 1.5
    heatmap = shown(qtbot, values)
    assert colour_of(heatmap, heatmap.grab().toImage(), 1, 2) == QColor(LIGHT.missing)
    description = heatmap.accessibleDescription()
    assert "1 not a number" in description and "1 below" in description and "1 above" in description
    assert heatmap.values[3, 4] == np.float32(1.5)


def test_the_middle_of_the_diverging_map_is_zero() -> None:
    values = np.array([[-2.0, -1.0, 0.0, 1.0, 2.0, np.nan]], dtype=np.float32)
    assert quantise(values, -1.0, 1.0).tolist() == [[0, 0, 127, 254, 254, MISSING]]
    for theme, paper in ((LIGHT, 240), (DARK, 45)):
        middle = QColor.fromRgba(colour_table("diverging", theme)[127])
        assert abs(middle.lightness() - paper) < 10


def test_lightness_tells_a_share_without_hue() -> None:
    lightness = [QColor.fromRgba(colour) for colour in colour_table("sequential", LIGHT)[:MISSING]]
    grey = [0.2126 * c.redF() ** 2.2 + 0.7152 * c.greenF() ** 2.2 + 0.0722 * c.blueF() ** 2.2 for c in lightness]
    assert all(after > before for before, after in zip(grey, grey[8:], strict=False))


def test_hovering_reads_the_value_and_shares_the_step(qtbot: QtBot) -> None:
    values = np.random.default_rng(1).random((10, 28)).astype(np.float32)
    heatmap = shown(qtbot, values)
    steps: list[int] = []
    texts: list[str] = []
    heatmap.cursorMoved.connect(steps.append)
    heatmap.reading.connect(texts.append)
    left, width = heatmap.step_span(12)
    y = heatmap.area().top() + (7 + 0.5) * heatmap.area().height() / 10
    hover(heatmap, left + width / 2, y)
    hover(heatmap, left + width / 2, y)
    assert steps == [12]
    assert texts == [f"f[unit 7, step 12] = {values[7, 12]:.3f}"]
    assert heatmap.toolTip() == texts[0]
    with qtbot.waitSignal(heatmap.cursorLeft):
        hover(heatmap, 2, y)
    assert heatmap.cursor_step is None


def test_setting_the_cursor_from_outside_says_nothing(qtbot: QtBot) -> None:
    heatmap = shown(qtbot, np.zeros((3, 4)))
    with qtbot.assertNotEmitted(heatmap.cursorMoved):
        heatmap.set_cursor(2)
        assert heatmap.cursor_step == 2
        heatmap.set_cursor(99)
    assert heatmap.cursor_step is None


def test_the_keyboard_walks_steps_and_units(qtbot: QtBot) -> None:
    heatmap = shown(qtbot, np.arange(12).reshape(3, 4) / 12)
    steps: list[int] = []
    heatmap.cursorMoved.connect(steps.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_End, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Home):
        QTest.keyClick(heatmap, key)
    assert steps == [0, 1, 3, 2, 0]
    QTest.keyClick(heatmap, Qt.Key.Key_Down)
    QTest.keyClick(heatmap, Qt.Key.Key_Down)
    assert heatmap.toolTip() == "f[unit 1, step 0] = 0.333"


def test_a_shorter_sequence_drops_the_cursor(qtbot: QtBot) -> None:
    heatmap = shown(qtbot, np.zeros((3, 9)))
    heatmap.set_cursor(8)
    heatmap.set_values(np.zeros((3, 5), dtype=np.float32), 0.0, 1.0)
    assert heatmap.cursor_step is None and heatmap.steps == 5


def test_the_same_values_again_paint_nothing(qtbot: QtBot, qapp: QApplication) -> None:
    painted = 0

    class Counting(Heatmap):
        def paintEvent(self, event: object) -> None:
            nonlocal painted
            painted += 1

    heatmap = Counting("c")
    qtbot.addWidget(heatmap)
    values = np.full((3, 3), np.nan, dtype=np.float32)
    heatmap.set_values(values, 0.0, 1.0)
    heatmap.show()
    qtbot.waitUntil(lambda: painted > 0, timeout=60_000)
    qapp.processEvents()
    before = painted
    heatmap.set_values(values.copy(), 0.0, 1.0)
    qapp.processEvents()
    assert painted == before
    heatmap.set_values(values.copy(), 0.0, 2.0)
    qapp.processEvents()
    assert painted == before + 1


def test_the_table_has_the_exact_values(qtbot: QtBot) -> None:
    values = np.random.default_rng(2).random((3, 4)).astype(np.float32)
    table = shown(qtbot, values).as_table()
    assert (table.rowCount(), table.columnCount()) == (3, 4)
    assert table.data(table.index(2, 1), Qt.ItemDataRole.EditRole) == float(values[2, 1])
    assert table.headerData(1, Qt.Orientation.Vertical) == "unit 1"


def test_an_empty_heatmap_explains_itself(qtbot: QtBot) -> None:
    heatmap = Heatmap("o")
    qtbot.addWidget(heatmap)
    heatmap.resize(300, 100)
    before = heatmap.grab().toImage()
    heatmap.set_empty_text("Draw a digit")
    assert heatmap.grab().toImage() != before
    hover(heatmap, 150, 60)
    QTest.keyClick(heatmap, Qt.Key.Key_Right)
    assert heatmap.cursor_step is None


def test_a_wrong_shape_is_refused(qtbot: QtBot) -> None:
    heatmap = Heatmap("i")
    qtbot.addWidget(heatmap)
    with pytest.raises(BadInput, match=r"heatmap, i.*: .*units, time"):
        heatmap.set_values(np.zeros(3, dtype=np.float32), 0.0, 1.0)
    with pytest.raises(BadInput, match="low < high"):
        heatmap.set_values(np.zeros((3, 3), dtype=np.float32), 1.0, 1.0)


def test_it_says_how_many_units_have_a_row_of_pixels(qtbot: QtBot) -> None:
    heatmap = Heatmap("f")
    qtbot.addWidget(heatmap)
    heatmap.resize(200, 100)
    heatmap.show()
    rows = heatmap.area().height()
    heatmap.set_values(np.zeros((rows, 4), dtype=np.float32), 0.0, 1.0)
    assert heatmap.rows_seen == rows
    heatmap.set_values(np.zeros((3 * rows, 4), dtype=np.float32), 0.0, 1.0)
    assert heatmap.rows_seen == rows < heatmap.row_count()
    with qtbot.waitSignal(heatmap.roomChanged):
        heatmap.resize(200, 150)
    assert heatmap.rows_seen == rows + 50
