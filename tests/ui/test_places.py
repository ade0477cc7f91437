"""Every place of the playground has a tab, a line in the menu and a key; a task's place comes to the front."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QTabWidget
from pytestqt.qtbot import QtBot

from workbench.session.session import Session
from workbench.ui.places import places
from workbench.ui.theme import ThemeSource
from workbench.ui.ticker import Ticker
from workbench.ui.window import Window


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Window]:
    session = Session()
    window = Window(session, Ticker(), ThemeSource())
    qtbot.addWidget(window)
    yield window
    session.close()


def test_every_place_has_a_tab_a_line_and_a_key(window: Window) -> None:
    tabs = window.findChild(QTabWidget, "playground")
    assert isinstance(tabs, QTabWidget)
    assert [tabs.tabText(n) for n in range(tabs.count())] == [place.title for place in places().values()]
    lines = {action.text(): action for action in window.findChildren(QAction)}
    for number, (task, place) in enumerate(places().items()):
        line = lines[place.title]
        assert line.shortcut().toString() == f"Ctrl+{number + 1}"
        line.trigger()
        assert tabs.currentIndex() == number and window.session.looking.at == task
    for number in range(tabs.count()):
        panel = tabs.widget(number)
        assert panel is not None and panel.objectName() and panel.accessibleName()


def test_without_a_network_each_place_says_what_to_do(window: Window) -> None:
    for task in places():
        assert window.session.nobody_answers(task).startswith("Train a")
