"""What every panel is: a part of the window that shows the session and calls its verbs."""

from typing import ClassVar

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from workbench.session.change import Change
from workbench.session.session import Session
from workbench.ui.theme import Theme


class Panel(QWidget):
    """A part of the window: shows the session, and calls its verbs. Never talks to another panel."""

    #: ``refresh`` is called when one of these changed and the panel can be seen.
    listens: ClassVar[Change] = Change.NONE
    #: At most this often; 0 is each time.
    interval_ms: ClassVar[int] = 0

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session, self.theme = session, theme

    def refresh(self) -> None:
        """Reads the session and shows all of it; idempotent."""
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        """Takes on another look."""
        self.theme = theme

    @Slot(int)
    def point(self, step: int) -> None:
        """Puts the cursor that all views share on a step."""
        self.session.point_at(step)

    @Slot()
    def point_nowhere(self) -> None:
        """Takes the cursor away."""
        self.session.point_at(None)
