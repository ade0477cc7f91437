"""A tab of the playground that makes its panel when it is first seen."""

from collections.abc import Callable, Iterator
from itertools import pairwise, takewhile

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workbench.session.session import Session
from workbench.ui.panels.panel import Panel
from workbench.ui.places import Place
from workbench.ui.theme import Theme


class PlaceTab(QWidget):
    """What stands behind one tab; ``made`` tells when its panel is there, before it is painted."""

    made = Signal(QObject)

    def __init__(self, place: Place, session: Session, theme: Theme) -> None:
        super().__init__()
        self.setAccessibleName(place.title)
        self._place, self._session, self._theme = place, session, theme
        self._panel: Panel | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)

    def set_theme(self, theme: Theme) -> None:
        """The look that its panel has, or will have."""
        self._theme = theme
        if self._panel is not None:
            self._panel.set_theme(theme)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._panel is None:
            _follow(self, self.make())

    def make(self) -> Panel:
        """Makes the panel."""
        panel = self._panel = self._place.panel(self._session, self._theme)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(panel)
        panel.show()  # at once: a layout would do it after the next picture
        layout.activate()
        self.made.emit(panel)
        return panel


def _follow(tab: QWidget, panel: QWidget) -> None:
    """Qt puts what came late behind everything else that the tab key comes by; a panel's place is at its tab."""
    before = next(filter(_is_stop, _chain(tab, QWidget.previousInFocusChain)))
    inside = takewhile(panel.isAncestorOf, _chain(panel, QWidget.nextInFocusChain))
    for first, second in pairwise([before, *filter(_is_stop, inside)]):  # a list, as the chain changes
        QWidget.setTabOrder(first, second)


def _chain(widget: QWidget, beside: Callable[[QWidget], QWidget | None]) -> Iterator[QWidget]:
    """What the tab key comes by from a widget on, without end: behind the last stands the first."""
    found = beside(widget)
    while found is not None:
        yield found
        found = beside(found)


def _is_stop(widget: QWidget) -> bool:
    return widget.isWindow() or widget.focusPolicy() != Qt.FocusPolicy.NoFocus
