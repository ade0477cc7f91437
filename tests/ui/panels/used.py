"""A panel on the screen with a session of its own, whose workers wake whoever waits for them."""

from collections.abc import Callable
from typing import Generic, TypeVar

from pytestqt.qtbot import QtBot

from tests.bell import Bell
from workbench.session.session import Session
from workbench.ui.panels.panel import Panel
from workbench.ui.theme import LIGHT, Theme

AnyPanel = TypeVar("AnyPanel", bound=Panel)


class Used(Generic[AnyPanel]):
    """A panel, its session, and the hand of whoever uses them."""

    def __init__(self, qtbot: QtBot, make: Callable[[Session, Theme], AnyPanel], width: int, height: int) -> None:
        self._bell = Bell()
        self.session = Session(self._bell)
        self.panel = make(self.session, LIGHT)
        self.panel.resize(width, height)
        qtbot.addWidget(self.panel)
        self.panel.show()

    def until(self, done: Callable[[], object]) -> None:
        """Takes in what workers say, and shows it, until it is done."""

        def look() -> bool:
            self.session.poll()
            self.panel.refresh()
            return bool(done())

        self._bell.until(look)

    def close(self) -> None:
        """The panel is hidden before its session ends."""
        self.panel.hide()
        self.session.close()
