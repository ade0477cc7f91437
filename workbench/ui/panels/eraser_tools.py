"""The eraser of the Influence panel: its size, and what it took away brought back."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSpinBox, QWidget

from workbench.session.influence_desk import LARGEST_ERASER, SMALLEST_ERASER
from workbench.session.session import Session
from workbench.ui import icons, stylesheet
from workbench.ui.panels.controls import enable
from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme


class EraserTools(QWidget):
    """A row: the eraser's side in pixels, where there are any; undo, redo and restore."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.eraser = QSpinBox()
        self.eraser.setObjectName("eraser")
        self.eraser.setAccessibleName(tr("Size of the eraser"))
        self.eraser.setToolTip(tr("Side of the eraser, in pixels of the picture"))
        self.eraser.setRange(SMALLEST_ERASER, LARGEST_ERASER)
        self.eraser.setSuffix(tr(" px"))
        stylesheet.inset(self.eraser)
        self.eraser_name = QLabel(tr("Eraser"))
        self.undo, self.redo, self.restore = (QPushButton() for _ in range(3))
        for button, name, words in (
            (self.undo, "influenceUndo", tr("Undo")), (self.redo, "influenceRedo", tr("Redo")),
            (self.restore, "influenceRestore", tr("Bring everything back")),
        ):  # fmt: skip
            button.setObjectName(name)
            button.setAccessibleName(words)
        self.restore.setText(tr("Restore"))
        self.undo.setProperty("flat", "true")
        self.redo.setProperty("flat", "true")
        self.eraser.valueChanged.connect(self._eraser_changed)
        self.undo.clicked.connect(self.undo_stroke)
        self.redo.clicked.connect(self.redo_stroke)
        self.restore.clicked.connect(self._restore)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID // 2)
        row.addWidget(self.eraser_name)
        row.addWidget(self.eraser)
        row.addStretch(1)
        row.addWidget(self.undo)
        row.addWidget(self.redo)
        row.addWidget(self.restore)

    def refresh(self, *, is_picture: bool) -> None:
        """What can be undone. Only a picture has pixels that an eraser could be as wide as."""
        desk = self._session.influence
        self.eraser_name.setVisible(is_picture)
        self.eraser.setVisible(is_picture)
        self.eraser.setValue(desk.eraser)
        enable(self.undo, desk.can_undo, tr("Undo the last stroke of the eraser"), tr("Nothing to undo"))
        enable(self.redo, desk.can_redo, tr("Erase again what was brought back"), tr("Nothing to do again"))
        enable(self.restore, bool(desk.erased), tr("Bring back all that is erased"), tr("Nothing is erased"))

    def set_theme(self, theme: Theme) -> None:
        """Icons in the theme's colours."""
        self.undo.setIcon(icons.icon("undo", theme))
        self.redo.setIcon(icons.icon("redo", theme))

    @Slot(int)
    def _eraser_changed(self, side: int) -> None:
        self._session.influence.set_eraser(side)

    @Slot()
    def undo_stroke(self) -> None:
        """Brings back what was erased last."""
        self._session.influence.undo()

    @Slot()
    def redo_stroke(self) -> None:
        """Erases it again."""
        self._session.influence.redo()

    @Slot()
    def _restore(self) -> None:
        self._session.influence.restore()
