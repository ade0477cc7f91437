"""What is known of the chosen runs: remarks to change, provenance of one, and in which settings several differ."""

from itertools import pairwise

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from workbench.runs.remarks import tags_in
from workbench.session.run_comparison import MOST_COMPARED
from workbench.session.run_rows import RunRow
from workbench.session.session import Session
from workbench.ui.panels.controls import caption_label
from workbench.ui.panels.race_differences import DifferencesTable
from workbench.ui.text import tr
from workbench.ui.theme import GRID
from workbench.ui.widgets.runs_table import ended_words

#: As wide as its longest line, and in a small window.
_WIDTH, _NARROWEST = 256, 168


class RunDetails(QWidget):
    """At the right of the table."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setMinimumWidth(_NARROWEST)
        self.setMaximumWidth(_WIDTH)
        self.star = QCheckBox(tr("Star"))
        self.star.setObjectName("runStar")
        self.star.setToolTip(tr("Marks a run to find it again: click its head to have those with a star first"))
        self.tags = _line("runTags", tr("Tags"), tr("Tags"), tr("Single words, parted by spaces"))
        self.note = _line("runNote", tr("Note"), tr("Note"), tr("What is to be remembered of this run"))
        self.words = caption_label("runDetails")
        self.words.setTextFormat(Qt.TextFormat.PlainText)  # what a run says of itself may be somebody else's words
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.differences = DifferencesTable(has_swatches=False)
        self.differences.setObjectName("runDifferences")
        self.differences.setAccessibleName(tr("Settings in which the runs differ"))
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self.words)
        self.setFocusProxy(self.star)
        self._lay_out()
        self.star.toggled.connect(self._star)
        self.tags.editingFinished.connect(self._tag)
        self.note.editingFinished.connect(self._note)

    def refresh(self) -> None:
        """The chosen runs as they are."""
        shelf = self._session.runs
        row = shelf.row(shelf.chosen[0]) if len(shelf.chosen) == 1 else None
        for part in (self.star, self.tags, self.note):
            part.setEnabled(row is not None)
            part.setVisible(len(shelf.chosen) < 2)
        with QSignalBlocker(self.star):
            self.star.setChecked(row is not None and row.remarks.star)
        for line, text in ((self.tags, " ".join(row.remarks.tags) if row else ""),
                           (self.note, row.remarks.note if row else "")):  # fmt: skip
            is_written = line.hasFocus() and line.property("folder") == str(row.folder if row else "")
            if not is_written and line.text() != text:
                line.setText(text)
                line.setCursorPosition(0)  # its beginning is in sight
            line.setProperty("folder", str(row.folder if row else ""))
        is_several = shelf.compared is not None and len(shelf.chosen) > 1
        self.differences.setVisible(is_several)
        self._scroll.setVisible(not is_several)
        if is_several and shelf.compared is not None:
            self.differences.show_lanes(shelf.compared.presets)
        self.words.setText(self._words(row))

    def _words(self, row: RunRow | None) -> str:
        count = len(self._session.runs.chosen)
        if row is not None:
            return "\n".join(f"{name}: {value}" for name, value in _provenance(row))
        if count > MOST_COMPARED:
            return tr("{n:,} runs; the settings of at most {most} are compared.").format(n=count, most=MOST_COMPARED)
        if count > 1:
            return tr("Comparing their settings …")
        return tr("Choose a run: what is known of it stands here. Choose several to see in what they differ.")

    @Slot(bool)
    def _star(self, star: bool) -> None:
        for folder in self._session.runs.chosen[:1]:
            self._session.runs.star(folder, star)

    @Slot()
    def _tag(self) -> None:
        self._changed(self.tags)

    @Slot()
    def _note(self) -> None:
        self._changed(self.note)

    def _changed(self, line: QLineEdit) -> None:
        """What was written belongs to the run it was written on, though another may be chosen by now."""
        shelf = self._session.runs
        row = next((row for row in shelf.rows or () if str(row.folder) == line.property("folder")), None)
        if row is None:
            return
        if line is self.tags:
            if (tags := tags_in(line.text())) != row.remarks.tags:
                shelf.tag(row.folder, tags)
        elif line.text().strip() != row.remarks.note.replace("\n", " "):
            shelf.note(row.folder, line.text())

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.star)
        row.addWidget(self.tags, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(row)
        layout.addWidget(self.note)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(self.differences, 1)
        for before, after in pairwise((self.star, self.tags, self.note, self.differences)):
            self.setTabOrder(before, after)


def _line(name: str, accessible: str, placeholder: str, tip: str) -> QLineEdit:
    line = QLineEdit()
    line.setObjectName(name)
    line.setAccessibleName(accessible)
    line.setPlaceholderText(placeholder)
    line.setToolTip(tip)
    return line


def _origin(continued: object) -> str:
    """Which run it goes on from, where, and with what."""
    if not isinstance(continued, dict) or not isinstance(step := continued.get("step"), int):
        return ""
    is_fresh = continued.get("optimiser") == "fresh"
    words = tr("{run}, weights of step {step:,}, a fresh optimiser") if is_fresh else tr("{run}, step {step:,}")
    return words.format(run=continued.get("run", ""), step=step)


def _provenance(row: RunRow) -> list[tuple[str, str]]:
    """What a run says of itself, in words; only what it does say."""
    about, facts = row.about, row.about.facts
    found = [
        (tr("Preset"), about.title),
        (tr("Network"), row.network),
        (tr("Parameters"), f"{count:,}" if isinstance(count := facts.get("parameters"), int) else ""),
        (tr("Folder"), row.folder.name),
        (tr("Steps"), f"{about.step:,} / {about.steps:,}, {ended_words(row)}"),
        (tr("Goes on from"), _origin(facts.get("continued"))),
        (tr("Data"), str(facts.get("data", ""))),
        (tr("Test"), str(about.tested.on) if about.tested is not None else ""),
        (tr("Seed"), str(facts.get("seed", ""))),
        (tr("Device"), str(facts.get("device", ""))),
        ("torch", str(facts.get("torch", ""))),
        (tr("Why it failed"), str(facts.get("failure", ""))),
    ]
    return [(name, value) for name, value in found if value]
