"""Where the docks are: as on the first day, as they were left, and back again."""

from collections.abc import Callable

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtWidgets import QMainWindow, QTabBar

#: Raised when docks are added or renamed, so that an older layout is not half applied.
LAYOUT_VERSION = 3


class DockLayout:
    """Saves and restores a window's docks and its place on the screen."""

    def __init__(self, window: QMainWindow, default_sizes: Callable[[], None]) -> None:
        """Takes the docks as they are now for the default; ``default_sizes`` gives them their widths and heights."""
        self._window, self._default_sizes = window, default_sizes
        default_sizes()
        self._default = window.saveState(LAYOUT_VERSION)
        self._hide_tabs()

    def restore(self, settings: QSettings) -> None:
        """Docks and size as they were left; what was not saved, or cannot be read, is as on the first day."""
        geometry, state = settings.value("geometry"), settings.value("state")
        # Qt takes a state that is not as it was written without looking at it, and may crash.
        are_bytes = isinstance(geometry, QByteArray) and isinstance(state, QByteArray)
        if not are_bytes or settings.value("checksum") != _checksum(geometry, state):
            self._default_sizes()
            return
        self._window.restoreGeometry(geometry)
        if not self._apply(state):
            self._default_sizes()

    def save(self, settings: QSettings) -> None:
        """Keeps where the docks are."""
        geometry, state = self._window.saveGeometry(), self._window.saveState(LAYOUT_VERSION)
        settings.setValue("geometry", geometry)
        settings.setValue("state", state)
        settings.setValue("checksum", _checksum(geometry, state))

    def back_to_default(self) -> None:
        """All docks shown, at their first places."""
        self._apply(self._default)
        self._default_sizes()

    def _apply(self, state: QByteArray) -> bool:
        self._hide_tabs()
        return self._window.restoreState(state, LAYOUT_VERSION)

    def _hide_tabs(self) -> None:
        """Qt shows those it needs, but forgets to hide others (seen with 6.11.3).

        It makes new ones for a layout that is restored, and when docks become tabs in two places before all is shown.
        """
        for tabs in self._window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            tabs.hide()


def _checksum(geometry: QByteArray, state: QByteArray) -> str:
    import hashlib  # only for a layout that was kept, or is to be

    return hashlib.sha256(bytes(geometry.data()) + bytes(state.data())).hexdigest()
