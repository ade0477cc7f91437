"""The digit tab with a real session, a real pad and a real, untrained network."""

import dataclasses
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QFileDialog, QLabel, QPushButton, QSlider, QToolButton
from pytestqt.qtbot import QtBot

from tests.ui.panels.playground import Hand, digit_network, pair_network, pixel_network
from workbench.data.strokes import draw_one
from workbench.session.session import Session
from workbench.ui.panels.digits import DigitsPanel
from workbench.ui.theme import DARK, LIGHT


@pytest.fixture
def hand(qtbot: QtBot, session: Session) -> Hand:
    panel = DigitsPanel(session, LIGHT)
    qtbot.addWidget(panel)
    panel.resize(500, 450)
    panel.show()
    panel.refresh()
    return Hand(qtbot, panel)


@pytest.fixture
def panel(hand: Hand) -> DigitsPanel:
    assert isinstance(hand.panel, DigitsPanel)
    return hand.panel


def draw(panel: DigitsPanel, places: list[tuple[float, float]], *, lift: bool = True) -> None:
    """A stroke with the mouse, in pad units."""
    pad = panel.canvas.pad()
    points = [QPoint(pad.left() + round(x * pad.width()), pad.top() + round(y * pad.height())) for x, y in places]
    QTest.mousePress(panel.canvas, Qt.MouseButton.LeftButton, pos=points[0])
    for point in points[1:]:
        QTest.mouseMove(panel.canvas, point)
    if lift:
        QTest.mouseRelease(panel.canvas, Qt.MouseButton.LeftButton, pos=points[-1])


DOWN = [(0.5, 0.1), (0.5, 0.4), (0.5, 0.7), (0.5, 0.9)]


def test_it_loads_no_torch() -> None:
    code = "import sys, workbench.ui.panels.digits; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_nothing_drawn_is_no_digit_even_while_the_gates_are_shown_one(hand: Hand, panel: DigitsPanel) -> None:
    hand.session.networks.use(digit_network(), "bundled")
    hand.session.look_at("digits")
    hand.until_answered()
    answer = hand.session.looking.answers["digits"]
    assert answer is not None and answer.question.probe.stands_in and "drawn 4" in answer.question.probe.caption
    assert panel.belief.beliefs is None and panel.by_row.steps == 0
    assert panel.belief.accessibleDescription() == "Nothing drawn is no digit."


def test_a_stroke_is_read_row_by_row_and_clearing_forgets_it(hand: Hand, panel: DigitsPanel) -> None:
    hand.session.networks.use(digit_network(), "bundled")
    draw(panel, DOWN)
    hand.until_answered()
    answer = hand.session.looking.answers["digits"]
    assert answer is not None and panel.belief.beliefs is not None
    np.testing.assert_array_equal(panel.belief.beliefs, answer.beliefs[-1])
    assert panel.by_row.steps == 28
    assert panel.sees.centre_of_mass() == pytest.approx((14, 14), abs=1)
    click(panel, "clearPad")
    hand.look()
    assert panel.belief.winner is None and panel.canvas.drawing.is_empty


def test_the_network_answers_while_the_pen_is_still_down(hand: Hand, panel: DigitsPanel) -> None:
    hand.session.networks.use(digit_network(), "bundled")
    draw(panel, DOWN[:2], lift=False)
    hand.until_answered()
    assert panel.canvas.is_drawing and panel.belief.beliefs is not None
    before = panel.canvas.drawing
    panel.refresh()
    assert panel.canvas.drawing == before, "showing the session must not draw the stroke twice"
    QTest.mouseRelease(panel.canvas, Qt.MouseButton.LeftButton, pos=panel.canvas.pad().center())
    assert len(hand.session.pad.content.drawing.strokes) == 1


def test_strokes_are_undone_and_redone_one_by_one(hand: Hand, panel: DigitsPanel) -> None:
    undo, redo = button(panel, "undoStroke"), button(panel, "redoStroke")
    assert not undo.isEnabled() and undo.toolTip() == "There is nothing to undo"
    draw(panel, DOWN)
    draw(panel, [(0.2, 0.5), (0.8, 0.5)])
    hand.look()
    assert undo.isEnabled() and not redo.isEnabled()
    click(panel, "undoStroke")
    hand.look()
    assert len(panel.canvas.drawing.strokes) == 1
    click(panel, "redoStroke")
    hand.look()
    assert len(panel.canvas.drawing.strokes) == 2


def test_the_slider_thickens_all_ink_and_is_one_step_to_undo(hand: Hand, panel: DigitsPanel) -> None:
    draw(panel, DOWN)
    slider = panel.findChild(QSlider, "thickness")
    assert slider is not None
    thin = panel.canvas.drawing.thickness
    for value in (12, 16, 20):
        slider.setValue(value)
        hand.look()
    assert panel.canvas.drawing.thickness == 0.2
    hand.session.undo()
    hand.look()
    assert panel.canvas.drawing.thickness == thin and slider.value() == round(thin * 100)
    assert len(panel.canvas.drawing.strokes) == 1


def test_the_fit_switch_says_why_it_matters(hand: Hand, panel: DigitsPanel) -> None:
    draw(panel, [(0.1, 0.1), (0.1, 0.3)])
    hand.look()
    fitted = panel.sees.centre_of_mass()
    switch, why = panel.findChild(QCheckBox, "fitSwitch"), panel.findChild(QLabel, "fitReason")
    assert switch is not None and why is not None and switch.isChecked() and "learnt" in why.text()
    QTest.mouseClick(switch, Qt.MouseButton.LeftButton, pos=QPoint(8, switch.height() // 2))
    hand.look()
    as_it_lies = panel.sees.centre_of_mass()
    assert fitted is not None and as_it_lies is not None
    assert fitted == pytest.approx((14, 14), abs=1) and max(as_it_lies) < 8
    assert not hand.session.pad.fit and "often fails" in why.text()


def test_the_cursor_is_shared_by_every_view(hand: Hand, panel: DigitsPanel) -> None:
    hand.session.networks.use(digit_network(), "bundled")
    draw(panel, DOWN)
    hand.until_answered()
    answer = hand.session.looking.answers["digits"]
    left, width = panel.by_row.step_span(9)
    QTest.mouseMove(panel.by_row, QPoint(round(left + width / 2), panel.by_row.area().center().y()))
    assert hand.session.looking.cursor == 9
    hand.look()
    assert answer is not None and panel.belief.beliefs is not None
    np.testing.assert_array_equal(panel.belief.beliefs, answer.beliefs[9])
    assert "row 9" in panel.belief_title.text()
    hand.session.point_at(None)
    hand.look()
    np.testing.assert_array_equal(panel.belief.beliefs, answer.beliefs[-1])


def test_which_network_answers_is_said(hand: Hand, panel: DigitsPanel) -> None:
    panel.refresh()
    assert panel.caption.text() == "Train a digit preset first."
    hand.session.networks.use(digit_network(), "bundled")
    panel.refresh()
    assert panel.caption.text().replace("\N{NO-BREAK SPACE}", " ") == (
        "Read by “Small digits”, which came with the workbench; 50.0 % of 4 test digits right."
    )


def test_an_image_is_loaded_dropped_and_refused_in_place(hand: Hand, panel: DigitsPanel, tmp_path: Path) -> None:
    ink = np.full((40, 40), 255, dtype=np.uint8)
    ink[8:32, 18:23] = 0
    Image.fromarray(ink).save(tmp_path / "one.png")
    (tmp_path / "broken.png").write_bytes(b"no image")
    click(panel, "loadOnPad")
    dialog = panel.findChild(QFileDialog, "loadDialog")
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path / "broken.png"))
    dialog.close()
    assert panel.message.isVisible() and "broken.png" in panel.message.text()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "one.png"))])
    panel.dropEvent(
        QDropEvent(
            QPointF(9, 9), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
    )
    hand.look()
    assert not panel.message.isVisible() and hand.session.pad.content.image is not None
    assert panel.sees.centre_of_mass() == pytest.approx((14, 14), abs=1)


def test_a_drawing_is_saved_and_comes_back(hand: Hand, panel: DigitsPanel, tmp_path: Path) -> None:
    assert not button(panel, "saveDrawing").isEnabled()
    drawing = draw_one(4, np.random.default_rng(0))
    hand.session.pad.show(drawing)
    panel.refresh()
    click(panel, "saveDrawing")
    dialog = panel.findChild(QFileDialog, "saveDialog")
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path / "four.json"))
    dialog.close()
    hand.session.clear_pad()
    hand.session.load_on_pad(tmp_path / "four.json")
    hand.look()
    assert panel.canvas.drawing == drawing


def test_a_test_digit_says_what_it_is(hand: Hand, panel: DigitsPanel) -> None:
    hand.session.networks.use(digit_network(), "bundled")
    sample = panel.findChild(QPushButton, "showSample")
    assert sample is not None
    QTest.mouseClick(sample, Qt.MouseButton.LeftButton)
    hand.until_answered()
    assert f"it is a {hand.session.digits.sample_label}." in panel.caption.text()
    assert panel.belief.beliefs is not None


def test_the_pad_is_the_largest_and_does_not_move_with_the_caption(hand: Hand, panel: DigitsPanel) -> None:
    for width, height in ((500, 450), (700, 700), (1100, 600)):
        panel.resize(width, height)
        panel.grab()
        pad = panel.canvas.pad().width()
        assert pad**2 > panel.by_row.width() * panel.by_row.height(), (width, height)
        assert pad > panel.sees.square().width(), (width, height)
    before = panel.canvas.geometry()
    panel.caption.setText("Read by “Small digits”, which came with the workbench; 50.0 % of 4 test digits right. " * 2)
    panel.set_theme(DARK)
    panel.grab()
    assert panel.canvas.geometry() == before


def button(panel: DigitsPanel, name: str) -> QToolButton:
    found = panel.findChild(QToolButton, name)
    assert found is not None, name
    return found


def click(panel: DigitsPanel, name: str) -> None:
    assert button(panel, name).isEnabled(), name
    QTest.mouseClick(button(panel, name), Qt.MouseButton.LeftButton)


def test_a_network_that_reads_two_rows_a_step_is_followed_in_rows(hand: Hand, panel: DigitsPanel) -> None:
    hand.session.networks.use(pair_network(), "bundled")
    draw(panel, DOWN)
    hand.until_answered()
    assert panel.by_row.steps == 14
    assert "all 28 rows" in panel.belief_title.text()
    left, width = panel.by_row.step_span(9)
    QTest.mouseMove(panel.by_row, QPoint(round(left + width / 2), panel.by_row.area().center().y()))
    hand.look()
    assert "after row 19, of 0 to 27" in panel.belief_title.text()
    assert panel.by_row.reading_at(9, 0).startswith("after row 19: 0 ")


@pytest.mark.parametrize("bidirectional", [False, True])
def test_a_network_that_reads_pixels_is_followed_pixel_by_pixel(
    hand: Hand, panel: DigitsPanel, bidirectional: bool
) -> None:
    hand.session.networks.use(pixel_network(bidirectional=bidirectional), "bundled")
    draw(panel, DOWN)
    hand.until_answered()
    assert panel.by_row.steps == 784
    assert "Belief after all 784 pixels" in panel.belief_title.text()
    assert ("measured at every 14th" in panel.belief_title.text()) == bidirectional
    hand.session.look_at("digits")
    hand.session.point_at(28 * 11 + 5)
    hand.look()
    # Read from both ends, belief is measured at every 14th pixel; what stands at 313 is the belief after pixel 321.
    pixel, apart = (321, ", measured at every 14th") if bidirectional else (313, "")
    assert panel.belief_title.text() == f"Belief after pixel {pixel}, in row 11{apart}"
    assert panel.by_row.reading_at(313, 0).startswith(f"after pixel {pixel}: 0 ")
    answer = hand.session.looking.answers["digits"]
    assert answer is not None
    read = torch.from_numpy(answer.question.probe.inputs).reshape(1, 784, 1)[:, : pixel + 1]
    alone = answer.question.trained.network()(read).softmax(-1)[0]
    np.testing.assert_allclose(answer.beliefs[313], alone.numpy(), atol=1e-6)


def test_beliefs_on_the_way_are_said_to_be_untaught_measured_when_asked_and_can_be_taught(
    hand: Hand, panel: DigitsPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.session.calibrating.SAMPLES", 8)
    line = panel.calibration
    hand.session.networks.use(digit_network(), "bundled")
    hand.session.look_at("digits")
    hand.until_answered()
    assert line.text().startswith("Only its last answer was taught: earlier belief is not calibrated.")
    assert line.accessibleName() and line.focusPolicy() & Qt.FocusPolicy.TabFocus
    # By keyboard: the first link is walked to and followed.
    line.setFocus()
    QTest.keyClick(line, Qt.Key.Key_Tab)
    QTest.keyClick(line, Qt.Key.Key_Return)
    in_use = hand.session.network_for("digits")
    assert in_use is not None
    hand.until(lambda: hand.session.calibrating.found(in_use) is not None)
    found = hand.session.calibrating.found(in_use)
    assert found is not None
    hand.look()
    sure, right = (f"{100 * float(values[14]):.1f}\N{NO-BREAK SPACE}%"
                   for values in (found.calibration.believed, found.calibration.right))  # fmt: skip
    assert line.text().startswith(f"After row 14 it is {sure} sure and right in {right} of 8 drawn digits.")
    hand.session.show_sample()
    hand.until_answered()
    hand.session.point_at(20)
    hand.look()
    assert line.text().startswith(f"After row 20 it is {100 * float(found.calibration.believed[20]):.1f}")
    line.linkActivated.emit("teach")
    hand.look()
    assert hand.session.choices.chosen == "strokes-digits" and hand.session.choices.preset.training.every_step
    assert line.text().endswith("Press Train to teach every row.")
    # Another network, taught so: nothing is said that was not measured of it.
    preset = digit_network().preset
    taught = msgspec.structs.replace(preset, training=msgspec.structs.replace(preset.training, every_step=True))
    hand.session.networks.use(dataclasses.replace(digit_network(), preset=taught), "run")
    hand.session.look_at("digits")
    hand.until_answered()
    assert (
        line.text().startswith("It was taught its answer after every row.") and "teach" not in line.text().split(".")[1]
    )
