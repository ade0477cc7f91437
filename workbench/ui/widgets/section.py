"""A heading that opens and closes what is under it."""

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from workbench import paths
from workbench.ui.theme import GRID, LIGHT, Theme, font


class Section(QWidget):
    """A title with an arrow, a short summary at its right, and a widget under both."""

    def __init__(self, title: str, content: QWidget, *, is_open: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._summary_text = ""
        self._content = content
        self.header = QToolButton(self)
        self.header.setText(title)
        self.header.setCheckable(True)
        self.header.setChecked(is_open)
        self.header.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.header.setIconSize(QSize(10, 10))
        self.header.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.header.setFont(font("body", bold=True))
        # An open section is not a pressed button, as the colour of a checked one would say; and its arrow stands at the
        # left edge of what is under it.
        self.header.setStyleSheet(
            "QToolButton { padding: 4px 6px 4px 0; }"
            "QToolButton:focus { padding: 3px 5px 3px 0; }"
            "QToolButton:checked:!hover { background: transparent; }"
        )
        self.header.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.header.toggled.connect(self._toggled)
        self._summary = QLabel(self)
        self._summary.setProperty("role", "caption")
        # Narrow places cut the summary's end, never the settings under it.
        self._summary.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._summary.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 0, 0)
        top.addWidget(self.header)
        top.addWidget(self._summary, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, GRID // 2)
        layout.setSpacing(GRID // 2)
        layout.addLayout(top)
        layout.addWidget(content)
        content.setVisible(is_open)
        self.set_theme(LIGHT)

    @property
    def is_open(self) -> bool:
        """Whether the content is shown."""
        return self.header.isChecked()

    def open(self, is_open: bool = True) -> None:
        """Show or hide the content."""
        self.header.setChecked(is_open)

    def set_summary(self, text: str) -> None:
        """A few words at the right of the title, read while the section is closed too."""
        self._summary_text = text
        self._summary.setToolTip(text)
        self._elide()
        self.header.setAccessibleDescription(text)

    def set_theme(self, theme: Theme) -> None:
        """The arrow in the theme's colour."""
        self._theme = theme
        self._toggled(self.is_open)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The summary takes the room that the title leaves."""
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        room = self.width() - self.header.sizeHint().width() - GRID
        text = self._summary.fontMetrics().elidedText(self._summary_text, Qt.TextElideMode.ElideRight, room)
        if text != self._summary.text():
            self._summary.setText(text)

    @Slot(bool)
    def _toggled(self, is_open: bool) -> None:
        glyph = "chevron-down" if is_open else "chevron-right"
        folder = paths.resources() / "icons" / "glyphs" / self._theme.name
        self.header.setIcon(QIcon(str(folder / f"{glyph}.svg")))
        self._content.setVisible(is_open)
