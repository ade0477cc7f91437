"""Export…: what can be taken away, what each is for, and how writing it went."""

from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from workbench.errors import BadInput
from workbench.session.change import Change
from workbench.session.exporting import SUFFIXES, Exported, Kind
from workbench.session.job import Failed
from workbench.session.session import Session
from workbench.ui.panels.controls import caption_label
from workbench.ui.text import tr
from workbench.ui.theme import GRID
from workbench.ui.ticker import Ticker

_WIDTH = 620

#: Where a radio button's own words begin.
_INDENT = 27


class ExportWindow(QDialog):
    """Not modal: what is drawn or trained meanwhile is what is exported next."""

    def __init__(self, session: Session, ticker: Ticker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("exportWindow")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Export"))
        self.setMinimumWidth(_WIDTH)
        self._session, self._desk = session, session.exporting
        self._kinds = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        column.setSpacing(GRID)
        self._rows: dict[Kind, QRadioButton] = {}
        for kind, (title, what) in _kinds().items():
            column.addLayout(self._row(kind, title, what))
        line = QFrame()
        line.setProperty("role", "hairline")
        column.addWidget(line)
        self._subject = caption_label("exportSubject", "secondary")
        self._said = caption_label("exportOutcome", "secondary")
        # The sentences below have their room before they are said, so that nothing moves.
        for label, lines in ((self._subject, 1), (self._said, 3)):
            label.setMinimumHeight(lines * label.fontMetrics().lineSpacing())
            column.addWidget(label)
        column.addStretch(1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        close = QPushButton(tr("Close"))
        close.setObjectName("exportClose")
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        self._export = QPushButton(tr("Export…"))
        self._export.setObjectName("exportNow")
        self._export.setProperty("primary", True)
        self._export.setDefault(True)
        self._export.setToolTip(tr("Choose where to write it"))
        self._export.clicked.connect(self._choose_place)
        self._give_up = QPushButton(tr("Give up"))
        self._give_up.setObjectName("exportGiveUp")
        self._give_up.setToolTip(tr("Ends the writing of a torch.export program; nothing of it is left"))
        self._give_up.setAutoDefault(False)
        self._give_up.clicked.connect(self._desk.give_up)
        foot.addWidget(self._give_up)
        foot.addWidget(close)
        foot.addWidget(self._export)
        column.addLayout(foot)
        self._rows["onnx"].setChecked(True)
        self._kinds.buttonToggled.connect(self._chosen)
        ticker.changed.connect(self._changed)
        self.refresh()
        self.resize(_WIDTH, column.totalHeightForWidth(_WIDTH))

    def refresh(self) -> None:
        """What is exported, what cannot be, and how the last export went."""
        desk = self._desk
        for kind, button in self._rows.items():
            button.setEnabled(not desk.cannot(kind))
            button.setToolTip(_missing(desk.cannot(kind)))
        self._subject.setText(self._subject_of(self.kind))
        self._export.setEnabled(not desk.is_busy and not desk.cannot(self.kind))
        self._export.setText(tr("Export") if self.kind == "tensorboard" else tr("Export…"))
        outcome = desk.outcome
        self._said.setProperty("role", "error" if isinstance(outcome, Failed) else "secondary")
        self._said.style().polish(self._said)
        self._give_up.setEnabled(desk.seconds is not None and not desk.was_given_up)
        if desk.is_busy and desk.seconds is not None:
            self._said.setText(tr("Writing and checking, for {seconds} s so far. Training and drawing go on.").format(
                seconds=desk.seconds))  # fmt: skip
        elif desk.is_busy:
            self._said.setText(tr("Writing and checking…"))
        elif desk.was_given_up:
            self._said.setText(tr("Given up. Nothing was written."))
        elif isinstance(outcome, Failed):
            self._said.setText(outcome.sentence)
        else:
            self._said.setText(told(outcome) if outcome is not None else "")

    @property
    def kind(self) -> Kind:
        """Which kind is chosen."""
        return next(kind for kind, button in self._rows.items() if button.isChecked())

    def _row(self, kind: Kind, title: str, what: str) -> QVBoxLayout:
        button = QRadioButton(title)
        button.setObjectName(f"export-{kind}")
        button.setAccessibleName(title)
        button.setAccessibleDescription(what)
        self._kinds.addButton(button)
        self._rows[kind] = button
        about = caption_label(f"export-{kind}-about", "caption")
        about.setText(what)
        about.setContentsMargins(_INDENT, 0, 0, 0)
        row = QVBoxLayout()
        row.setSpacing(0)
        row.addWidget(button)
        row.addWidget(about)
        return row

    def _subject_of(self, kind: Kind) -> str:
        desk, used = self._desk, self._desk.in_use
        if missing := _missing(desk.cannot(kind)):
            return missing
        if kind == "script":
            return tr("The preset as it is set: {title}").format(title=self._session.choices.preset.title)
        if kind in ("tensorboard", "bundle") and desk.run is not None:
            return tr("The run {name}").format(name=desk.run.name)
        assert used is not None
        return tr("The network that answers: {title}, after step {step:,}").format(
            title=used.trained.preset.title, step=used.trained.step
        )

    @Slot()
    def _chosen(self) -> None:
        self.refresh()

    @Slot(object)
    def _changed(self, change: Change) -> None:
        if change & (Change.EXPORT | Change.NETWORK | Change.TRAINING | Change.PRESETS | Change.SETTINGS):
            self.refresh()

    @Slot()
    def _choose_place(self) -> None:
        kind = self.kind
        if kind == "tensorboard":
            self.export(None)
            return
        pattern = f"{_kinds()[kind][0]} (*{SUFFIXES[kind]})"
        name, _ = QFileDialog.getSaveFileName(self, tr("Export"), self._desk.file_name(kind), pattern)
        if name:
            self.export(Path(name))

    def export(self, path: Path | None) -> None:
        """Writes what is chosen."""
        try:
            self._desk.export(self.kind, path)
        except BadInput as error:
            self._said.setText(str(error))
            return
        self.refresh()


def told(outcome: Exported) -> str:
    """How it went, in words."""
    if outcome.kind == "tensorboard":
        return tr("Look at it with: tensorboard --logdir {folder}").format(folder=outcome.path)
    words = tr("Written: {path}").format(path=outcome.path)
    if outcome.beside:
        names = ", ".join(path.name for path in outcome.beside)
        words += "\n" + tr("Its data, to lie beside it: {names}").format(names=names)
    if outcome.checked is not None:
        words += "\n" + tr("Checked on {samples}: the scores differ by {difference:.2g} at most").format(
            samples=outcome.checked.on, difference=outcome.checked.difference
        )
    return words


def _missing(what: str) -> str:
    return {
        "no network": tr("No network answers here yet: train one first."),
        "no run": tr("The network that answers here is of no run of yours: train one first."),
    }.get(what, "")


def _kinds() -> dict[Kind, tuple[str, str]]:
    """Each kind by its title, and what it is for."""
    return {
        "onnx": (
            tr("ONNX"),
            tr("The network for other programs and languages. Batch and length stay open."),
        ),
        "torch": (
            tr("torch.export program"),
            tr("The network for Python with torch alone. Long sequences take minutes to write."),
        ),
        "script": (
            tr("One page of Python"),
            tr("Code that builds and trains the preset to the same loss by itself, to read and to change."),
        ),
        "tensorboard": (
            tr("TensorBoard"),
            tr("The run's curves, in its folder. While it trains they go on being written there."),
        ),
        "bundle": (
            tr("The whole run in one file"),
            tr("Drop it on the window on another computer, to look at it or to go on training there."),
        ),
    }
