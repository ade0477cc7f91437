"""A dock that makes its panel when it is first seen."""

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QDockWidget, QWidget

from workbench.session.session import Session
from workbench.ui.docks import Area, DockPlace
from workbench.ui.panels.panel import Panel
from workbench.ui.theme import Theme

AREAS: dict[Area, Qt.DockWidgetArea] = {
    "left": Qt.DockWidgetArea.LeftDockWidgetArea,
    "right": Qt.DockWidgetArea.RightDockWidgetArea,
    "bottom": Qt.DockWidgetArea.BottomDockWidgetArea,
}


class PanelDock(QDockWidget):
    """One of the window's docks; ``made`` tells when its panel is there."""

    made = Signal(QObject)

    def __init__(self, place: DockPlace, session: Session, theme: Theme, window: QWidget) -> None:
        super().__init__(place.title, window)
        self.setObjectName(f"{place.name}Dock")
        self.place = place
        self._session, self._theme = session, theme
        self._panel: Panel | None = None
        self.visibilityChanged.connect(self._seen)

    @property
    def panel(self) -> Panel | None:
        """The panel, None until it was first seen."""
        return self._panel

    def make(self) -> Panel:
        """The panel, made now where it was not yet."""
        if self._panel is None:
            self._panel = self.place.panel(self._session, self._theme)
            self.setWidget(self._panel)
            self.made.emit(self._panel)
        return self._panel

    def set_theme(self, theme: Theme) -> None:
        """The look that its panel has, or will have."""
        self._theme = theme
        if self._panel is not None:
            self._panel.set_theme(theme)

    @Slot(bool)
    def _seen(self, is_seen: bool) -> None:
        if is_seen:
            self.make()
