"""The Clamps panel: valves hold gates, and beside the free answers stand those of the network that is held."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from msgspec.structs import replace as changed
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.adders import adder
from tests.ui.panels.playground import Hand, digit_network, word_network
from workbench.insight.clamp import Clamp
from workbench.insight.clamped import clamped_scores
from workbench.models.network import Network
from workbench.session.job import Failed
from workbench.session.session import Session
from workbench.ui.panels.clamps import ALL, BRUSHED, CHOSEN, TYPED, ClampsPanel
from workbench.ui.panels.held_list import told_clamp
from workbench.ui.theme import DARK, LIGHT

CLICK = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> ClampsPanel:
    panel = ClampsPanel(session, LIGHT)
    qtbot.addWidget(panel)
    panel.resize(430, 900)
    panel.show()
    return panel


@pytest.fixture
def hand(qtbot: QtBot, panel: ClampsPanel) -> Hand:
    return Hand(qtbot, panel)


def look_at_digit(hand: Hand, **model: object) -> None:
    hand.session.networks.use(digit_network(**model), "bundled")
    hand.session.look_at("digits")
    hand.until_answered()


def press(panel: ClampsPanel, gate: str, word: str) -> None:
    QTest.mouseClick(panel.valves[gate].buttons[word], CLICK)


def answer_of(hand: Hand) -> tuple[Network, torch.Tensor]:
    answer = hand.session.answer
    assert answer is not None
    network = answer.question.trained.network()
    assert isinstance(network, Network)
    return network, torch.from_numpy(answer.question.probe.inputs)[None]


def test_without_a_network_it_says_what_will_be_here(panel: ClampsPanel) -> None:
    panel.refresh()
    assert panel.empty.isVisible()
    assert "Train a digit preset first" in panel.empty.text()


def test_a_valve_holds_its_gate_and_the_bars_are_the_two_networks(hand: Hand, panel: ClampsPanel) -> None:
    look_at_digit(hand)
    assert list(panel.valves) == ["i", "f", "o", "g", "c", "h"]
    assert not panel.outcome.isVisible()
    press(panel, "o", "0")
    hand.until(lambda: len(panel.outcome.bars.rows) == 6)
    assert list(hand.session.clamping.clamps) == [Clamp(0, "forward", "o", 0.0)]
    network, x = answer_of(hand)
    free = network(x).softmax(-1)[0]
    held = clamped_scores(network, x, hand.session.clamping.clamps).softmax(-1)[0]
    for row in panel.outcome.bars.rows:
        assert row.free == pytest.approx(float(free[int(row.name)]), abs=1e-6)
        assert row.held == pytest.approx(float(held[int(row.name)]), abs=1e-6)
    before, after = panel.outcome.by_step.lines
    assert before.shape == after.shape == (28,)
    winner = int(free.argmax())
    assert (before[-1], after[-1]) == pytest.approx((float(free[winner]), float(held[winner])), abs=1e-6)
    hand.until(lambda: panel.outcome.score.text().startswith("Over the first 500 of 5,000 other drawn digits: "))
    score = hand.session.clamping.measured.score  # type: ignore[union-attr]
    assert score is not None
    assert score.right is not None
    assert f"{score.right / 5:.1f}\N{NO-BREAK SPACE}% right free" in panel.outcome.score.text()
    assert panel.valves["o"].buttons["0"].isChecked()
    press(panel, "o", "free")
    hand.until(lambda: not panel.outcome.isVisible())
    assert list(hand.session.clamping.clamps) == []
    assert panel.valves["o"].buttons["free"].isChecked()


def test_a_slider_is_one_change_to_undo(hand: Hand, panel: ClampsPanel) -> None:
    look_at_digit(hand)
    slider = panel.valves["f"].slider
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_End)
    for _ in range(3):
        QTest.keyClick(slider, Qt.Key.Key_Left)
    hand.look()
    assert list(hand.session.clamping.clamps) == [Clamp(0, "forward", "f", 0.985)]
    assert panel.valves["f"].value.text() == "0.985"
    QTest.mouseClick(panel.undo, CLICK)
    hand.look()
    assert list(hand.session.clamping.clamps) == []
    assert not panel.undo.isEnabled()
    QTest.mouseClick(panel.redo, CLICK)
    hand.look()
    assert panel.valves["f"].value.text() == "0.985"
    QTest.mouseClick(panel.reset, CLICK)
    hand.look()
    assert panel.valves["f"].buttons["free"].isChecked()


def test_units_and_steps_say_where(hand: Hand, panel: ClampsPanel) -> None:
    look_at_digit(hand, layers=2, bidirectional=True)
    session = hand.session
    session.look_at_layer(3)
    session.point_at_unit(5)
    hand.look()
    panel.units.show_value(CHOSEN)
    panel.first.setValue(10)
    panel.last.setValue(19)
    press(panel, "i", "1")
    session.brush([6, 2])
    hand.look()
    panel.units.show_value(BRUSHED)
    press(panel, "g", "0")
    panel.units.show_value(TYPED)
    panel.refresh()
    panel.typed.setText("0-2")
    press(panel, "h", "mean")
    hand.look()
    assert [told_clamp(clamp) for clamp in session.clamping.clamps] == [
        "i = 1, layer 1 backward, units 5, steps 10 to 19",
        "g = 0, layer 1 backward, units 2+6, steps 10 to 19",
        "h = its mean, layer 1 backward, units 0-2, steps 10 to 19",
    ]
    panel.units.show_value(ALL)
    panel.refresh()
    assert not any(button.isChecked() for button in panel.valves["i"].buttons.values())  # held, but not so
    free = panel.held.findChild(QPushButton, "freeClamp1")
    assert isinstance(free, QPushButton)
    QTest.mouseClick(free, CLICK)
    assert [clamp.gate for clamp in session.clamping.clamps] == ["i", "h"]


def test_what_cannot_be_is_said_and_holds_nothing(hand: Hand, panel: ClampsPanel) -> None:
    look_at_digit(hand)
    panel.units.show_value(TYPED)
    panel.typed.setText("7-")
    panel.refresh()
    assert "expected numbers of units" in panel.problem.text()
    assert not panel.valves["f"].isEnabled()
    panel.typed.setText("99")
    panel.refresh()
    press(panel, "f", "1")
    assert "expected units of 0 to 7" in panel.problem.text()
    assert list(hand.session.clamping.clamps) == []
    panel.units.show_value(CHOSEN)
    panel.refresh()
    assert "click a row of a heatmap" in panel.problem.text()


def test_lessons_and_every_unit_in_turn(hand: Hand, panel: ClampsPanel) -> None:
    look_at_digit(hand)
    panel.lesson.setFocus()
    QTest.keyClick(panel.lesson, Qt.Key.Key_Down)
    hand.until(lambda: panel.shows.isVisible())
    assert panel.shows.text().startswith("Hochreiter and Schmidhuber's first LSTM had no forget gate")
    assert list(hand.session.clamping.clamps) == [Clamp(0, "forward", "f", 1.0)]
    panel.each.which.show_value(3)
    QTest.mouseClick(panel.each.start, CLICK)
    hand.until(lambda: panel.each.table.isVisible() and not hand.session.clamping.is_removing)
    removed = hand.session.clamping.removed
    assert removed is not None
    assert removed.answer == 3
    index = panel.each.table.model().index(1, 1)
    panel.each.table.clicked.emit(index)
    hand.look()
    assert str(hand.session.looking.unit) == index.data()
    assert hand.session.looking.unit == removed.units[1].unit


def test_what_was_switched_off_in_another_network_is_not_shown_for_this_one(hand: Hand, panel: ClampsPanel) -> None:
    look_at_digit(hand)
    trained = digit_network()
    QTest.mouseClick(panel.each.start, CLICK)
    hand.until(lambda: panel.each.table.isVisible() and not hand.session.clamping.is_removing)
    hand.session.networks.use(replace(trained, step=99), "training")  # the same one, a little later
    hand.session.look_at("digits")
    hand.until_answered()
    assert panel.each.table.isVisible()
    assert "after 12 training steps" in panel.each.told.text()
    hand.session.networks.use(replace(trained, preset=changed(trained.preset, title="Another")), "file")
    hand.session.look_at("digits")
    hand.until_answered()
    assert not panel.each.table.isVisible()
    hand.session.clamping.removing_failure = Failed("There are no sevens.", "", ValueError())
    panel.refresh()
    assert panel.each.told.text() == "There are no sevens."


def test_the_score_stands_until_the_next_one_is_there(hand: Hand, panel: ClampsPanel) -> None:
    look_at_digit(hand)
    press(panel, "f", "1")
    hand.until(lambda: panel.outcome.score.text().startswith("Over"))
    later = replace(digit_network(), step=13)
    hand.session.networks.use(later, "training")
    hand.session.look_at("digits")
    told = set()

    def tried_anew() -> bool:
        told.add(panel.outcome.score.text()[:4])
        scored = hand.session.clamping.scored
        return scored is not None and scored.trained is later

    hand.until(tried_anew)
    assert told == {"Over"}


def test_of_sums_it_is_all_bits_that_are_watched(hand: Hand, panel: ClampsPanel) -> None:
    hand.session.networks.use(adder(), "bundled")
    hand.session.add("3", "5")
    hand.until_answered()
    assert [panel.each.which.itemText(k) for k in range(panel.each.which.count())] == ["all bits"]
    QTest.mouseClick(panel.each.start, CLICK)
    hand.until(lambda: panel.each.table.isVisible() and not hand.session.clamping.is_removing)
    assert "what is right has a probability of" in panel.each.told.text()
    assert panel.each.table.model().index(0, 2).data().endswith(" points")


def test_a_gru_has_its_own_valves_and_words_their_own_bars(hand: Hand, panel: ClampsPanel) -> None:
    hand.session.networks.use(word_network(cell="gru"), "bundled")
    hand.session.set_seed_text("the cat said")
    hand.session.look_at("words")
    hand.until_answered()
    assert list(panel.valves) == ["r", "z", "n", "h"]
    press(panel, "z", "1")
    hand.until(lambda: len(panel.outcome.bars.rows) == 6)
    network, x = answer_of(hand)
    held = clamped_scores(network, x, hand.session.clamping.clamps).softmax(-1)[0].numpy()
    names = list(hand.session.answer.question.trained.classes)  # type: ignore[union-attr]
    for row in panel.outcome.bars.rows:
        np.testing.assert_allclose(row.held, held[names.index(row.name)], atol=1e-6)


def test_another_look_changes_no_words(hand: Hand, panel: ClampsPanel) -> None:
    look_at_digit(hand)
    press(panel, "f", "1")
    hand.look()
    before = [valve.name.text() for valve in panel.valves.values()]
    panel.set_theme(DARK)
    assert [valve.name.text() for valve in panel.valves.values()] == before
    assert DARK.gate("f").name() in panel.valves["f"].name.styleSheet()
