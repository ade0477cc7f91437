"""Every place of the playground has a tab, a line in the menu and a key; a task's place comes to the front."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QTabWidget, QWidget
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


def test_a_place_is_made_when_it_is_first_seen_and_shown_before_it_is_painted(window: Window, qtbot: QtBot) -> None:
    window.show()
    assert window.findChild(QWidget, "digitsPanel") is not None
    assert window.findChild(QWidget, "storyPanel") is None
    window.session.set_seed_text("the old mouse said")
    tabs = window.findChild(QTabWidget, "playground")
    assert isinstance(tabs, QTabWidget)
    size = tabs.size()
    tabs.setCurrentIndex(1)  # no event is processed from here on
    panel, seeds = window.findChild(QWidget, "storyPanel"), window.findChild(QLineEdit, "storySeed")
    place = tabs.currentWidget()
    assert panel is not None and panel.isVisible() and place is not None and panel.size() == place.size()
    assert seeds is not None and seeds.text() == "the old mouse said"
    assert tabs.size() == size
    tabs.setCurrentIndex(0)
    tabs.setCurrentIndex(1)
    assert window.findChildren(QWidget, "storyPanel") == [panel]


def test_the_tab_key_goes_from_a_place_s_tab_into_the_place_however_late_it_was_made(window: Window) -> None:
    window.show()
    tabs = window.findChild(QTabWidget, "playground")
    assert isinstance(tabs, QTabWidget)
    for number, first in ((4, "trainFor_series"), (1, "storySeed"), (3, "adderA"), (2, "testImage")):
        tabs.setCurrentIndex(number)
        here, stops = tabs.tabBar().nextInFocusChain(), list[str]()
        while here is not None and not here.isWindow():
            if here.focusPolicy() & Qt.FocusPolicy.TabFocus and here.isVisible():
                stops.append(here.objectName())
            here = here.nextInFocusChain()
        assert stops[0] == first


def test_without_a_network_each_place_says_what_to_do(window: Window) -> None:
    for task in places():
        assert window.session.nobody_answers(task).startswith("Train a")
