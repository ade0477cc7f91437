"""The Influence panel: exact values, one cursor, and an eraser whose belief is that of a real re-run."""

import dataclasses
import subprocess
import sys

import numpy as np
import pytest
import torch
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.adders import adder, teller
from tests.ui.open_windows import top_level_widgets
from tests.ui.panels.playground import VOCABULARY, Hand, digit_network, pair_network, pixel_network, word_network
from workbench.config import Series
from workbench.engine.trained import Trained
from workbench.insight.influence import influence
from workbench.session.session import Session
from workbench.ui.panels.influence import InfluencePanel
from workbench.ui.panels.influence_told import number
from workbench.ui.theme import DARK, LIGHT
from workbench.ui.widgets.colour_map import colour_table, quantise

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def hand(qtbot: QtBot, session: Session) -> Hand:
    panel = InfluencePanel(session, LIGHT)
    qtbot.addWidget(panel)
    panel.resize(430, 500)
    panel.show()
    return Hand(qtbot, panel)


@pytest.fixture
def panel(hand: Hand) -> InfluencePanel:
    assert isinstance(hand.panel, InfluencePanel)
    return hand.panel


def use(hand: Hand, trained: Trained) -> None:
    task = trained.preset.task
    hand.session.networks.use(trained, "bundled")
    if task == "words":
        hand.session.set_seed_text("the cat said")
    hand.session.look_at(task)
    hand.until_answered()
    until_found(hand)


def until_found(hand: Hand) -> None:
    desk = hand.session.influence

    def found() -> bool:
        m, answer = desk.mattered, desk.answer
        if m is None or answer is None:
            return False
        wanted = (answer.question.trained, desk.method, desk.class_name, desk.against, desk.step)
        asked = (m.asked.trained, m.asked.method, m.asked.class_name, m.asked.against, m.asked.step)
        return wanted == asked and np.array_equal(m.asked.inputs, answer.question.probe.inputs)

    hand.until(found)
    hand.panel.refresh()
    QApplication.processEvents()  # the layout comes to rest


def until_remains(hand: Hand) -> None:
    desk = hand.session.influence
    hand.until(lambda: desk.remains is not None and desk.remains.erased.parts == desk.erased)
    hand.panel.refresh()


def inputs_of(hand: Hand) -> np.ndarray[tuple[int, ...], np.dtype[np.generic]]:
    answer = hand.session.answer
    assert answer is not None
    return answer.question.probe.inputs


def belief(trained: Trained, inputs: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> list[float]:
    with torch.inference_mode():
        return trained.network()(torch.from_numpy(inputs)[None])[0].softmax(-1).tolist()  # type: ignore[no-any-return]


def at(panel: InfluencePanel, row: int, column: int) -> QPoint:
    return panel.map.part_box(row, column).center().toPoint()


def test_it_loads_no_torch() -> None:
    code = "import sys, workbench.ui.panels.influence; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_a_network_it_says_what_will_be_here(panel: InfluencePanel) -> None:
    assert panel.empty.isVisible() and "What of the input mattered will show here" in panel.empty.text()


def test_nothing_is_worked_out_while_it_is_hidden(hand: Hand, panel: InfluencePanel) -> None:
    assert hand.session.influence.is_watched
    panel.hide()
    assert not hand.session.influence.is_watched


@pytest.mark.parametrize("make", [digit_network, pair_network])
def test_values_and_sum_are_those_of_the_network(hand: Hand, panel: InfluencePanel, make: object) -> None:
    trained = make(bidirectional=True)  # type: ignore[operator]
    use(hand, trained)
    expected = influence(trained, inputs_of(hand), methods=("gradients",))
    assert expected.gradients is not None and panel.map.values is not None and panel.map.rows is not None
    np.testing.assert_allclose(panel.map.values, expected.gradients.parts, rtol=1e-6)
    np.testing.assert_allclose(panel.map.rows, expected.gradients.parts.sum(axis=1), rtol=1e-5, atol=1e-7)
    assert panel.caption.text().endswith(f"read by “{trained.preset.title}” after 12 training steps")
    told = panel.sum.text()
    assert f"add up to {number(expected.gradients.total)} of {number(expected.gradients.difference)}" in told
    assert f"the logit of {expected.explained.name} is {number(expected.gradients.score)}" in told
    assert "for a blank picture" in told
    low, high = (float(text) for text in panel.bar.accessibleDescription().split(" to "))
    largest = np.abs(expected.gradients.parts).max()
    assert -low == high and largest <= high <= 1.1 * largest


def test_every_pixel_has_the_colour_of_its_value(hand: Hand, panel: InfluencePanel) -> None:
    use(hand, digit_network())
    assert [widget for widget in top_level_widgets() if widget.isVisible()] == [panel]
    for theme in (LIGHT, DARK):
        panel.set_theme(theme)
        values, seen = panel.map.values, panel.map.grab().toImage()
        assert values is not None
        reach = float(panel.bar.accessibleDescription().split(" to ")[1])
        row, column = np.unravel_index(np.abs(values).argmax(), values.shape)
        index = quantise(values[row : row + 1, column], -reach, reach)[0]
        assert seen.pixelColor(at(panel, int(row), int(column))) == QColor.fromRgb(
            colour_table("diverging", theme)[index]
        )


def test_class_comparison_and_method_are_chosen(hand: Hand, panel: InfluencePanel) -> None:
    trained = digit_network()
    use(hand, trained)
    assert panel.choices.explained.currentText() == f"The answer, {np.argmax(belief(trained, inputs_of(hand)))}"
    panel.choices.explained.edited.emit("3")
    panel.choices.against.edited.emit("5")
    until_found(hand)
    assert panel.choices.explained.currentData() == "3" and panel.choices.against.currentData() == "5"
    assert "the logit of 3 above the logit of 5" in panel.sum.text() or "the logit of 3 above 5" in panel.sum.text()
    panel.choices.method.edited.emit("erasing")
    until_found(hand)
    expected = influence(trained, inputs_of(hand), "3", "5", methods=("erasing",))
    assert panel.map.values is not None and expected.erasures is not None
    np.testing.assert_allclose(panel.map.values, expected.parts("erasing"), rtol=1e-5, atol=1e-6)
    assert f"{expected.erasures.runs} runs" in panel.sum.text()


def test_choosing_the_class_that_it_is_compared_with_gives_up_the_comparison(hand: Hand, panel: InfluencePanel) -> None:
    use(hand, digit_network())
    panel.choices.explained.edited.emit("3")
    panel.choices.against.edited.emit("5")
    panel.choices.explained.edited.emit("5")
    assert (hand.session.influence.class_name, hand.session.influence.against) == ("5", None)
    panel.choices.against.edited.emit("5")
    assert "expected another class" in panel.problem.text() and panel.problem.isVisible()


def test_what_the_eraser_leaves_is_read_anew(hand: Hand, panel: InfluencePanel) -> None:
    trained = digit_network()
    use(hand, trained)
    panel.tools.eraser.setValue(5)
    hand.look()
    inputs = inputs_of(hand)
    left = inputs.copy()
    QTest.mousePress(panel.map, LEFT, NONE, at(panel, 10, 8))
    left[8:13, 6:11] = 0.0
    QTest.mouseMove(panel.map, at(panel, 10, 20))
    left[8:13, 6:23] = 0.0  # nothing is skipped on the way
    QTest.mouseRelease(panel.map, LEFT, NONE, at(panel, 10, 20))
    until_remains(hand)
    assert len(hand.session.influence.erased) == 5 * 17
    before, after = belief(trained, inputs), belief(trained, left)
    assert before != after
    np.testing.assert_allclose([row.free for row in panel.bars.rows], before, atol=1e-6)
    np.testing.assert_allclose([row.held for row in panel.bars.rows], after, atol=1e-6)
    assert "Without 85 pixels" in panel.told.text()
    panel.tools.undo.click()
    hand.look()
    assert not hand.session.influence.erased, "a stroke is one step"
    assert [row.held for row in panel.bars.rows] == [row.free for row in panel.bars.rows]
    panel.tools.redo.click()
    until_remains(hand)
    panel.tools.restore.click()
    hand.look()
    assert not panel.map.gone and not panel.tools.restore.isEnabled()


def test_the_keyboard_walks_to_a_row_erases_it_and_undoes(hand: Hand, panel: InfluencePanel) -> None:
    trained = digit_network()
    use(hand, trained)
    panel.map.setFocus()
    for _ in range(13):
        QTest.keyClick(panel.map, Qt.Key.Key_Down)
    assert hand.session.looking.cursor == 12
    assert panel.reading.text().startswith("Row 12: ")
    QTest.keyClick(panel.map, Qt.Key.Key_Delete)
    until_remains(hand)
    left = inputs_of(hand).copy()
    left[12] = 0.0
    np.testing.assert_allclose([row.held for row in panel.bars.rows], belief(trained, left), atol=1e-6)
    QTest.keyClick(panel.map, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not hand.session.influence.erased
    QTest.keyClick(panel.map, Qt.Key.Key_Right)
    QTest.keyClick(panel.map, Qt.Key.Key_Right)
    assert panel.reading.text().startswith("Row 12, column 1: ")


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Z])
def test_keys_that_the_menu_has_too_are_the_view_s_own(panel: InfluencePanel, key: Qt.Key) -> None:
    held = Qt.KeyboardModifier.ControlModifier if key == Qt.Key.Key_Z else NONE
    event = QKeyEvent(QEvent.Type.ShortcutOverride, key, held)
    event.ignore()
    QApplication.sendEvent(panel.map, event)
    assert event.isAccepted()


def test_a_row_s_bar_erases_the_row(hand: Hand, panel: InfluencePanel) -> None:
    use(hand, digit_network())
    bars, row = panel.map.bars(), panel.map.part_box(7, 0)
    QTest.mouseClick(panel.map, LEFT, NONE, QPoint(round(bars.center().x()), round(row.center().y())))
    assert hand.session.influence.erased == set(range(7 * 28, 8 * 28))


def test_the_cursor_is_shared(hand: Hand, panel: InfluencePanel) -> None:
    use(hand, pair_network())
    QTest.mouseMove(panel.map, at(panel, 9, 3))
    assert hand.session.looking.cursor == 4, "rows 8 and 9 are read at step 4"
    assert panel.reading.text().startswith("Row 9, column 3: ")
    hand.session.point_at(6)
    QTest.mouseMove(panel.map, QPoint(1, panel.map.height() - 1))
    hand.look()
    assert panel.map.part is None
    hand.session.point_at(6)
    hand.look()
    assert panel.reading.text().startswith("Row 12: ")


def test_a_pixel_that_is_a_step_of_its_own_is_pointed_at(hand: Hand, panel: InfluencePanel) -> None:
    hand.session.networks.use(pixel_network(), "bundled")
    hand.session.look_at("digits")
    hand.until_answered()  # what mattered takes longer, and is not asked for here
    QApplication.processEvents()
    QTest.mouseMove(panel.map, at(panel, 9, 3))
    assert hand.session.looking.cursor == 9 * 28 + 3


def test_a_word_is_left_out_with_a_click_and_comes_back_with_another(hand: Hand, panel: InfluencePanel) -> None:
    trained = word_network()
    use(hand, trained)
    assert panel.words.isVisible() and panel.words.words == ("the", "cat", "said")
    expected = influence(trained, inputs_of(hand), methods=("gradients",))
    assert panel.words.values is not None
    np.testing.assert_allclose(panel.words.values, expected.parts("gradients"), rtol=1e-6)
    middle = panel.words.boxes()[1].center().toPoint()
    QTest.mouseMove(panel.words, middle)
    assert hand.session.looking.cursor == 1 and "“cat”" in panel.reading.text()
    QTest.mouseClick(panel.words, LEFT, NONE, middle)
    until_remains(hand)
    after = belief(trained, inputs_of(hand)[[0, 2]])
    for row in panel.bars.rows:
        assert row.held == pytest.approx(after[VOCABULARY.index(row.name)], abs=1e-6)
    QTest.mouseClick(panel.words, LEFT, NONE, middle)
    assert not hand.session.influence.erased
    panel.words.setFocus()
    QTest.keyClick(panel.words, Qt.Key.Key_End)
    QTest.keyClick(panel.words, Qt.Key.Key_Delete)
    assert hand.session.influence.erased == {2}


def test_of_a_sum_a_bit_is_chosen(hand: Hand, panel: InfluencePanel) -> None:
    use(hand, adder())
    assert not panel.choices.against.isVisible() and not panel.tools.eraser.isVisible()
    assert panel.choices.explained.count() == 8 and panel.choices.explained.currentText() == "Bit 7, the last"
    panel.choices.explained.edited.emit("2")
    until_found(hand)
    assert "the logit of bit 2" in panel.sum.text()
    assert panel.map.values is not None and panel.map.values.shape == (8, 2)
    assert not panel.map.values[3:].any(), "later bits have nothing to do with it"
    assert [row.name for row in panel.bars.rows] == [str(n) for n in range(8)]


def test_a_series_too(hand: Hand, panel: InfluencePanel) -> None:
    use(hand, teller(Series()))
    assert "the number told at step" in panel.sum.text()
    panel.grab()


def test_another_place_arranges_anew(hand: Hand, panel: InfluencePanel) -> None:
    use(hand, digit_network())
    use(hand, word_network())
    assert panel.words.isVisible() and not panel.map.isVisible()
    hand.session.look_at("digits")
    hand.until_answered()
    until_found(hand)
    assert panel.map.isVisible() and not panel.words.isVisible()


def test_the_table_has_every_value(hand: Hand, panel: InfluencePanel) -> None:
    use(hand, digit_network())
    panel.choices.method.edited.emit("erasing")
    until_found(hand)
    found = hand.session.influence.mattered
    assert found is not None and found.influence is not None and found.influence.erasures is not None
    window = panel.show_table()
    assert window is not None
    lines = [line.split("\t") for line in window.text().splitlines()]
    assert lines[0][:4] == ["", "influence", "score without it", "probability without it"] and len(lines) == 29
    erased = found.influence.erasures
    assert lines[13][0] == "row 12"
    assert float(lines[13][1]) == pytest.approx(erased.rows[12], rel=1e-5, abs=1e-7)
    assert float(lines[13][3]) == pytest.approx(erased.row_shares[12], rel=1e-5)
    assert float(lines[13][4 + 9]) == pytest.approx(erased.patches[3, 2], rel=1e-5, abs=1e-7)
    window.close()


def test_a_stroke_that_leads_over_the_bars_erases_no_rows(hand: Hand, panel: InfluencePanel) -> None:
    use(hand, digit_network())
    bars, place = panel.map.bars(), at(panel, 10, 27)
    QTest.mousePress(panel.map, LEFT, NONE, place)
    QTest.mouseMove(panel.map, QPoint(round(bars.center().x()), place.y()))
    QTest.mouseMove(panel.map, at(panel, 20, 27))
    QTest.mouseRelease(panel.map, LEFT, NONE, at(panel, 20, 27))
    assert {part % 28 for part in hand.session.influence.erased} == {26, 27}


def test_in_a_narrow_panel_the_belief_stands_below(hand: Hand, panel: InfluencePanel) -> None:
    use(hand, digit_network())
    assert panel.bars.x() > panel.map.x()
    panel.resize(300, 700)
    QApplication.processEvents()
    assert panel.bars.y() > panel.map.y() and panel.bars.x() == panel.map.x()
    assert panel.bars.isVisible() and panel.map.isVisible()


def test_what_was_found_of_the_sample_before_keeps_its_name(hand: Hand, panel: InfluencePanel) -> None:
    use(hand, digit_network())
    found = hand.session.influence.mattered
    assert found is not None
    before = dataclasses.replace(found, asked=dataclasses.replace(found.asked, caption="the one before"))
    hand.session.influence.mattered = before  # another sample is looked at, and nothing is found of it as yet
    panel.refresh()
    assert panel.caption.text().startswith("The one before, read by")
