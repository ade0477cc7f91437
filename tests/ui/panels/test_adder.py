"""The adder tab with a real session and a network that adds, built by hand."""

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.adders import adder
from tests.ui.panels.playground import Hand
from workbench import paths
from workbench.session.adder_desk import Addition
from workbench.session.session import Session
from workbench.ui.panels.adder import AdderPanel, said_sentence
from workbench.ui.theme import DARK, LIGHT


@pytest.fixture
def hand(qtbot: QtBot, session: Session) -> Hand:
    session.look_at("bits")
    panel = AdderPanel(session, LIGHT)
    qtbot.addWidget(panel)
    panel.resize(520, 500)
    panel.show()
    panel.refresh()
    return Hand(qtbot, panel)


@pytest.fixture
def panel(hand: Hand) -> AdderPanel:
    assert isinstance(hand.panel, AdderPanel)
    return hand.panel


def write(hand: Hand, edit: QWidget, text: str) -> None:
    edit.setFocus()
    QTest.keyClick(edit, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(edit, text)
    if hand.session.network_for("bits") is not None:
        hand.until_answered()
    hand.look()


def test_it_loads_no_torch() -> None:
    code = "import sys, workbench.ui.panels.adder; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_a_network_the_sum_stands_there_and_what_is_missing_is_said(hand: Hand, panel: AdderPanel) -> None:
    write(hand, panel.a, "57")
    write(hand, panel.b, "70")
    assert panel.sum.text() == "57 + 70 = 127" and panel.columns.shown.said is None
    assert panel.said.text() == "Train an adding preset first."
    assert panel.train.isVisible() and panel.train.isEnabled() and not panel.carrier.isVisible()
    assert "Adding bit by bit, LSTM" in panel.train.toolTip()


def test_the_button_trains_the_adder_and_the_panel_follows_it(
    hand: Hand, panel: AdderPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "networks", lambda: tmp_path)  # no network comes along
    panel.train.click()
    assert hand.session.choices.chosen == "binary-addition-lstm" and hand.session.training.is_busy
    hand.until(lambda: hand.session.looking.answers["bits"] is not None)
    panel.refresh()
    assert not panel.train.isVisible() and panel.columns.shown.said is not None
    assert "as it is now" in panel.caption.text() or "just trained" in panel.caption.text()
    hand.session.stop()
    hand.until(lambda: not hand.session.training.is_busy)


def test_what_is_typed_is_added_bit_by_bit_with_the_carry_and_its_unit(hand: Hand, panel: AdderPanel) -> None:
    hand.session.networks.use(adder(), "bundled")
    write(hand, panel.a, "91")
    write(hand, panel.b, "55")
    shown = panel.columns.shown
    assert panel.sum.text() == "91 + 55 = 146" and panel.said.text() == "The network says 146: right."
    assert shown.said is not None and shown.wrong == () and not panel.train.isVisible()
    assert list(shown.carry) == [1, 1, 1, 1, 1, 1, 1, 0]
    assert shown.carried is not None and shown.carried.name == "h, unit 1"
    assert shown.carried.values.round(3).tolist() == shown.carry
    assert "correlation 1.000 over 2,000 random sums" in panel.carrier.about.text()
    assert panel.trained_on.text() == "as in training"
    assert "Added by “Adder by hand”" in panel.caption.text()


def test_wrong_bits_are_named(hand: Hand, panel: AdderPanel) -> None:
    hand.session.networks.use(adder(right=False), "bundled")
    write(hand, panel.a, "3")
    write(hand, panel.b, "1")
    assert panel.columns.shown.wrong == (1, 2) and panel.said.text() == "The network says 2: wrong in bits 1, 2."
    assert said_sentence(Addition(0, 0, 8), 1, [0]) == "The network says 1: wrong in bit 0."
    assert said_sentence(Addition(0, 0, 8), 31, [0, 1, 2, 3, 4]) == "The network says 31: wrong in 5 of 8 bits."


def test_what_cannot_be_added_is_said_and_the_last_sum_stands(hand: Hand, panel: AdderPanel) -> None:
    hand.session.networks.use(adder(), "bundled")
    write(hand, panel.a, "12")
    write(hand, panel.b, "twelve")
    assert panel.message.isVisible() and "expected a whole number" in panel.message.text()
    assert panel.b.text() == "twelve" and panel.sum.text().startswith("12 + 55")
    write(hand, panel.b, "30")
    assert not panel.message.isVisible() and panel.sum.text() == "12 + 30 = 42"


def test_more_bits_than_in_training(hand: Hand, panel: AdderPanel) -> None:
    hand.session.networks.use(adder(), "bundled")
    panel.bits.setValue(64)
    hand.until_answered()
    assert panel.columns.steps == 64 and panel.trained_on.text() == "more than in training, which had 8"
    write(hand, panel.a, str(2**62))
    write(hand, panel.b, str(2**62 + 5))
    assert panel.said.text() == f"The network says {2**63 + 5:,}: right."
    assert panel.bits.minimum() == 64, "the sum takes as many"
    QTest.mouseClick(panel.random, Qt.MouseButton.LeftButton)
    hand.until_answered()
    assert "right" in panel.said.text() and panel.a.text() == str(hand.session.adder.a)


def test_a_column_is_read_and_the_window_s_cursor_goes_there(hand: Hand, panel: AdderPanel) -> None:
    hand.session.networks.use(adder(), "bundled")
    write(hand, panel.a, "91")
    panel.columns.setFocus()
    QTest.keyClick(panel.columns, Qt.Key.Key_End)
    QTest.keyClick(panel.columns, Qt.Key.Key_Left)
    assert hand.session.looking.cursor == 1
    hand.look()
    assert panel.reading.text().startswith("Bit 1: 1 + 1 and a carry of 1 make 1, carry 1.")
    hand.session.point_at(6)
    hand.look()
    assert panel.columns.cursor_step == 6 and panel.reading.text().startswith("Bit 6:")


def test_another_look_and_the_keyboard(panel: AdderPanel) -> None:
    panel.set_theme(DARK)
    assert panel.columns.theme is DARK
    controls = (panel.a, panel.b, panel.random, panel.bits, panel.columns, panel.carrier.list, panel.train)
    assert all(control.focusPolicy() & Qt.FocusPolicy.TabFocus for control in controls)
    assert all(control.objectName() for control in controls)
    assert all(control.accessibleName() for control in (panel.a, panel.b, panel.bits, panel.columns))
