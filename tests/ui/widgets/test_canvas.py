"""Drawing on the pad with mouse, pen and touch."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QImage, QInputDevice, QMouseEvent, QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from workbench.data.drawing import Drawing, Stroke
from workbench.ui.theme import DARK, LIGHT
from workbench.ui.widgets.canvas import DigitCanvas
from workbench.ui.widgets.key_pen import KeyPen

BY_TAB = QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason)
OUT = QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.TabFocusReason)


@pytest.fixture
def pad(qtbot: QtBot) -> DigitCanvas:
    canvas = DigitCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(302, 302)
    canvas.show()
    return canvas


def draw(pad: DigitCanvas, *places: tuple[float, float]) -> None:
    """With the mouse, places in pad units."""
    box = pad.pad()
    points = [QPoint(round(box.left() + x * box.width()), round(box.top() + y * box.height())) for x, y in places]
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=points[0])
    for point in points[1:]:
        event_at = QPointF(point)
        QApplication.sendEvent(
            pad,
            QMouseEvent(
                QEvent.Type.MouseMove, event_at, pad.mapToGlobal(event_at), Qt.MouseButton.NoButton,
                Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
            ),
        )  # fmt: skip
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=points[-1])


def test_a_stroke_is_in_pad_units_and_told_as_it_grows(pad: DigitCanvas) -> None:
    strokes: list[Stroke] = []
    sizes: list[int] = []
    pad.strokeFinished.connect(strokes.append)
    pad.inkChanged.connect(lambda: sizes.append(len(pad.drawing.strokes[-1].points)))
    draw(pad, (0.25, 0.25), (0.5, 0.5), (0.75, 0.75))
    assert len(strokes) == 1 and pad.drawing.strokes == (strokes[0],)
    assert sizes[:3] == [1, 2, 3]
    assert np.allclose(np.array(strokes[0].points)[[0, -1], :2], [[0.25, 0.25], [0.75, 0.75]], atol=0.005)
    assert all(width == 1.0 for _, _, width in strokes[0].points)


def test_ink_is_where_the_pen_was(pad: DigitCanvas) -> None:
    draw(pad, (0.2, 0.5), (0.5, 0.5), (0.8, 0.5))
    image, box = pad.grab().toImage(), pad.pad()
    assert image.pixelColor(box.center()) == QColor(LIGHT.text)
    assert image.pixelColor(box.left() + box.width() // 2, box.top() + 20) == QColor(LIGHT.surface)


def test_ink_drawn_piece_by_piece_is_the_ink_drawn_at_once(pad: DigitCanvas, qtbot: QtBot) -> None:
    pad.grab()
    draw(pad, (0.2, 0.3), (0.3, 0.6), (0.5, 0.7), (0.8, 0.4), (0.6, 0.2))
    whole = DigitCanvas()
    qtbot.addWidget(whole)
    whole.resize(pad.size())
    whole.set_drawing(pad.drawing)
    whole.setFocus()
    first, second = (_grey(canvas.grab().toImage())[4:-4, 4:-4] for canvas in (pad, whole))
    assert np.array_equal(first, second)


def test_a_dot_is_a_stroke(pad: DigitCanvas) -> None:
    draw(pad, (0.5, 0.5))
    assert len(pad.drawing.strokes[0].points) == 1
    assert pad.grab().toImage().pixelColor(pad.pad().center()) == QColor(LIGHT.text)


def test_leaving_the_pad_stays_on_its_edge(pad: DigitCanvas) -> None:
    draw(pad, (0.5, 0.5), (1.4, 0.5), (1.4, -0.3))
    points = np.array(pad.drawing.strokes[0].points)
    assert points[:, :2].min() >= 0.0 and points[:, :2].max() <= 1.0


def test_pressure_is_width(pad: DigitCanvas) -> None:
    device = QPointingDevice(
        "pen", 7, QInputDevice.DeviceType.Stylus, QPointingDevice.PointerType.Pen,
        QInputDevice.Capability.Pressure | QInputDevice.Capability.Position, 1, 1,
    )  # fmt: skip
    for kind, x, pressure in (
        (QEvent.Type.TabletPress, 100.0, 0.5),
        (QEvent.Type.TabletMove, 150.0, 1.0),
        (QEvent.Type.TabletRelease, 150.0, 0.0),
    ):
        at = QPointF(x, 150.0)
        event = QTabletEvent(
            kind, device, at, pad.mapToGlobal(at), pressure, 0.0, 0.0, 0.0, 0.0, 0.0,
            Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton,
        )  # fmt: skip
        QApplication.sendEvent(pad, event)
        assert event.isAccepted()
    assert [width for _, _, width in pad.drawing.strokes[0].points] == pytest.approx([1.0, 1.6])


def test_a_finger_draws(pad: DigitCanvas) -> None:
    screen = QTest.createTouchDevice()
    finished: list[Stroke] = []
    pad.strokeFinished.connect(finished.append)
    QTest.touchEvent(pad, screen).press(0, QPoint(80, 80)).commit()
    QTest.touchEvent(pad, screen).move(0, QPoint(160, 160)).commit()
    QTest.touchEvent(pad, screen).release(0, QPoint(160, 160)).commit()
    assert len(finished) == 1 and len(finished[0].points) == 2
    assert len(pad.drawing.strokes) == 1


def test_what_is_set_is_shown_and_nothing_is_said(pad: DigitCanvas, qtbot: QtBot) -> None:
    drawing = Drawing((Stroke.through(((0.5, 0.2), (0.5, 0.8))),), 0.1)
    with qtbot.assertNotEmitted(pad.inkChanged), qtbot.assertNotEmitted(pad.strokeFinished):
        pad.set_drawing(drawing)
    assert pad.drawing == drawing
    assert pad.grab().toImage().pixelColor(pad.pad().center()) == QColor(LIGHT.text)
    pad.set_theme(DARK)
    assert pad.grab().toImage().pixelColor(pad.pad().center()) == QColor(DARK.text)
    pad.set_drawing(Drawing())
    assert "Nothing is drawn" in pad.accessibleDescription()


def test_thickness_is_the_drawings(pad: DigitCanvas) -> None:
    pad.set_drawing(Drawing((Stroke.through(((0.2, 0.5), (0.8, 0.5))),), 0.04))
    thin = _grey(pad.grab().toImage()).mean()
    pad.set_thickness(0.16)
    assert pad.drawing.thickness == 0.16
    assert _grey(pad.grab().toImage()).mean() < thin
    pad.set_thickness(99.0)
    assert pad.drawing.thickness <= 0.5


def test_a_picture_lies_under_the_ink(pad: DigitCanvas) -> None:
    image = QImage(10, 10, QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    pad.set_background_image(image)
    assert pad.grab().toImage().pixelColor(pad.pad().center()) == QColor(LIGHT.text)
    pad.set_background_image(np.zeros((28, 28), dtype=np.float32))
    assert pad.grab().toImage().pixelColor(pad.pad().center()) == QColor(LIGHT.surface)
    pad.set_background_image(None)


def test_undo_from_outside_keeps_the_stroke_under_way(pad: DigitCanvas) -> None:
    pad.set_drawing(Drawing((Stroke.through(((0.1, 0.1), (0.2, 0.2))),)))
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(150, 150))
    pad.set_drawing(Drawing())
    assert pad.is_drawing and len(pad.drawing.strokes) == 1
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(150, 150))
    assert not pad.is_drawing


def _grey(image: QImage) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    flat = np.frombuffer(grey.constBits(), dtype=np.uint8).reshape(grey.height(), grey.bytesPerLine())
    return flat[:, : grey.width()].astype(np.int64)


def test_keys_draw_as_a_hand_does(pad: DigitCanvas, qtbot: QtBot) -> None:
    strokes: list[Stroke] = []
    said: list[str] = []
    pad.strokeFinished.connect(strokes.append)
    pad.keys.announced.connect(said.append)
    QTest.keyClick(pad, Qt.Key.Key_Space)
    assert (pad.drawing.is_empty, pad.keys.pen) == (True, None)  # before the keyboard came here, Space is the window's
    QTest.keyClick(pad, Qt.Key.Key_Left)
    assert said == ["column 14, row 14"]  # the pen is seen
    before = pad.grab().toImage()
    QTest.keyClick(pad, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(pad, Qt.Key.Key_Up)
    assert pad.drawing.is_empty and pad.grab().toImage() != before
    QTest.keyClick(pad, Qt.Key.Key_Space)
    QTest.keyClick(pad, Qt.Key.Key_Down)
    QTest.keyClick(pad, Qt.Key.Key_PageDown)  # aslant
    assert (pad.is_drawing, len(strokes)) == (True, 0)
    QTest.keyClick(pad, Qt.Key.Key_Space)
    middles = [((column + 0.5) / 28, (row + 0.5) / 28) for column, row in ((10, 13), (10, 14), (11, 15))]
    np.testing.assert_allclose([point[:2] for point in strokes[0].points], middles, atol=1e-9)
    assert pad.drawing.strokes == tuple(strokes)
    assert said[1:] == [
        "column 10, row 14", "column 10, row 13", "Pen down at column 10, row 13", "column 10, row 14",
        "column 11, row 15", "Pen up. Strokes drawn: 1",
    ]  # fmt: skip


def test_keys_stay_on_the_pad_and_escape_takes_the_stroke_back(pad: DigitCanvas) -> None:
    for _ in range(9):
        QTest.keyClick(pad, Qt.Key.Key_Home, Qt.KeyboardModifier.ShiftModifier)
    assert pad.keys.pen == KeyPen(0, 0)
    QTest.keyClick(pad, Qt.Key.Key_Space)
    QTest.keyClick(pad, Qt.Key.Key_Right)
    QTest.keyClick(pad, Qt.Key.Key_Escape)
    assert (pad.drawing.is_empty, pad.is_drawing) == (True, False)
    QTest.keyClick(pad, Qt.Key.Key_Escape)
    assert pad.keys.pen is None


def test_a_hand_on_the_pad_and_leaving_it_end_what_keys_draw(pad: DigitCanvas) -> None:
    strokes: list[Stroke] = []
    pad.strokeFinished.connect(strokes.append)
    for leave in (lambda: draw(pad, (0.2, 0.2), (0.4, 0.2)), lambda: QApplication.sendEvent(pad, OUT)):
        QApplication.sendEvent(pad, BY_TAB)
        pens = [pad.keys.pen]
        QTest.keyClick(pad, Qt.Key.Key_Space)
        QTest.keyClick(pad, Qt.Key.Key_Down)
        leave()
        pens.append(pad.keys.pen)
        assert (pens, pad.is_drawing) == ([KeyPen(), None], False)
    assert [len(stroke.points) for stroke in strokes] == [2, 2, 2]
    QTest.keyClick(pad, Qt.Key.Key_Space)
    assert not pad.is_drawing
