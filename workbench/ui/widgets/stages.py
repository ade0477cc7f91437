"""The equations of a cell, stage by stage: a sentence, the formula in the gates' colours, and the live numbers."""

from collections.abc import Iterable

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from workbench.insight.equations import CellEquations, Equation, Stage
from workbench.ui.text import tr
from workbench.ui.theme import GRID, LIGHT, Theme, font
from workbench.ui.widgets.formula import numbers, symbol, symbols

_SPACE = "\N{NO-BREAK SPACE}"


class StageText(QLabel):
    """One stage; a bar on its left while it is the one that is played."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._is_current = False
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setFont(font("body", tabular=True))
        self.setContentsMargins(GRID + 2, 2, 0, 2)

    def show_stage(self, stage: Stage, theme: Theme) -> None:
        """The stage's words and numbers; the same again is free."""
        self._theme = theme
        written = stage_as_html(stage, theme)
        if written != self.text():
            self.setText(written)
            self.setAccessibleName(tr(stage.title))
            self.setAccessibleDescription(". ".join(map(str, stage.equations)))

    def set_current(self, is_current: bool) -> None:
        """Whether this stage is being played."""
        if is_current != self._is_current:
            self._is_current = is_current
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The text, and the bar."""
        super().paintEvent(event)
        painter = QPainter(self)
        colour = self._theme.accent if self._is_current else self._theme.hairline
        painter.fillRect(QRect(0, 2, 3 if self._is_current else 1, self.height() - 4), QColor(colour))


class Stages(QWidget):
    """All stages, one under the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("cellStages")
        self.setAccessibleName(tr("Equations"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, GRID // 2, 0)
        self._column.setSpacing(GRID)
        self._column.addStretch(1)
        self.texts: list[StageText] = []

    def show_cell(self, cell: CellEquations, theme: Theme) -> None:
        """The stages of this cell."""
        while len(self.texts) < len(cell.stages):
            text = StageText(self)
            text.setObjectName(f"cellStage{len(self.texts)}")
            self._column.insertWidget(len(self.texts), text)
            self.texts.append(text)
        for number, text in enumerate(self.texts):
            text.setVisible(number < len(cell.stages))
            if number < len(cell.stages):
                text.show_stage(cell.stages[number], theme)

    def set_current(self, stage: int | None) -> None:
        """Marks the stage that is being played; None for none."""
        for number, text in enumerate(self.texts):
            text.set_current(number == stage)


def stage_as_html(stage: Stage, theme: Theme) -> str:
    """Title and sentence above, then each equation in symbols and, below it, in numbers."""
    small = f"color: {theme.secondary}; font-size: {font('caption').pointSizeF():.1f}pt"
    head = f'<b>{tr(stage.title)}.</b>&nbsp; <span style="{small};">{tr(stage.sentence)}</span>'
    rows = "".join(_rows(stage.equations, theme))
    return f'<p style="margin: 0 0 3px 0;">{head}</p><table cellspacing="0" cellpadding="1">{rows}</table>'


def _rows(equations: Iterable[Equation], theme: Theme) -> Iterable[str]:
    equals = f'<span style="color: {theme.secondary};">{_SPACE}={_SPACE}</span>'
    for equation in equations:
        colour = theme.gate(equation.gate).name()
        formula, found = symbols(equation.symbols, theme), numbers(equation.numbers, theme)
        result = f'<b style="color: {colour};">{equation.shown}</b>'
        if equation.held is not None:
            held = tr("held at {value}").format(value=f'<b style="color: {colour};">{equation.held_shown}</b>')
            result = f'<s style="color: {theme.secondary};">{equation.shown}</s>, {held}'
        yield f"<tr><td>{symbol(equation.gate, theme)}</td><td>{equals}</td><td>{formula}</td></tr>"
        yield f"<tr><td></td><td>{equals}</td><td>{found}{equals}{result}</td></tr>"
