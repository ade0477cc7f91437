"""Travelling through snapshots: a slider, a play button, what was logged at the step, and that computed anew."""

import math
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from workbench import paths
from workbench.errors import BadInput
from workbench.runs.index import About
from workbench.session.session import Session
from workbench.session.times import TimeDesk, run_name
from workbench.ui.icons import icon
from workbench.ui.panels.controls import caption_label, enable
from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme, font
from workbench.ui.widgets.step_slider import StepSlider
from workbench.ui.wording import percent

#: While it plays each snapshot is shown for so long.
_PLAY_MS = 250

#: So many runs are in the menu; others are found by their folder.
_MOST_RUNS = 12

#: Losses that differ by less than this share of them are the same but for rounding.
_SAME = 1e-5


class TravelControls(QWidget):
    """What is travelled through, the slider, and the numbers of the step where it stands."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.source = QToolButton()
        self.source.setObjectName("snapshotSource")
        self.source.setAccessibleName(tr("What is travelled through"))
        self.source.setToolTip(tr("This training, or a finished run that kept snapshots"))
        self.source.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.source.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.source.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._menu = QMenu(self.source)
        self._listed: tuple[tuple[Path, About], ...] = ()
        self.source.setMenu(self._menu)
        self.slider = StepSlider()
        self.slider.setObjectName("snapshotSlider")
        self.slider.setAccessibleName(tr("Snapshot"))
        self.play = QPushButton()
        self.play.setObjectName("playSnapshots")
        self.play.setAccessibleName(tr("Play the snapshots"))
        self.live = QPushButton(tr("Now"))
        self.live.setObjectName("liveSnapshot")
        for button in (self.play, self.live):
            button.setProperty("flat", "true")
            button.setIconSize(QSize(18, 18))
        self.step = QLabel()
        self.step.setObjectName("snapshotStep")
        self.step.setFont(font("body", bold=True, tabular=True))
        self.numbers = caption_label("snapshotNumbers")
        self.numbers.setFont(font("caption", tabular=True))
        self.numbers.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.recompute = QPushButton(tr("Recompute"))
        self.recompute.setObjectName("recomputeSnapshot")
        self.problem = caption_label("snapshotProblem", "error")
        self._timer = QTimer(self)
        self._timer.setInterval(_PLAY_MS)
        self._lay_out()
        self._timer.timeout.connect(self._play_on)
        self.slider.valueChanged.connect(self._travel)
        self.play.clicked.connect(self._play_or_pause)
        self.live.clicked.connect(self._live)
        self.recompute.clicked.connect(self._recompute)
        self._menu.aboutToShow.connect(self._menu_opens)
        self._menu.triggered.connect(self._source_chosen)

    @property
    def is_playing(self) -> bool:
        """Whether it goes on to the next snapshot by itself."""
        return self._timer.isActive()

    def pause(self) -> None:
        """Stands still."""
        self._timer.stop()
        self._show_play()

    def refresh(self) -> None:
        """The desk as it is."""
        desk = self._session.times
        steps = desk.steps
        if self._menu.isVisible() and desk.runs != self._listed:
            self._fill_menu()
        self.slider.set_notches(len(steps), desk.index, desk.validated())
        self.slider.setToolTip(tr("Travel through the snapshots; marks are validated steps") if steps else
                               tr("There are no snapshots yet"))  # fmt: skip
        name = desk.opened.travels.folder.name if desk.opened is not None else tr("This training")
        self.source.setText(self.source.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, 200) + "  ▾")
        enable(self.play, len(steps) > 1, tr("Stand still") if self.is_playing else tr("Play the snapshots"),
               tr("There is nothing to play yet"))  # fmt: skip
        enable(self.live, desk.at is not None or desk.opened is not None, tr("Back to the newest network"),
               tr("The newest network answers"))  # fmt: skip
        why = desk.cannot_recompute()
        enable(self.recompute, not why and not desk.is_recomputing,
               tr("Do this step's validation again, and of each step from now on"), tr(why))  # fmt: skip
        self.step.setText(self._step_words(desk))
        self.slider.setAccessibleDescription(self.step.text())
        self.numbers.setText(self._number_words(desk))
        broken = desk.opened.travels.broken if desk.opened is not None else ()
        self.problem.setText(desk.failure or "\n".join(map(str, broken)))
        self.problem.setVisible(bool(self.problem.text()))

    def set_theme(self, theme: Theme) -> None:
        """Slider and icons in the theme's colours."""
        self._theme = theme
        self.slider.set_theme(theme)
        self._show_play()

    def _show_play(self) -> None:
        self.play.setIcon(icon("pause" if self.is_playing else "train", self._theme))

    def _step_words(self, desk: TimeDesk) -> str:
        steps = desk.steps
        if not steps:
            return tr("opening the run …") if desk.is_opening else tr("no snapshots yet")
        words = tr("step {step:,}").format(step=steps[desk.index])
        if desk.at is not None:
            return words
        return tr("{step}, now").format(step=words)

    def _number_words(self, desk: TimeDesk) -> str:
        """``logged 97.13 %, loss 0.0912`` above ``recomputed 97.13 %, loss 0.0912: the same``."""
        steps = desk.steps
        if not steps:
            if desk.is_too_large:
                return tr("This network is too large for its snapshots to be kept.")
            return tr("Press Train, or choose a finished run above: this slider then goes through its training.")
        step = steps[desk.index]
        logged = desk.logged(step)
        if logged is None:
            return tr("Nothing was validated at this step; marked ones were.")
        lines = [tr("logged {numbers}").format(numbers=_numbers(*logged))]
        score = desk.recomputed.get(step)
        if score is not None:
            same = math.isclose(score.loss, logged[0], rel_tol=_SAME) and (
                score.accuracy == logged[1] or math.isnan(logged[1]) or math.isclose(score.accuracy, logged[1])
            )
            words = tr("recomputed {numbers}: the same") if same else tr("recomputed {numbers}: not the same")
            lines.append(words.format(numbers=_numbers(score.loss, score.accuracy)))
        elif desk.is_recomputing:
            lines.append(tr("recomputing …"))
        return "\n".join(lines)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GRID // 2)
        head.addWidget(self.source)
        head.addStretch(1)
        head.addWidget(self.play)
        head.addWidget(self.live)
        line = QHBoxLayout()
        line.addWidget(self.step, 1)
        line.addWidget(self.recompute)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addLayout(head)
        column.addWidget(self.slider)
        column.addLayout(line)
        column.addWidget(self.numbers)
        column.addWidget(self.problem)
        self.numbers.setMinimumHeight(2 * self.numbers.fontMetrics().height() + 2)  # so that nothing jumps
        for before, after in ((self.source, self.play), (self.play, self.live), (self.live, self.slider)):
            self.setTabOrder(before, after)

    # --- verbs --------------------------------------------------------------------------------------------------------

    @Slot(int)
    def _travel(self, index: int) -> None:
        self._session.times.travel(index)

    @Slot()
    def _live(self) -> None:
        self.pause()
        self._session.times.live()

    @Slot()
    def _recompute(self) -> None:
        try:
            self._session.times.recompute()
        except BadInput as error:  # the data went away meanwhile
            self._session.note("error", str(error))

    @Slot()
    def _play_or_pause(self) -> None:
        if self.is_playing:
            self.pause()
            return
        desk = self._session.times
        if desk.index == len(desk.steps) - 1:
            desk.travel(0)
        self._timer.start()
        self._show_play()

    @Slot()
    def _play_on(self) -> None:
        desk = self._session.times
        if desk.index + 1 >= len(desk.steps):
            self.pause()
            return
        desk.travel(desk.index + 1)

    @Slot()
    def _menu_opens(self) -> None:
        """What is known at once; runs of other windows and of the command line a moment later."""
        self._session.times.look_for_runs()
        self._fill_menu()

    def _fill_menu(self) -> None:
        desk = self._session.times
        self._listed = desk.runs
        self._menu.clear()
        self._menu.addAction(tr("This training")).setData("")
        self._menu.addSeparator()
        for folder, about in desk.runs[:_MOST_RUNS]:
            self._menu.addAction(run_name(folder, about)).setData(str(folder))
        if not desk.runs:
            self._menu.addAction(tr("No finished run kept snapshots yet")).setEnabled(False)
        self._menu.addSeparator()
        self._menu.addAction(tr("Open a run's folder …")).setData(None)

    @Slot(QAction)
    def _source_chosen(self, action: QAction) -> None:
        self.pause()
        folder = action.data()
        if folder is None:
            folder = QFileDialog.getExistingDirectory(self, tr("Open a run's folder"), str(paths.runs()))
            if folder:
                self._session.times.open(Path(folder))
        elif folder:
            self._session.times.open(Path(folder))
        else:
            self._session.times.live()


def _numbers(loss: float, accuracy: float) -> str:
    words = tr("loss {loss:.4g}").format(loss=loss)
    return words if math.isnan(accuracy) else f"{percent(accuracy, 2)}, {words}"
