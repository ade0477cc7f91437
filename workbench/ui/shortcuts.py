"""The sheet that F1 opens: every shortcut there is."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QMainWindow, QMenu

from workbench.ui.text import tr
from workbench.ui.theme import GRID, font


class ShortcutSheet(QFrame):
    """Lists the shortcuts of the window's menus and the single keys. Escape or F1 closes it."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window, Qt.WindowType.Popup)
        self._window = window
        self.setObjectName("shortcutSheet")
        self.setAccessibleName(tr("Keyboard shortcuts"))
        grid = QGridLayout(self)
        grid.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        grid.setHorizontalSpacing(4 * GRID)
        title = QLabel(tr("Keyboard shortcuts"))
        title.setFont(font("heading", bold=True))
        grid.addWidget(title, 0, 0, 1, 2)
        for row, (keys, what) in enumerate(self._rows(window), start=1):
            shown = QLabel(keys)
            shown.setFont(font("body", bold=True, tabular=True))
            grid.addWidget(shown, row, 0)
            grid.addWidget(QLabel(what), row, 1)

    def show_over(self) -> None:
        """Opens in the middle of the window."""
        self.adjustSize()
        self.move(self._window.mapToGlobal(self._window.rect().center()) - self.rect().center())
        self.show()

    @staticmethod
    def _rows(window: QMainWindow) -> list[tuple[str, str]]:
        found = [(tr("Space"), tr("Train, pause, go on")), (".", tr("One batch, while paused"))]
        for menu_action in window.menuBar().actions():
            menu = menu_action.menu()
            for action in menu.actions() if isinstance(menu, QMenu) else ():
                keys = action.shortcut()
                if not keys.isEmpty():
                    native = QKeySequence.SequenceFormat.NativeText
                    found.append((keys.toString(native), action.text().replace("&", "").rstrip("…")))
        return found
