"""The series tab with a real session and networks that tell what is known beforehand."""

import subprocess
import sys

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.adders import teller
from tests.ui.panels.playground import Hand
from workbench.config import Primes, Series
from workbench.session.series_desk import numbers_of
from workbench.session.session import Session
from workbench.ui.panels.series import SeriesPanel, verdict
from workbench.ui.theme import LIGHT

PRIMES = Primes(below=20, window=3, samples=4)


@pytest.fixture
def hand(qtbot: QtBot, session: Session) -> Hand:
    panel = SeriesPanel(session, LIGHT)
    qtbot.addWidget(panel)
    panel.resize(520, 500)
    panel.show()
    panel.refresh()
    return Hand(qtbot, panel)


@pytest.fixture
def panel(hand: Hand) -> SeriesPanel:
    assert isinstance(hand.panel, SeriesPanel)
    return hand.panel


def test_it_loads_no_torch() -> None:
    code = "import sys, workbench.ui.panels.series; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_chosen_series_stands_there_before_it_is_trained(hand: Hand, panel: SeriesPanel) -> None:
    assert panel.title.text() == "No series is chosen" and panel.plot.steps == 0
    hand.session.choose("lstm-by-hand")
    hand.until(lambda: not hand.session.networks.is_loading)
    panel.refresh()
    assert panel.title.text() == "A series of 4 numbers"
    assert panel.plot.targets.tolist() == [-0.5, 0.2, 0.1, -0.5] and panel.plot.told is None
    assert panel.table.rows[0] == ("0", "−0.50000", "–", "–")
    assert panel.train.isVisible() and "Train a series preset first." in panel.caption.text()


def test_told_numbers_stand_beside_their_targets(hand: Hand, panel: SeriesPanel) -> None:
    hand.session.networks.use(teller(Series(values="-0.5 0.2", width=3), 0.25), "bundled")
    hand.session.look_at("series")
    hand.until_answered()
    assert panel.table.rows == (("0", "−0.50000", "0.25000", "0.75000"), ("1", "0.20000", "0.25000", "0.05000"))
    assert panel.plot.told is not None and panel.plot.told.tolist() == [0.25, 0.25]
    assert panel.verdict.text() == "Mean squared error 0.282; farthest off at step 0, by 0.75000."
    assert not panel.train.isVisible() and "Always the same" in panel.caption.text()


def test_primes_are_shown_as_primes(hand: Hand, panel: SeriesPanel) -> None:
    hand.session.networks.use(teller(PRIMES, 13.4 / 20), "bundled")
    hand.session.look_at("series")
    hand.until_answered()
    assert [row[4:] for row in panel.table.rows] == [("7", "13 ✗"), ("11", "13 ✗"), ("13", "13 ✓"), ("17", "13 ✗")]
    assert "1 of 4 are right" in panel.verdict.text()


def test_numbers_that_are_none_are_said(panel: SeriesPanel) -> None:
    numbers = numbers_of(PRIMES)
    assert numbers is not None
    assert verdict(numbers, np.full(4, np.nan)) == "The network tells what is no number."


def test_plot_table_and_gates_share_the_cursor(hand: Hand, panel: SeriesPanel) -> None:
    hand.session.networks.use(teller(PRIMES), "bundled")
    hand.session.look_at("series")
    hand.until_answered()
    panel.plot.setFocus()
    QTest.keyClick(panel.plot, Qt.Key.Key_End)
    assert hand.session.looking.cursor == 3
    hand.look()
    assert [index.row() for index in panel.table_view.selectionModel().selectedRows()] == [3]
    assert panel.reading.text().startswith("step 3, target 0.85000")
    panel.table_view.setFocus()
    QTest.keyClick(panel.table_view, Qt.Key.Key_Up)
    assert hand.session.looking.cursor == 2
    hand.session.point_at(None)
    hand.look()
    assert not panel.table_view.selectionModel().selectedRows() and panel.plot.cursor_step is None


def test_everything_has_a_name(panel: SeriesPanel) -> None:
    controls = (panel.plot, panel.table_view, panel.train)
    assert all(control.objectName() and control.focusPolicy() & Qt.FocusPolicy.TabFocus for control in controls)
    assert panel.plot.accessibleName() and panel.table_view.accessibleName()
