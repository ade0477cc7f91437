"""A check box for a setting that is on or off."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QWidget


class Switch(QCheckBox):
    """The control for a setting that is true or false."""

    edited = Signal(object)

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.clicked.connect(self._clicked)

    def show_value(self, value: object) -> None:
        """Show the session's value."""
        self.setChecked(bool(value))

    @Slot(bool)
    def _clicked(self, checked: bool) -> None:
        self.edited.emit(checked)
