"""A story as it is written: each word can be asked how likely it was, and what else might have stood there."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QTextEdit, QToolTip, QWidget

from workbench.config import Split
from workbench.data.text import gap, told
from workbench.ui.text import tr
from workbench.ui.theme import LIGHT, Theme, font, mixed
from workbench.ui.widgets.candidates import visible, word_share

_WORD = QTextFormat.Property.UserProperty.value + 1
#: The strongest tint, of a word that was hardly likely at all; text stays readable on it.
STRONGEST = 0.34


@dataclass(frozen=True)
class StoryWord:
    """A word, its probability when it was chosen, and the likeliest words at that place with theirs."""

    text: str
    probability: float
    candidates: tuple[tuple[str, float], ...] = ()
    #: The number is the cosine to what the network told, which is no probability.
    is_cosine: bool = False


class StoryText(QTextEdit):
    """Seed words in bold, then told words, tinted where the network hesitated. Read-only, can be copied.

    ``wordHovered`` gives the place of the word under the pointer, seed words counted, or -1; ``wordClicked`` likewise.
    """

    wordHovered = Signal(int)  # noqa: N815 (Qt's signals are camelCase)
    wordClicked = Signal(int)  # noqa: N815

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._seed: tuple[str, ...] = ()
        self._split: Split = "spaces"
        self._words: list[StoryWord] = []
        self._hovered = -1
        self._marked: int | None = None
        self._empty = ""
        self.setObjectName("storyText")
        self.setProperty("role", "page")
        self.setReadOnly(True)
        self.setAcceptRichText(False)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName(tr("Story"))

    @property
    def words(self) -> tuple[StoryWord, ...]:
        """The told words, without the seed."""
        return tuple(self._words)

    @property
    def seed(self) -> tuple[str, ...]:
        """The seed words."""
        return self._seed

    def story(self) -> str:
        """Seed and told words as plain text."""
        return told(self._texts(), self._split)

    def set_story(self, seed: Sequence[str], words: Sequence[StoryWord], split: Split = "spaces") -> None:
        """Show this story. When it continues the one shown, only the new words are written.

        ``split``: how its text was cut, which says where spaces belong.
        """
        seed, words = tuple(seed), list(words)
        if (seed, split) == (self._seed, self._split) and words[: len(self._words)] == self._words:
            self._append(words[len(self._words) :])
            return
        self._seed, self._words, self._split = seed, words, split
        self._write_all()

    def _append(self, words: Sequence[StoryWord]) -> None:
        """Write more words; the view follows, unless the reader has scrolled away."""
        if not words:
            return
        bar = self.verticalScrollBar()
        following = bar.value() >= bar.maximum() - 4
        first = len(self._seed) + len(self._words)
        self._words.extend(words)
        self._write(range(first, first + len(words)))
        if following:
            bar.setValue(bar.maximum())

    def mark(self, place: int | None) -> None:
        """Underline the word at a place (seed words counted): the step under the shared cursor."""
        if place == self._marked:
            return
        for index, underlined in ((self._marked, False), (place, True)):
            cursor = self._cursor_on(index)
            if cursor is not None:
                change = QTextCharFormat()
                change.setFontUnderline(underlined)
                change.setUnderlineColor(QColor(self._theme.accent))
                cursor.mergeCharFormat(change)
        self._marked = place

    def set_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        if theme is not self._theme:
            self._theme = theme
            self._write_all()

    def set_empty_text(self, text: str) -> None:
        """What stands here before there is a story; Qt's own placeholder shows one line and cuts the rest off."""
        if text != self._empty:
            self._empty = text
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The story, or the words that stand in for it."""
        super().paintEvent(event)
        if self._empty and not self._seed and not self._words:
            painter = QPainter(self.viewport())
            painter.setPen(QColor(self._theme.secondary))
            area = self.viewport().rect().adjusted(4, 4, -4, -4)
            painter.drawText(area, int(Qt.TextFlag.TextWordWrap), self._empty)

    def sizeHint(self) -> QSize:
        """A paragraph."""
        return QSize(420, 260)

    def viewportEvent(self, event: QEvent) -> bool:
        """A word's tool tip: its probability and the words it was chosen from."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self.place_at(event.pos())
            text = "" if place is None else self.explanation(place)
            if text:
                QToolTip.showText(event.globalPos(), text, self)
            else:
                QToolTip.hideText()
            return True
        if event.type() == QEvent.Type.Leave:
            self._hover(-1)
        return super().viewportEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say which word is under the pointer."""
        super().mouseMoveEvent(event)
        place = self.place_at(event.position().toPoint())
        self._hover(-1 if place is None else place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on a word, unless text was selected with it."""
        super().mouseReleaseEvent(event)
        place = self.place_at(event.position().toPoint())
        if place is not None and not self.textCursor().hasSelection():
            self.wordClicked.emit(place)

    def place_at(self, position: QPoint) -> int | None:
        """The place of the word at a position of the viewport, seed words counted."""
        cursor = self.cursorForPosition(position)
        box = self.cursorRect(cursor)
        if not box.adjusted(-24, -2, 24, 2).contains(position):
            return None
        cursor.movePosition(QTextCursor.MoveOperation.NextCharacter)
        stored = cursor.charFormat().property(_WORD)
        return stored if isinstance(stored, int) else None

    def explanation(self, place: int) -> str:
        """What the tool tip says, as HTML."""
        if place < len(self._seed):
            return escape(tr("Seed word: given, not told."))
        word = self._words[place - len(self._seed)]
        share = word_share(word.probability, is_cosine=word.is_cosine)
        rows = [f"<b>{escape(visible(word.text))}</b>&nbsp; {escape(share)}"]
        if word.candidates:
            cells = "".join(
                f"<tr><td>{escape(visible(text))}</td><td align='right'>&nbsp;&nbsp;"
                f"{escape(word_share(probability, is_cosine=word.is_cosine))}</td></tr>"
                for text, probability in word.candidates
            )
            rows.append(f"<table cellspacing='0' cellpadding='1'>{cells}</table>")
        return "".join(rows)

    def _hover(self, place: int) -> None:
        if place != self._hovered:
            self._hovered = place
            self.wordHovered.emit(place)

    def _write_all(self) -> None:
        self.clear()
        self._marked = None
        self._write(range(len(self._seed) + len(self._words)))

    def _write(self, places: range) -> None:
        """Words at the end, in one edit: Qt lays the whole paragraph out again after each."""
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        plain = QTextCharFormat()
        plain.setFont(font("heading"))
        plain.setForeground(QColor(self._theme.text))
        cursor.beginEditBlock()
        for place in places:
            self._write_word(cursor, place, plain)
        cursor.endEditBlock()

    def _write_word(self, cursor: QTextCursor, place: int, plain: QTextCharFormat) -> None:
        if space := gap(self._text_at(place - 1), self._text_at(place), self._split):
            cursor.insertText(space, plain)
        style = QTextCharFormat(plain)
        style.setProperty(_WORD, place)
        if place < len(self._seed):
            style.setFontWeight(QFont.Weight.DemiBold)
            cursor.insertText(self._seed[place], style)
            return
        word = self._words[place - len(self._seed)]
        doubt = STRONGEST * (1.0 - min(max(word.probability, 0.0), 1.0))
        if doubt > 0.02:
            style.setBackground(mixed(self._theme.gates["g"], self._theme.surface, doubt))
        cursor.insertText(word.text, style)

    def _cursor_on(self, place: int | None) -> QTextCursor | None:
        """The text of the word at a place, selected."""
        if place is None or not 0 <= place < len(self._seed) + len(self._words):
            return None
        texts = self._texts()
        end = len(told(texts[: place + 1], self._split))
        cursor = QTextCursor(self.document())
        cursor.setPosition(end - len(texts[place]))
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def _texts(self) -> list[str]:
        return [*self._seed, *(word.text for word in self._words)]

    def _text_at(self, place: int) -> str:
        """The word at a place, nothing before the first."""
        if place < len(self._seed):
            return self._seed[place] if place >= 0 else ""
        return self._words[place - len(self._seed)].text
