"""Findings stand under the progress, each with a button that brings its setting into sight."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from workbench.insight.finding import Finding
from workbench.session.session import Session
from workbench.ui.panels.experiment import ExperimentPanel
from workbench.ui.theme import LIGHT

VANISHING = Finding(
    "vanishing",
    64,
    "layer 0, forward",
    "at the first step read it is 0",
    "too many steps",
    "model.stack.0.cell",
    "lstm",
)
RATE = Finding("dead", 1070, "layer 0, forward", "9 of 12 units", "too long steps", "training.rate", "0.0005")
MEMORY = Finding("vanishing", 80, "layer 1, forward", "it is 0", "too many steps", "model.longest_memory", "784")


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> ExperimentPanel:
    session.choose("strokes-digits")
    panel = ExperimentPanel(session, LIGHT)
    qtbot.addWidget(panel)
    panel.resize(300, 690)
    panel.show()
    return panel


def found(panel: ExperimentPanel, *findings: Finding) -> None:
    panel.session.training.findings = findings
    panel.session.training.preset = panel.session.choices.preset
    panel.refresh()


def test_a_healthy_training_takes_no_room(panel: ExperimentPanel) -> None:
    assert not panel.controls.findings.isVisible()


def test_each_is_named_with_its_step_and_its_way_out(panel: ExperimentPanel) -> None:
    found(panel, VANISHING, RATE)
    view = panel.controls.findings
    assert [line.text.text() for line in view.lines if line.isVisible()] == [
        "Vanishing gradient\nstep 64", "Dead units\nstep 1,070",
    ]  # fmt: skip
    assert [line.button.text() for line in view.lines[:2]] == ["Cell → LSTM", "Learning rate → 0.0005"]
    assert "too many steps" in view.lines[0].toolTip()
    assert "--set model.stack.0.cell=lstm" in view.lines[0].button.toolTip()
    found(panel)
    assert not view.isVisible()


def test_its_button_leads_to_the_setting(panel: ExperimentPanel, qtbot: QtBot) -> None:
    found(panel, VANISHING, RATE)
    panel.activateWindow()
    for line in panel.controls.findings.lines[:2]:
        QTest.mouseClick(line.button, Qt.MouseButton.LeftButton)
        assert line.finding is not None
        key = line.finding.setting
        row = panel.model.rows.get(key) or panel.training.rows[key]
        qtbot.waitUntil(lambda row=row: not row.visibleRegion().isEmpty(), timeout=60_000)  # type: ignore[misc]
        assert panel.focusWidget() is row.stops()[0]
    QApplication.processEvents()


def test_a_setting_that_is_not_there_leads_nowhere(panel: ExperimentPanel) -> None:
    panel.lead_to("model.no_such_setting")


def test_more_than_three_are_counted_and_none_is_too_wide(panel: ExperimentPanel) -> None:
    found(panel, VANISHING, RATE, MEMORY, VANISHING)
    view = panel.controls.findings
    assert view.lines[2].isVisible()
    assert view.more.text() == "1 more in the log"
    assert panel.minimumSizeHint().width() <= 300
