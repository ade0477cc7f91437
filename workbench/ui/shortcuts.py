"""The sheet that F1 opens: every shortcut there is."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QMainWindow, QMenu

from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme, font


class ShortcutSheet(QFrame):
    """Lists the shortcuts of the window's menus and the single keys. Escape, F1 or a click elsewhere closes it."""

    def __init__(self, window: QMainWindow, theme: Theme) -> None:
        super().__init__(window, Qt.WindowType.Popup)
        self._window = window
        self.setObjectName("shortcutSheet")
        self.setAccessibleName(tr("Keyboard shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setStyleSheet(f"#shortcutSheet {{ background: {theme.surface}; border: 1px solid {theme.outline}; }}")
        grid = QGridLayout(self)
        grid.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        grid.setHorizontalSpacing(4 * GRID)
        title = QLabel(tr("Keyboard shortcuts"))
        title.setFont(font("heading", bold=True))
        grid.addWidget(title, 0, 0, 1, 2)
        for row, (keys, what) in enumerate((*_single_keys(), *_menu_keys(window)), start=1):
            shown = QLabel(keys)
            shown.setFont(font("body", bold=True, tabular=True))
            grid.addWidget(shown, row, 0)
            grid.addWidget(QLabel(what), row, 1)

    def show_over(self) -> None:
        """Opens in the middle of the window."""
        self.adjustSize()
        self.move(self._window.mapToGlobal(self._window.rect().center()) - self.rect().center())
        self.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The key that opened it closes it too."""
        if event.key() == Qt.Key.Key_F1:
            self.close()
        else:
            super().keyPressEvent(event)


def _single_keys() -> list[tuple[str, str]]:
    """Keys that mean something while no text is being written."""
    return [
        (tr("Space"), tr("Train, pause, continue")),
        (".", tr("One step, while training is paused")),
        (tr("Arrow keys"), tr("On a heatmap or the drawn cell: walk the steps and the units")),
        (tr("Arrow keys, Space"), tr("On the digit pad, come to by Tab: move a pen, set it down and lift it")),
        (tr("Delete"), tr("In Influence: erase the row, the pixel or the word under the cursor")),
        (tr("Enter"), tr("On a heatmap: pin the unit, or let it go")),
        (tr("Shift+Up, Shift+Down"), tr("On a heatmap: brush units, as dragging does")),
        (tr("Escape"), tr("On a heatmap: let go of the cursor, then of the brush, then of the pin")),
    ]


def _menu_keys(window: QMainWindow) -> list[tuple[str, str]]:
    native = QKeySequence.SequenceFormat.NativeText
    found = []
    for heading in window.menuBar().actions():
        menu = heading.menu()
        for action in menu.actions() if isinstance(menu, QMenu) else ():
            if not action.shortcut().isEmpty():
                what = action.text().replace("&", "").rstrip("…")
                found.append((action.shortcut().toString(native), what))
    return found
