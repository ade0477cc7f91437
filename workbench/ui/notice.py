"""The notice: one line above the playground that tells or asks, and never stands in the way."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme


class Notice(QFrame):
    """Hidden until there is something to say."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.setAccessibleName(tr("Notice"))
        self._details = ""
        #: Whether an answer is waited for, and what is to be told when it came.
        self._is_asking = False
        self._waiting: Callable[[], None] | None = None
        self._label = QLabel()
        self._label.setObjectName("noticeText")
        self._label.setWordWrap(True)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._copy = QPushButton(tr("Copy details"))
        self._copy.setObjectName("noticeCopy")
        self._copy.clicked.connect(self._copy_details)
        self._dismiss = QPushButton(tr("Close"))
        self._dismiss.setObjectName("noticeClose")
        self._dismiss.clicked.connect(self._close)
        self._answers = QHBoxLayout()
        self._answers.setSpacing(GRID)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID, GRID, GRID, GRID)
        row.setSpacing(GRID)
        row.addWidget(self._label, 1)
        row.addLayout(self._answers)
        row.addWidget(self._copy)
        row.addWidget(self._dismiss)
        self.set_theme(theme)
        self.hide()

    def say(self, sentence: str, details: str = "", *, way_out: tuple[str, Callable[[], None]] | None = None) -> None:
        """Tells one sentence; what was told before is in the log. ``way_out`` is a button that need not be pressed.

        A question that nobody has answered yet stays, and what is told waits for the answer.
        """
        if self._is_asking:
            self._waiting = partial(self.say, sentence, details, way_out=way_out)
            return
        self._forget_answers()
        self._details = details
        self._label.setText(sentence)
        self._copy.setVisible(bool(details))
        self._dismiss.show()
        if way_out is not None:
            self._offer(0, *way_out)
        self.show()

    def ask(self, question: str, answers: Sequence[tuple[str, Callable[[], None]]]) -> None:
        """Asks; each answer is a button that closes the notice and calls its slot. The first one has the focus."""
        self._forget_answers()
        self._is_asking = True
        self._label.setText(question)
        self._copy.hide()
        self._dismiss.hide()
        for number, (text, slot) in enumerate(answers):
            self._offer(number, text, slot)
        self.show()
        first = self._answers.itemAt(0)
        widget = first.widget() if first is not None else None
        if widget is not None:
            widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_theme(self, theme: Theme) -> None:
        self.setStyleSheet(
            f"#notice {{ background: {theme.selection}; border: none; border-bottom: 1px solid {theme.hairline}; }}"
        )

    def _offer(self, number: int, text: str, slot: Callable[[], None]) -> None:
        button = QPushButton(text)
        button.setObjectName(f"noticeAnswer{number}")
        button.clicked.connect(self._close)
        button.clicked.connect(slot)
        self._answers.addWidget(button)

    def _forget_answers(self) -> None:
        while (item := self._answers.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()

    @Slot()
    def _close(self) -> None:
        self.hide()
        self._is_asking = False
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting()

    @Slot()
    def _copy_details(self) -> None:
        QGuiApplication.clipboard().setText(f"{self._label.text()}\n\n{self._details}")
