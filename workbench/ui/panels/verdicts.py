"""The table of verdicts: cell by cell, then stack by stack, then weight by weight, each with its largest errors."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from workbench.session.verifying import VerifyDesk
from workbench.ui.icons import icon
from workbench.ui.panels.network_size import part_name
from workbench.ui.text import tr
from workbench.ui.theme import GRID, LIGHT, Theme, font

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon

    from workbench.insight.verify import Stack, Verdict

#: Which errors stand in which column: of the gates or of the gradients, and the way they were found.
_COLUMNS = (
    ("gates", "fused"), ("gates", "trace"), ("gates", "by hand"),
    ("gradients", "fused"), ("gradients", "by hand"), ("gradients", "differences"),
)  # fmt: skip

_LAYER = re.compile(r"layers\.(\d+)\.(weight_ih|weight_hh|bias_ih|bias_hh|weight_peephole)_l0(_reverse)?")

#: The least room for a cell's name; in a narrower place the numbers are scrolled to.
_NAME = 128

Errors = list[float | None]
"""One row of the table: by column, None where there is nothing to compute."""


class _GroupedHeader(QHeaderView):
    """A header with a line above it that says what several columns have in common."""

    def __init__(self, groups: Sequence[tuple[int, str]], parent: QWidget) -> None:
        """``groups``: how many columns each takes, from the last one backwards, and its title."""
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._groups = groups
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)

    def sizeHint(self) -> QSize:
        """Two lines."""
        size = super().sizeHint()
        return QSize(size.width(), size.height() + self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The columns' own titles, and each group's over a line as wide as its columns."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setPen(self.palette().placeholderText().color())
        first = self.count() - sum(count for count, _ in self._groups)
        line = self.fontMetrics().height() + 3
        for count, title in self._groups:
            left = self.sectionViewportPosition(first) + GRID
            last = first + count - 1
            right = self.sectionViewportPosition(last) + self.sectionSize(last) - 3
            painter.drawText(QRect(left, 2, right - left, line), int(Qt.AlignmentFlag.AlignHCenter), title)
            painter.drawLine(left, line, right, line)
            first += count


class VerdictTable(QTreeWidget):
    """Shows what the checks have found so far. Right is a tick and wrong a cross, whatever the colours say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("verifyTable")
        self.setAccessibleName(tr("Verdicts"))
        self._theme = LIGHT
        #: Of each sign there is one picture, however many rows it stands in.
        self._signs: dict[str, QIcon] = {}
        self._cells: dict[str, QTreeWidgetItem] = {}
        self._stacks: dict[Stack, QTreeWidgetItem] = {}
        self._shown: dict[Stack, Verdict | None] = {}
        self._limit = 0.0
        self.setFont(font("caption", tabular=True))
        self.setIndentation(14)
        self.setIconSize(QSize(12, 12))
        self.setHorizontalScrollMode(QTreeWidget.ScrollMode.ScrollPerPixel)
        self.setStyleSheet(
            "QAbstractItemView::item { padding: 1px; } QHeaderView::section { padding: 2px 4px 3px 4px; }"
        )
        self._set_header()

    def set_theme(self, theme: Theme) -> None:
        """Signs and numbers in the theme's colours."""
        self._theme = theme
        self._signs = {}
        self._shown = {}  # everything is filled anew

    def show_desk(self, desk: VerifyDesk) -> None:
        """All stacks of the plan; those that are not checked yet are empty."""
        if desk.plan is not None and tuple(self._stacks) != desk.plan.stacks:
            self._build(desk.plan.stacks)
        self._limit = desk.plan.limit if desk.plan is not None else self._limit
        changed = [
            stack for stack in self._stacks
            if stack not in self._shown or self._shown[stack] is not desk.verdicts.get(stack)
        ]  # fmt: skip
        for stack in changed:
            self._shown[stack] = desk.verdicts.get(stack)
            self._show_verdict(self._stacks[stack], self._shown[stack])
        for variant in dict.fromkeys(stack.variant for stack in changed):
            self._show_cell(variant)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The names take what the numbers leave."""
        super().resizeEvent(event)
        numbers = sum(self.columnWidth(1 + number) for number in range(len(_COLUMNS)))
        self.setColumnWidth(0, max(_NAME, self.viewport().width() - numbers))
        for variant, row in self._cells.items():
            row.setText(0, self._broken(tr(variant)))

    def _set_header(self) -> None:
        ways = {
            "fused": tr("fused"), "trace": tr("trace"), "by hand": tr("hand"), "differences": tr("finite"),
        }  # fmt: skip
        tips = {
            "fused": tr("torch's own kernel"),
            "trace": tr("every gate, found from the fused kernel's h without a loop"),
            "by hand": tr("written out by hand in NumPy"),
            "differences": tr("finite differences: each weight moved a little up and down"),
        }
        self.setHeader(_GroupedHeader(((3, tr("gates")), (3, tr("gradients"))), self))
        self.setHeaderLabels([tr("Cell, layers, directions"), *(ways[way] for _, way in _COLUMNS)])
        header, metrics = self.header(), QFontMetrics(font("caption", bold=True, tabular=True))
        header.setFont(font("caption"))
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        width = max(map(metrics.horizontalAdvance, ("2e-16", "8e-04")))
        width = max(width, *map(QFontMetrics(font("caption")).horizontalAdvance, ways.values())) + GRID + 1
        for column, (of, way) in enumerate(_COLUMNS, start=1):
            self.setColumnWidth(column, width)
            self.headerItem().setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom)
            tip = tr("Largest error of the {what}, relative to the largest value: {way}.")
            what = tr("gates") if of == "gates" else tr("gradients")
            self.headerItem().setToolTip(column, tip.format(what=what, way=tips[way]))
        self.headerItem().setToolTip(0, tr("Everything is held to torch's textbook step and its autograd, in float64."))

    def _build(self, stacks: Iterable[Stack]) -> None:
        self.clear()
        self._cells, self._stacks, self._shown = {}, {}, {}
        for stack in stacks:
            if stack.variant not in self._cells:
                self._cells[stack.variant] = self._row(None, self._broken(tr(stack.variant)))
            self._stacks[stack] = self._row(self._cells[stack.variant], _stack_name(stack))

    def _broken(self, name: str) -> str:
        """A cell's name on two lines, where one has no room for it."""
        room = self.columnWidth(0) - self.indentation() - self.iconSize().width() - 2 * GRID
        if self.fontMetrics().horizontalAdvance(name) <= room:
            return name
        return ",\n".join(name.rsplit(", ", 1))

    def _show_cell(self, variant: str) -> None:
        """A cell's own row: the worst of its stacks, and its sign once all are checked."""
        found = [verdict for stack, verdict in self._shown.items() if stack.variant == variant]
        known = [verdict for verdict in found if verdict is not None]
        rows = [_worst_by_column(verdict) for verdict in known]
        self._fill(
            self._cells[variant], [_worst(row[column] for row in rows) for column in range(len(_COLUMNS))],
            is_known=len(known) == len(found) or any(not verdict.is_green for verdict in known),
        )  # fmt: skip
        red = sum(not verdict.is_green for verdict in known)
        text = tr("{cell}: {red} of {all} red").format(cell=tr(variant), red=red, all=len(found))
        self._cells[variant].setToolTip(0, text)

    def _show_verdict(self, row: QTreeWidgetItem, verdict: Verdict | None) -> None:
        opened = row.isExpanded()
        while (below := row.child(0)) is not None:
            row.removeChild(below)  # PySide6 never lets go of what takeChildren() takes (seen with 6.11.3)
        self._fill(row, [None] * len(_COLUMNS) if verdict is None else _worst_by_column(verdict), verdict is not None)
        if verdict is None:
            return
        for name in verdict.gradients["by hand"]:
            weight = self._row(row, _weight_name(name))
            weight.setToolTip(0, _weight_tip(name))
            errors = [verdict.gradients.get(way, {}).get(name) if of == "gradients" else None for of, way in _COLUMNS]
            self._fill(weight, errors, is_known=True)
        row.setExpanded(opened)

    def _row(self, above: QTreeWidgetItem | None, name: str) -> QTreeWidgetItem:
        row = QTreeWidgetItem(self if above is None else above, [name])
        for column in range(1, 1 + len(_COLUMNS)):
            row.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return row

    def _fill(self, row: QTreeWidgetItem, errors: Errors, is_known: bool) -> None:
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        for column, error in enumerate(errors, start=1):
            wrong = error is not None and not error < self._limit
            row.setText(column, _number(error) if error is not None else "–" if is_known else "")
            row.setFont(column, bold if wrong else self.font())
            row.setForeground(column, QBrush(QColor(self._theme.error if wrong else self._theme.text)))
            row.setToolTip(column, "" if error is None else f"{error:.3e}")
        worst = _worst(errors)
        wrong = worst is not None and not worst < self._limit
        row.setIcon(0, self._sign(is_known, wrong))
        verdict = (tr("red") if wrong else tr("green")) if is_known else tr("not checked yet")
        row.setData(0, Qt.ItemDataRole.AccessibleDescriptionRole, verdict)

    def _sign(self, is_known: bool, wrong: bool) -> QIcon:
        name, colour = ("cross", self._theme.error) if wrong else ("check", self._theme.success)
        if not is_known:
            name, colour = "more", self._theme.disabled
        if name not in self._signs:
            self._signs[name] = icon(name, self._theme, colour=colour)
        return self._signs[name]


def _worst(errors: Iterable[float | None]) -> float | None:
    """The largest; not a number counts as infinitely wrong."""
    return max((math.inf if math.isnan(error) else error for error in errors if error is not None), default=None)


def _worst_by_column(verdict: Verdict) -> Errors:
    gradients: Mapping[str, Mapping[str, float]] = verdict.gradients
    return [
        verdict.gates.get(way) if of == "gates" else _worst(gradients.get(way, {}).values()) for of, way in _COLUMNS
    ]


def _number(error: float) -> str:
    """One digit, two where something is wrong enough to be read without an exponent: ``3e-16``, ``0.58``."""
    return f"{error:.2g}" if error == 0.0 or error >= 0.01 else f"{error:.0e}".replace("e-0", "e-")


def _stack_name(stack: Stack) -> str:
    directions = tr("both") if stack.bidirectional else tr("one")
    return (tr("1 layer, {both}") if stack.depth == 1 else tr("{n} layers, {both}")).format(
        n=stack.depth, both=directions
    )


def _weight_name(name: str) -> str:
    """By the letters of the equations, since there is little room: W from the input, U from h, p from c."""
    found = _LAYER.fullmatch(name)
    if found is None:
        return name
    number, kind, reverse = found.groups()
    letter = {"weight_ih": "W", "weight_hh": "U", "bias_ih": "b", "bias_hh": "d", "weight_peephole": "p"}[kind]
    return (tr("layer {n} ← {letter}") if reverse else tr("layer {n} {letter}")).format(n=number, letter=letter)


def _weight_tip(name: str) -> str:
    if name == "x":
        return tr("the input x")
    part, what = part_name(name)
    return f"{part}: {what} ({name})"
