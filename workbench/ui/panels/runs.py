"""The Runs panel: every run in a table to sort and filter, what is remarked on them, and what can be done with them."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import ClassVar

from PySide6.QtCore import QItemSelection, QModelIndex, QSignalBlocker, Qt, QTimer, Slot
from PySide6.QtGui import QFontMetrics, QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from workbench.errors import BadInput
from workbench.runs.folders import NETWORK, SNAPSHOTS
from workbench.session.change import Change
from workbench.session.session import Session
from workbench.ui.panels.controls import caption_label, enable, segment_button
from workbench.ui.panels.going_on import GoingOn
from workbench.ui.panels.panel import Panel
from workbench.ui.panels.run_details import RunDetails
from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme, font
from workbench.ui.widgets.choice import Choice
from workbench.ui.widgets.runs_table import BEGAN, RunsTable

#: How many letters each column is wide at first; the note takes what is left.
_WIDTHS = {
    "star": 3, "curve": 4, "began": 22, "preset": 16, "network": 12, "steps": 7, "ended": 9, "accuracy": 11, "loss": 10,
    "seconds": 7, "tags": 10, "note": 12,
}  # fmt: skip

#: Room for a word.
_NARROWEST_FILTER = 88

#: After the last key the filter waits for so long.
_TYPING_MS = 60


class RunsPanel(Panel):
    """What can be done above, the table below it, and at the right what is known of the chosen runs."""

    listens: ClassVar[Change] = Change.RUNS | Change.TIMES | Change.TRAINING | Change.RACE
    interval_ms: ClassVar[int] = 100

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.setObjectName("runsPanel")
        self.setAccessibleName(tr("Runs"))
        self.filter = QLineEdit()
        self.filter.setObjectName("runsFilter")
        self.filter.setAccessibleName(tr("Filter runs"))
        self.filter.setPlaceholderText(tr("Filter: name, preset, network, tag, note …"))
        self.filter.setToolTip(tr("Runs in which each of these words occurs"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setMinimumWidth(_NARROWEST_FILTER)
        self.best = Choice([
            ("", tr("Best by …")), ("accuracy", tr("Best by test right")), ("loss", tr("Best by test loss")),
            ("validation-accuracy", tr("Best by validation right")),
            ("validation-loss", tr("Best by validation loss")), ("seconds", tr("Shortest training")),
        ])  # fmt: skip
        self.best.setObjectName("bestRun")
        self.best.setAccessibleName(tr("Choose the best run"))
        self.best.setToolTip(tr("Chooses the best of the runs in the table"))
        self.draw = segment_button("drawRuns", tr("Curves"))
        self.draw.setCheckable(True)
        self.settings = segment_button("useRunSettings", tr("Settings"))
        self.going_on = GoingOn(session, self._try, self)
        self.travel = segment_button("openRun", tr("Open"))
        self.delete = segment_button("deleteRuns", tr("Delete"))
        self.table = QTableView()
        self.table.setObjectName("runsTable")
        self.table.setAccessibleName(tr("Runs"))
        self.model = RunsTable(self)
        self.empty = QLabel()
        self.empty.setObjectName("runsEmpty")
        self.empty.setProperty("role", "secondary")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.problem = caption_label("runsProblem", "error")
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.details = RunDetails(session)
        self.pages = QStackedWidget()
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._set_up_table()
        self._lay_out()
        self._connect()
        self.set_theme(theme)

    def refresh(self) -> None:
        """Everything from the session."""
        shelf = self.session.runs
        self.model.set_rows(shelf.rows or ())
        self._show_places()
        self._show_chosen()
        self._show_page()
        chosen, one = shelf.chosen, len(shelf.chosen) == 1
        none = tr("Choose a run first")
        those = set(chosen)
        drawn = bool(chosen) and those <= self.model.places.keys()
        enable(
            self.draw,
            bool(chosen),
            tr("Their curves as thin lines in Curves, in the colours that stand here then"),
            none,
        )
        self.draw.setChecked(drawn)
        enable(self.settings, one, tr("Put this run's settings into the form, to change them and train anew"),
               tr("Choose one run"))  # fmt: skip
        self.going_on.refresh()
        enable(self.travel, one, tr("Travel through its snapshots, or let its network answer (double click)"),
               tr("Choose one run"))  # fmt: skip
        is_training = any(row.is_training and row.folder in those for row in shelf.rows or ())
        enable(self.delete, bool(chosen) and not is_training, tr("Move to the system's bin"),
               tr("It is being trained: stop it first") if is_training else none)  # fmt: skip
        self.problem.setText("\n".join([*([shelf.failure] if shelf.failure else []), *map(str, shelf.broken[:3])]))
        self.problem.setVisible(bool(self.problem.text()))
        self.details.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Colours everywhere."""
        super().set_theme(theme)
        self.model.set_theme(theme)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """The folder is looked at only while somebody looks at the table."""
        super().showEvent(event)
        self.session.runs.watch(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.session.runs.watch(False)

    # --- showing ------------------------------------------------------------------------------------------------------

    def _show_page(self) -> None:
        shelf = self.session.runs
        if self.model.rows:
            self.pages.setCurrentWidget(self.table)
            return
        if shelf.rows is None:
            words = tr("Reading the runs …")
        elif shelf.rows:
            words = tr("No run has all of these words.")
        else:
            words = tr("No runs yet. Press Train: each training is kept here, with its settings, curves and network.")
        self.empty.setText(words)
        self.pages.setCurrentWidget(self.empty)

    def _show_places(self) -> None:
        """Whose lines are drawn; those of the training that Curves is about have colours of their own there."""
        about = self.session.times.history
        self.model.set_places({
            run.history.folder: run.place for run in self.session.runs.drawn
            if run.history.folder is not None and not run.is_hidden and (about is None or about.folder != run.key)
        })  # fmt: skip

    def _show_chosen(self) -> None:
        """The rows of the chosen runs are marked, wherever they stand now. What is not shown is not chosen."""
        shelf = self.session.runs
        if shelf.rows is None:
            return
        shown = {folder: number for folder in shelf.chosen if (number := self.model.number_of(folder)) is not None}
        if len(shown) < len(shelf.chosen):
            shelf.choose(shown)
        if set(self._selected()) == shown.keys():
            return
        selection, marked = self.table.selectionModel(), QItemSelection()
        for number in shown.values():
            marked.select(self.model.index(number, 0), self.model.index(number, 0))
        with QSignalBlocker(selection):
            selection.select(marked, selection.SelectionFlag.ClearAndSelect | selection.SelectionFlag.Rows)
        self.table.viewport().update()

    def _selected(self) -> tuple[Path, ...]:
        numbers = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return tuple(self.model.rows[number].folder for number in numbers)

    # --- verbs --------------------------------------------------------------------------------------------------------

    @Slot()
    def _choose(self) -> None:
        self.session.runs.choose(self._selected())

    @Slot()
    def _filter(self) -> None:
        self.model.set_filter(self.filter.text())
        self._show_page()
        self._show_chosen()

    @Slot(int, Qt.SortOrder)
    def _sort(self, column: int, order: Qt.SortOrder) -> None:
        self.model.sort(column, order)
        self._show_chosen()

    @Slot(object)
    def _choose_best(self, metric: object) -> None:
        self.best.show_value("")
        if not metric:
            return
        shelf = self.session.runs
        found = shelf.best(metric, [row.folder for row in self.model.rows])  # type: ignore[arg-type]
        number = self.model.number_of(found) if found is not None else None
        if number is None:
            shelf.failure = tr("None of these runs has this measure.")
        else:
            self.table.selectRow(number)
            self.table.scrollTo(self.model.index(number, 0))
        self.refresh()

    @Slot()
    def _draw(self) -> None:
        shelf = self.session.runs
        self._draw_curves(shelf.chosen, not set(shelf.chosen) <= self.model.places.keys())

    def _draw_curves(self, folders: Sequence[Path], are_drawn: bool) -> None:
        """Draws the curves of these runs, or takes them away; those of a training before this one are hidden."""
        shelf, those = self.session.runs, set(folders)
        before = {run.key for run in shelf.drawn} - set(shelf.overlaid)
        for folder in those:
            shelf.hide_curves(folder, not are_drawn)
        wanted = [folder for folder in folders if folder not in before] if are_drawn else []
        self._try(shelf.overlay, [*(folder for folder in shelf.overlaid if folder not in those), *wanted])
        self.refresh()

    @Slot()
    def _use_settings(self) -> None:
        for folder in self.session.runs.chosen[:1]:
            self._try(self.session.runs.duplicate, folder)

    @Slot()
    def _open_chosen(self) -> None:
        for folder in self.session.runs.chosen[:1]:
            self._open(folder)

    @Slot()
    def _delete(self) -> None:
        if self.delete.isEnabled():
            self.session.runs.delete(self.session.runs.chosen)

    @Slot(QModelIndex)
    def _activated(self, index: QModelIndex) -> None:
        if self.model.columns[index.column()].name not in ("star", "curve"):
            self._open(self.model.rows[index.row()].folder)

    @Slot(QModelIndex)
    def _clicked(self, index: QModelIndex) -> None:
        row = self.model.rows[index.row()]
        match self.model.columns[index.column()].name:
            case "star":
                self.session.runs.star(row.folder, not row.remarks.star)
            case "curve":
                self._draw_curves([row.folder], row.folder not in self.model.places)

    def _open(self, folder: Path) -> None:
        """Its snapshots to travel through; of a run without any, its network."""
        if not (folder / NETWORK).is_file():
            self.session.runs.failure = tr("This run ended before its first checkpoint; it has no network.")
        elif (folder / SNAPSHOTS).is_dir():
            self.session.times.open(folder)
        else:
            self._try(self.session.open, folder / NETWORK)
        self.refresh()

    def _try(self, verb: object, *arguments: object) -> None:
        assert callable(verb)
        try:
            verb(*arguments)
        except BadInput as error:
            self.session.runs.failure = str(error)
            self.refresh()

    # --- building -----------------------------------------------------------------------------------------------------

    def _set_up_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setFont(font("body", tabular=True))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.verticalHeader().hide()
        metrics = QFontMetrics(table.font())
        # One height for all: thousands of rows are not measured.
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.verticalHeader().setDefaultSectionSize(metrics.height() + GRID)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        for number, column in enumerate(self.model.columns):
            header.resizeSection(number, _WIDTHS[column.name] * metrics.averageCharWidth() + GRID)
        header.setSortIndicator(BEGAN, Qt.SortOrder.DescendingOrder)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)

    def _lay_out(self) -> None:
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.table)
        head = QHBoxLayout()
        head.setSpacing(GRID // 2)
        head.addWidget(self.filter, 1)
        for part in (self.best, self.draw, self.settings, self.going_on.button, self.travel, self.delete):
            head.addWidget(part)
        left = QVBoxLayout()
        left.setSpacing(GRID)
        left.addLayout(head)
        left.addWidget(self.pages, 1)
        left.addWidget(self.problem)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(2 * GRID)
        layout.addLayout(left, 3)
        layout.addWidget(self.details, 1)
        order = (
            self.filter, self.best, self.draw, self.settings, self.going_on.button, self.travel, self.delete,
            self.table, self.details,
        )  # fmt: skip
        for before, after in pairwise(order):
            self.setTabOrder(before, after)

    def _connect(self) -> None:
        self.filter.textChanged.connect(self._typing.start)
        self._typing.timeout.connect(self._filter)
        self.best.edited.connect(self._choose_best)
        self.draw.clicked.connect(self._draw)
        self.settings.clicked.connect(self._use_settings)
        self.travel.clicked.connect(self._open_chosen)
        self.delete.clicked.connect(self._delete)
        self.table.selectionModel().selectionChanged.connect(self._choose)
        self.table.activated.connect(self._activated)
        self.table.clicked.connect(self._clicked)
        self.table.horizontalHeader().sortIndicatorChanged.connect(self._sort)
        shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.table)
        shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        shortcut.activated.connect(self._delete)
