"""How large the network is: its number of parameters, and the shape of every matrix, as the settings are typed."""

import re

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHeaderView, QLabel, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from workbench.models.shapes import Shape
from workbench.session.choices import Choices
from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme, font
from workbench.ui.widgets.section import Section

#: The list grows with the network up to so many lines, and scrolls beyond.
_MOST_LINES = 14

_LAYER = re.compile(r"layers\.(\d+)\.(weight|bias)_(ih|hh|peephole)_l0(_reverse)?")


def part_name(name: str) -> tuple[str, str]:
    """A weight's name in the network's state as words: the part of the network, and which weight of it."""
    found = _LAYER.fullmatch(name)
    if found:
        number, kind, source, reverse = found.groups()
        part = tr("Layer {n}, backward") if reverse else tr("Layer {n}")
        what = {
            ("weight", "ih"): tr("from the input"),
            ("weight", "hh"): tr("from h"),
            ("bias", "ih"): tr("bias, input"),
            ("bias", "hh"): tr("bias, h"),
            ("weight", "peephole"): tr("peepholes, from c"),
        }[kind, source]
        return part.format(n=number), what
    parts = {
        "input.embedding": tr("Embedding"),
        "input.projection": tr("Input projection"),
        "convolution_1": tr("First convolution"),
        "convolution_2": tr("Second convolution"),
        "hidden_1": tr("First linear layer"),
        "hidden_2": tr("Second linear layer"),
        "head": tr("Head"),
    }
    if name == "input.vectors":
        return tr("Word vectors, given"), tr("one for each word")
    if name in ("mean", "deviation"):
        return tr("Of the training pictures"), tr("mean") if name == "mean" else tr("deviation")
    part_id, _, kind = name.rpartition(".")
    return parts.get(part_id, part_id), tr("weights") if kind == "weight" else tr("bias")


class NetworkSize(QWidget):
    """The number of parameters, and on opening it the shapes behind it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shapes: tuple[Shape, ...] | None = None
        self.total = QLabel(self)
        self.total.setObjectName("parameterCount")
        self.total.setFont(font("body", tabular=True))
        self.total.setWordWrap(True)
        self.list = QTreeWidget(self)
        self.list.setObjectName("weightShapes")
        self.list.setAccessibleName(tr("Shapes of the network's weights"))
        self.list.setHeaderLabels([tr("Part"), tr("Shape, numbers")])
        self.list.setRootIsDecorated(True)
        self.list.setIndentation(12)
        self.list.setUniformRowHeights(True)
        self.list.setFont(font("caption", tabular=True))
        self.list.header().setFont(font("caption"))
        self.list.header().setStretchLastSection(False)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemExpanded.connect(self._fit)
        self.list.itemCollapsed.connect(self._fit)
        self.section = Section(tr("Shapes"), self.list, is_open=False, parent=self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID // 2, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self.total)
        layout.addWidget(self.section)

    def set_theme(self, theme: Theme) -> None:
        """Colours of the arrow."""
        self.section.set_theme(theme)

    def show_choices(self, choices: Choices) -> None:
        """Counts again when the shapes changed."""
        if choices.shapes == self._shapes:
            return
        self._shapes = choices.shapes
        if not choices.shapes:
            self.total.setText(tr("The number of parameters shows here once the data are known."))
            self.section.hide()
            return
        self.section.show()
        count = sum(shape.numbers for shape in choices.shapes if shape.is_trained)
        self.total.setText(tr("{count:,} parameters").format(count=count))
        self._fill(choices.shapes)

    def _fill(self, shapes: tuple[Shape, ...]) -> None:
        closed = {item.text(0) for item in self._tops() if not item.isExpanded()}
        self.list.clear()
        tops: dict[str, QTreeWidgetItem] = {}
        counts: dict[str, int] = {}
        for shape in shapes:
            part, what = part_name(shape.name)
            if part not in tops:
                tops[part] = QTreeWidgetItem(self.list, [part])
            row = QTreeWidgetItem(tops[part], [what, " × ".join(map(str, shape.shape))])
            for column in (0, 1):
                row.setToolTip(column, tr("{name}: {count:,} numbers").format(name=shape.name, count=shape.numbers))
            row.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            counts[part] = counts.get(part, 0) + shape.numbers
        for part, item in tops.items():
            item.setText(1, f"{counts[part]:,}")
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setExpanded(part not in closed)
        self._fit()

    def _tops(self) -> list[QTreeWidgetItem]:
        return [item for n in range(self.list.topLevelItemCount()) if (item := self.list.topLevelItem(n)) is not None]

    @Slot()
    def _fit(self) -> None:
        lines = sum(1 + (item.childCount() if item.isExpanded() else 0) for item in self._tops())
        line = max(self.list.sizeHintForRow(0), self.list.fontMetrics().height() + 4)
        self.list.setFixedHeight(
            self.list.header().sizeHint().height() + line * min(lines, _MOST_LINES) + 2 * self.list.frameWidth()
        )
