"""A drop-down list of words, chosen by id and shown in the person's language."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from workbench.ui.widgets.drop_down import DropDown


class Choice(DropDown):
    """The control for one of a few ids. ``edited`` carries the id that the person chose."""

    edited = Signal(object)

    def __init__(self, options: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        """``options``: (id, text) each."""
        super().__init__(parent)
        for option, text in options:
            self.addItem(text, option)
        self.setMinimumContentsLength(6)
        self.setMinimumWidth(96)
        self.activated.connect(self._chosen)

    def set_options(self, options: Sequence[tuple[str, str]]) -> None:
        """Other (id, text), where they are other ones; what was chosen stays so, where it is still there."""
        if list(options) == [(self.itemData(k), self.itemText(k)) for k in range(self.count())]:
            return
        chosen = self.currentData()
        self.clear()
        for option, text in options:
            self.addItem(text, option)
        self.show_value(chosen)

    def show_value(self, value: object) -> None:
        """Show the session's choice."""
        index = self.findData(value)
        if index != self.currentIndex():
            self.setCurrentIndex(index)

    @Slot(int)
    def _chosen(self, index: int) -> None:
        self.edited.emit(self.itemData(index))
