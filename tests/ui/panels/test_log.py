"""The Log panel."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from workbench.session.session import Session
from workbench.ui.panels.log import LogPanel
from workbench.ui.theme import DARK, LIGHT


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> LogPanel:
    panel = LogPanel(session, LIGHT)
    qtbot.addWidget(panel)
    panel.show()
    return panel


def test_empty_it_says_what_will_be_there(panel: LogPanel) -> None:
    assert panel.empty.isVisible() and not panel.copy.isEnabled()


def test_notes_come_one_a_line_and_once(panel: LogPanel, session: Session) -> None:
    session.note("info", "Saved.")
    panel.refresh()
    session.note("error", "It broke.", "Traceback: here")
    panel.refresh()
    panel.refresh()
    panel.set_theme(DARK)
    rows = [panel.list.topLevelItem(n) for n in range(panel.list.topLevelItemCount())]
    assert [row.text(1) for row in rows if row is not None] == ["Saved.", "It broke."]
    details = rows[1].child(0) if rows[1] is not None else None
    assert details is not None and details.text(1) == "Traceback: here"


def test_what_is_selected_is_copied_with_its_details(panel: LogPanel, session: Session, qtbot: QtBot) -> None:
    session.note("info", "Saved.")
    session.note("error", "It broke.", "Traceback: here")
    panel.refresh()
    QTest.mouseClick(panel.copy, Qt.MouseButton.LeftButton)
    text = QGuiApplication.clipboard().text()
    assert "info: Saved." in text and "error: It broke.\nTraceback: here" in text
    second = panel.list.topLevelItem(1)
    assert second is not None
    second.setSelected(True)
    QTest.mouseClick(panel.copy, Qt.MouseButton.LeftButton)
    assert "Saved" not in QGuiApplication.clipboard().text()


def test_the_oldest_notes_go(panel: LogPanel, session: Session) -> None:
    for number in range(1100):
        session.note("info", f"note {number}")
    panel.refresh()
    second = panel.list.topLevelItem(1)
    session.note("info", "the last")
    panel.refresh()
    assert panel.list.topLevelItemCount() == 1000
    assert panel.list.topLevelItem(0) is second  # those that stay are not made anew
    last = panel.list.topLevelItem(999)
    assert last is not None and last.text(1) == "the last"


def test_long_sentences_are_shown_whole(qtbot: QtBot, session: Session) -> None:
    panel = LogPanel(session, LIGHT)
    qtbot.addWidget(panel)
    panel.resize(500, 300)
    panel.show()
    session.note("error", "Short.")
    session.note("error", "A sentence that goes on and on, " * 8)
    panel.refresh()
    rows = [panel.list.topLevelItem(number) for number in range(2)]
    heights = [panel.list.visualItemRect(row).height() for row in rows if row is not None]
    assert heights[1] > 3 * heights[0]
    panel.resize(1600, 300)
    last = rows[1]
    assert last is not None
    qtbot.waitUntil(lambda: panel.list.visualItemRect(last).height() < heights[1], timeout=60_000)


def test_lines_share_the_marks_of_the_look(panel: LogPanel, session: Session) -> None:
    for level in ("info", "warning", "error", "info", "warning", "error"):
        session.note(level, "A sentence.")
    panel.refresh()

    def marks() -> list[int]:
        rows = [panel.list.topLevelItem(n) for n in range(6)]
        return [row.icon(0).cacheKey() for row in rows if row is not None]

    light = marks()
    assert light[:3] == light[3:] and len(set(light)) == 3
    panel.set_theme(DARK)
    assert len(set(marks())) == 3 and set(marks()).isdisjoint(light)
