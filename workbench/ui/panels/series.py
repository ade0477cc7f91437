"""The series tab: each number that should be told, what the network tells, and how far apart they are."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QScrollArea, QTableView, QVBoxLayout, QWidget

from workbench.errors import BadInput
from workbench.session.change import Change
from workbench.session.series_desk import Numbers, numbers_of
from workbench.session.session import Session
from workbench.ui.panels.controls import caption_label
from workbench.ui.panels.network_caption import network_caption
from workbench.ui.panels.panel import Panel
from workbench.ui.panels.train_for import TrainFor
from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme, font
from workbench.ui.widgets.legend import Legend
from workbench.ui.widgets.told_numbers import ToldNumbers
from workbench.ui.widgets.told_table import ToldTable


class SeriesPanel(Panel):
    """Shows the series of the network that answers; with none, that of the chosen preset."""

    listens: ClassVar[Change] = (
        Change.READING | Change.NETWORK | Change.TRAINING | Change.PRESETS | Change.SETTINGS | Change.CURSOR
    )

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.setObjectName("seriesPanel")
        self.setAccessibleName(tr("Follow a series"))
        self.title = QLabel()
        self.title.setObjectName("seriesTitle")
        self.title.setProperty("role", "heading")
        self.title.setWordWrap(True)
        self.verdict = QLabel()
        self.verdict.setObjectName("seriesVerdict")
        self.verdict.setWordWrap(True)
        self.verdict.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.legend = Legend()
        self.legend.setObjectName("seriesLegend")
        self.legend.setAccessibleName(tr("Legend"))
        self.plot = ToldNumbers()
        self.plot.setObjectName("seriesPlot")
        self.plot.set_empty_text(tr("Choose a series under Experiment: its numbers will stand here."))
        self.reading = caption_label("seriesReading")
        self.table = ToldTable(self)
        self.table_view = QTableView()
        self.table_view.setObjectName("seriesTable")
        self.table_view.setAccessibleName(tr("Target and told number at every step"))
        self.table_view.setModel(self.table)
        self.train = TrainFor(session, "series", tr("Train on primes"))
        self.caption = caption_label("seriesCaption")
        self._build()
        self._connect()
        self.set_theme(theme)

    # --- showing ------------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """The series, what was told of it, and the step that is pointed at."""
        numbers = self._numbers()
        told = self._told(numbers)
        self.train.refresh()
        if numbers is None:
            self.title.setText(tr("No series is chosen"))
            self.plot.set_numbers(np.zeros(0), None)
            self.table.set_rows((), ())
        else:
            self.title.setText(numbers.caption[:1].upper() + numbers.caption[1:])
            self.plot.set_numbers(numbers.targets, told)
            self.table.set_rows(_head(numbers), _rows(numbers, told))
        self.legend.set_entries(self.plot.entries() if numbers is not None else ())
        self.verdict.setText(
            tr(self.session.nobody_answers("series")) if numbers is None or told is None else verdict(numbers, told)
        )
        step = self.session.looking.cursor if self.session.looking.at == "series" else None
        self.plot.set_cursor(step)
        self._mark(step)
        self._show_reading(step)
        self.caption.setText(self._caption_text())

    def set_theme(self, theme: Theme) -> None:
        """Takes on another look."""
        super().set_theme(theme)
        self.plot.set_theme(theme)
        self.legend.set_theme(theme)
        if self.plot.steps:
            self.legend.set_entries(self.plot.entries())

    def _numbers(self) -> Numbers | None:
        in_use = self.session.network_for("series")
        data = self.session.choices.preset.data if in_use is None else in_use.trained.preset.data
        try:
            return numbers_of(data)
        except BadInput:
            return None  # the form says it beside the field

    def _told(self, numbers: Numbers | None) -> NDArray[np.float64] | None:
        answer, in_use = self.session.looking.answers["series"], self.session.network_for("series")
        if numbers is None or answer is None or in_use is None:
            return None
        if not np.array_equal(answer.question.probe.inputs, numbers.inputs):
            return None
        return answer.beliefs[:, 0].astype(np.float64)

    def _mark(self, step: int | None) -> None:
        """The row of the step that is pointed at."""
        selection = self.table_view.selectionModel()
        selection.blockSignals(True)
        if step is None or step >= self.table.rowCount():
            self.table_view.clearSelection()
        else:
            self.table_view.selectRow(step)
        selection.blockSignals(False)
        self.table_view.viewport().update()

    def _show_reading(self, step: int | None) -> None:
        if step is None or step >= self.plot.steps:
            self.reading.setText(tr("Point at a step, here or in the gates, to read it."))
        else:
            self.reading.setText(self._reading_of(step))

    def _reading_of(self, step: int) -> str:
        if step >= self.table.rowCount():
            return ""
        return ", ".join(f"{name} {text}" for name, text in zip(self.table.head, self.table.rows[step], strict=True))

    def _caption_text(self) -> str:
        network = network_caption(self.session, "series")
        if network:
            return tr("Told by {network}.").format(network=network)
        why = self.session.nobody_answers("series")
        return tr("{why} What it tells will stand beside the numbers.").format(why=tr(why))

    # --- acting -------------------------------------------------------------------------------------------------------

    @Slot(QModelIndex, QModelIndex)
    def _row_chosen(self, now: QModelIndex, before: QModelIndex) -> None:
        if now.isValid():
            self.session.point_at(now.row())

    # --- building -----------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        view = self.table_view
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setTabKeyNavigation(False)
        view.horizontalHeader().setFont(font("caption"))
        view.horizontalHeader().setHighlightSections(False)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(view.fontMetrics().height() + GRID)
        view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        view.setMinimumHeight(5 * (view.fontMetrics().height() + GRID))
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(GRID, GRID, GRID, GRID)
        column.setSpacing(GRID)
        column.addWidget(self.title)
        column.addWidget(self.verdict)
        column.addWidget(self.train, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.legend)
        column.addWidget(self.plot, 3)
        column.addWidget(self.reading)
        column.addWidget(view, 2)
        column.addWidget(self.caption)
        scroll = QScrollArea()  # a low window scrolls rather than cuts
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(scroll)

    def _connect(self) -> None:
        self.plot.set_reading(self._reading_of)
        self.plot.cursorMoved.connect(self.point)
        self.plot.cursorLeft.connect(self.point_nowhere)
        self.table_view.selectionModel().currentRowChanged.connect(self._row_chosen)


def verdict(numbers: Numbers, told: NDArray[np.float64]) -> str:
    """How near the network comes, in the unit of the data; of primes also how many are nearest to what was told."""
    difference = told - numbers.targets
    if not np.isfinite(difference).all():
        return tr("The network tells what is no number.")
    worst = int(np.abs(difference).argmax())
    text = tr("Mean squared error {error}; farthest off at step {step}, by {worst}.").format(
        error=f"{float((difference**2).mean()):.3g}".replace("e-0", "e-"), step=worst, worst=_number(difference[worst])
    )
    if numbers.primes:
        meant = [round(target * numbers.scale) for target in numbers.targets.tolist()]
        right = sum(numbers.prime_near(value) == prime for value, prime in zip(told.tolist(), meant, strict=True))
        text += " " + tr("Taken to the nearest prime, {right} of {count} are right.").format(
            right=right, count=len(meant)
        )
    return text


def _head(numbers: Numbers) -> list[str]:
    head = [tr("step"), tr("target"), tr("network"), tr("off by")]
    return [*head, tr("prime"), tr("nearest")] if numbers.primes else head


def _rows(numbers: Numbers, told: NDArray[np.float64] | None) -> list[list[str]]:
    rows = []
    for step, target in enumerate(numbers.targets.tolist()):
        value = None if told is None else float(told[step])
        row = [str(step), _number(target), "–", "–"] if value is None else [
            str(step), _number(target), _number(value), _number(value - target)
        ]  # fmt: skip
        if numbers.primes:
            prime = round(target * numbers.scale)
            near = None if value is None else numbers.prime_near(value)
            row += [str(prime), "–" if near is None else f"{near} {'✓' if near == prime else '✗'}"]
        rows.append(row)
    return rows


def _number(value: float) -> str:
    return f"{value:.5f}".replace("-", "−")
