"""The Verify panel: verdicts as they come, a mistake that turns its rows red, and the twins' curves beside it."""

import gc
import weakref

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTreeWidgetItem
from pytestqt.qtbot import QtBot

from tests.ui.panels.playground import Hand
from workbench.config import Layer
from workbench.insight.verify import Stack, verify
from workbench.scratch.mistakes import MISTAKES
from workbench.scratch.twins import TwinStep, twins
from workbench.session.session import Session
from workbench.ui.panels.twins import outcome
from workbench.ui.panels.verify import VerifyPanel
from workbench.ui.theme import DARK, LIGHT, contrast

LAYERS = {"LSTM": Layer(cell="lstm", units=4), "LSTM, peepholes": Layer(cell="lstm", units=4, peepholes=True),
          "GRU": Layer(cell="gru", units=4)}  # fmt: skip
CLICK = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three cells, one layer each, and twins of a few steps."""
    monkeypatch.setattr("workbench.insight.verify.VARIANTS", LAYERS)
    monkeypatch.setattr("workbench.insight.verify.DEPTHS", (1,))
    monkeypatch.setattr("workbench.session.verifying.TWIN_STEPS", 30)


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> VerifyPanel:
    panel = VerifyPanel(session, LIGHT)
    qtbot.addWidget(panel)
    panel.resize(430, 480)
    panel.show()
    return panel


@pytest.fixture
def hand(qtbot: QtBot, panel: VerifyPanel) -> Hand:
    return Hand(qtbot, panel)


def until_done(hand: Hand) -> None:
    desk = hand.session.verifying
    hand.until(lambda: not desk.is_checking and not desk.is_training)


def choose(panel: VerifyPanel, mistake: str) -> None:
    """With the keyboard: down the list until it is there."""
    panel.mistake.setFocus()
    QTest.keyClick(panel.mistake, Qt.Key.Key_Home)
    while panel.mistake.currentData() != mistake:
        QTest.keyClick(panel.mistake, Qt.Key.Key_Down)


def rows(panel: VerifyPanel) -> dict[str, QTreeWidgetItem]:
    """The rows of cells, by their names."""
    items = (panel.table.topLevelItem(number) for number in range(panel.table.topLevelItemCount()))
    return {item.text(0).replace(",\n", ", "): item for item in items if item is not None}


def verdict_of(item: QTreeWidgetItem) -> str:
    return str(item.data(0, Qt.ItemDataRole.AccessibleDescriptionRole))


def below(item: QTreeWidgetItem, number: int) -> QTreeWidgetItem:
    child = item.child(number)
    assert child is not None
    return child


def texts(item: QTreeWidgetItem) -> list[str]:
    return [item.text(column) for column in range(1, 7)]


def test_before_the_first_check_it_says_what_there_is_to_do(panel: VerifyPanel) -> None:
    assert panel.empty.isVisible() and panel.twins.empty.isVisible()
    assert panel.verify.isEnabled() and not panel.stop.isEnabled()
    assert panel.status.text() == "" and "must turn its cells red" in panel.what.text()


def test_everything_is_green_and_every_error_is_there_to_read(panel: VerifyPanel, hand: Hand) -> None:
    QTest.mouseClick(panel.verify, CLICK)
    hand.until(lambda: panel.status.text() == "0 of 6" or bool(hand.session.verifying.verdicts))
    until_done(hand)
    panel.refresh()
    assert panel.status.text() == "all 6 green" and "1e-06" in panel.status.toolTip()
    found = rows(panel)
    assert list(found) == list(LAYERS)
    assert {verdict_of(item) for item in found.values()} == {"green"}
    assert texts(found["LSTM, peepholes"])[0] == texts(found["LSTM, peepholes"])[3] == "–"  # torch has no such kernel
    both = below(found["GRU"], 1)
    assert [below(found["GRU"], row).text(0) for row in range(2)] == ["1 layer, one", "1 layer, both"]
    weights = [below(both, row).text(0) for row in range(both.childCount())]
    layer = [f"layer 0 {letter}" for letter in "WUbd"]
    assert weights == [*layer, *(name.replace("0 ", "0 ← ") for name in layer), "x"]
    right = verify(Stack("GRU", 1, bidirectional=True)).gradients
    name = "layers.0.weight_hh_l0_reverse"
    tips = [below(both, 5).toolTip(column) for column in range(7)]
    assert name in tips[0] and tips[1:4] == ["", "", ""]
    assert tips[4:] == [f"{right[way][name]:.3e}" for way in ("fused", "by hand", "differences")]
    assert float(found["GRU"].text(5)) == pytest.approx(
        max(max(verify(Stack("GRU", 1, both)).gradients["by hand"].values()) for both in (False, True)), rel=0.5
    )


def test_a_mistake_turns_its_rows_red_and_its_twins_learn(panel: VerifyPanel, hand: Hand) -> None:
    choose(panel, "forget-delta")
    until_done(hand)
    panel.refresh()
    mistake = MISTAKES["forget-delta"]
    assert panel.what.text() == f"{mistake.what}\n{mistake.noticed}"
    assert panel.status.text() == "4 of 6 red"
    found = rows(panel)
    assert [verdict_of(item) for item in found.values()] == ["red", "red", "green"]
    assert "2 of 2 red" in found["LSTM"].toolTip(0)
    by_hand = below(found["LSTM"], 0)
    red = LIGHT.error.lower()
    assert [column for column in range(1, 7) if by_hand.foreground(column).color().name() == red] == [5]
    assert by_hand.font(5).bold() or by_hand.font(5).weight() > by_hand.font(4).weight()
    assert by_hand.icon(0).pixmap(24).toImage() != found["GRU"].icon(0).pixmap(24).toImage()

    plot = panel.twins.plot
    assert plot is not None and plot.isVisible()
    steps = list(twins(mistake, "lstm", steps=30))
    assert [series.name for series in plot.series] == ["right", "broken"]
    np.testing.assert_array_equal(plot.series[0].y, [step.right_loss for step in steps])
    np.testing.assert_array_equal(plot.series[1].y, [step.broken_loss for step in steps])
    assert panel.twins.outcome.text() == outcome(steps, is_training=False)

    choose(panel, "")
    until_done(hand)
    panel.refresh()
    assert panel.status.text() == "all 6 green" and panel.twins.empty.isVisible()


def test_twins_of_another_cell(panel: VerifyPanel, hand: Hand) -> None:
    choose(panel, "forget-delta")
    panel.refresh()
    assert not panel.twins.cell.isEnabled()  # it can be made in an LSTM only
    choose(panel, "gate-order")
    panel.refresh()
    assert [panel.twins.cell.itemText(row) for row in range(panel.twins.cell.count())] == ["LSTM", "GRU"]
    panel.twins.cell.setFocus()
    QTest.keyClick(panel.twins.cell, Qt.Key.Key_Down)
    assert hand.session.verifying.twin_cell == "gru"
    until_done(hand)
    panel.refresh()
    assert panel.twins.cell.currentText() == "GRU"
    assert hand.session.verifying.twins == list(twins(MISTAKES["gate-order"], "gru", steps=30))


def test_it_can_be_stopped(panel: VerifyPanel, hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.insight.verify.DEPTHS", tuple(range(1, 40)))
    QTest.mouseClick(panel.verify, CLICK)
    hand.until(lambda: panel.stop.isEnabled() and len(hand.session.verifying.verdicts) > 0)
    QTest.mouseClick(panel.stop, CLICK)
    until_done(hand)
    panel.refresh()
    assert panel.status.text() == f"stopped at {len(hand.session.verifying.verdicts)}"
    assert [verdict_of(item) for item in rows(panel).values()] == ["not checked yet"] * 3
    assert not panel.stop.isEnabled()


def test_what_breaks_off_is_said(panel: VerifyPanel, hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr("workbench.insight.verify.verify", fails)
    QTest.mouseClick(panel.verify, CLICK)
    until_done(hand)
    panel.refresh()
    assert panel.status.text() == "Broke off" and "by nothing" in panel.status.toolTip()


def test_another_look_keeps_what_was_opened(panel: VerifyPanel, hand: Hand) -> None:
    choose(panel, "off-by-one")
    until_done(hand)
    panel.refresh()
    cell = rows(panel)["GRU"]
    cell.setExpanded(True)
    below(cell, 1).setExpanded(True)
    panel.set_theme(DARK)
    assert cell.isExpanded() and below(cell, 1).isExpanded()
    assert cell.foreground(5).color().name() == DARK.error.lower()
    assert contrast(DARK.error, DARK.surface) > 4.5
    QTest.mouseClick(panel.verify, CLICK)
    until_done(hand)
    panel.refresh()
    assert cell.isExpanded() and below(cell, 1).isExpanded()


def test_of_an_earlier_check_nothing_is_kept(panel: VerifyPanel, hand: Hand) -> None:
    panel.verify.click()
    until_done(hand)
    stack = rows(panel)["LSTM"].child(0)
    assert stack is not None and stack.childCount()
    before = [weakref.ref(stack.child(number)) for number in range(stack.childCount())]
    panel.verify.click()
    until_done(hand)
    gc.collect()
    assert stack.childCount() == len(before)
    assert [one() for one in before] == [None] * len(before)


def test_the_tab_key_comes_by_everything(panel: VerifyPanel, hand: Hand) -> None:
    choose(panel, "off-by-one")
    hand.until(lambda: panel.twins.cell.isEnabled() and panel.stop.isEnabled())
    panel.verify.setFocus()
    visited = []
    for _ in range(5):
        focused = panel.focusWidget()
        visited.append(focused.objectName() if focused is not None else "")
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert visited == ["verifyButton", "stopVerifyButton", "verifyTable", "mistakeChooser", "twinCell"]
    assert all(widget.accessibleName() for widget in (panel.stop, panel.table, panel.mistake, panel.twins.cell))


def test_the_sentence_says_what_was_measured() -> None:
    def ends(right: float, broken: float) -> str:
        return outcome([TwinStep(step, 0.5, 0.25, right, broken) for step in range(1, 31)], is_training=False)

    assert ends(1.0, 1.0).startswith("After 30 steps: right 0.5, broken 0.25 nats a bit.")
    assert ends(1.0, 1.0).endswith("The broken one has learnt to add as well.")
    assert ends(1.0, 0.625).endswith("62\N{NO-BREAK SPACE}% of its bits are right.")
    assert ends(0.5, 1.0).endswith("Only the broken one has learnt to add.")
    assert ends(0.5, 0.5).endswith("Neither has learnt to add.")
