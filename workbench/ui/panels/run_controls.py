"""Train, pause, step and stop, and how far training is: always in sight under the settings."""

import math

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from workbench.data.availability import megabytes
from workbench.data.sources import availability
from workbench.engine.comparison import compare
from workbench.errors import BadInput, NoDownload
from workbench.fields import settings_of
from workbench.session.choices import DEFAULT
from workbench.session.history import History
from workbench.session.session import Session
from workbench.session.training import TrainingDesk
from workbench.ui.icons import icon
from workbench.ui.panels.findings import FindingsView
from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme, font
from workbench.ui.wording import (
    comparison_sentence,
    duration,
    loading_sentence,
    pace_sentence,
    percent,
    phase_name,
    position,
    score_lines,
    score_sentence,
)

#: The progress bar counts thousandths: Qt's counts no further than 2**31, and downloads are longer in bytes.
_WHOLE = 1000


class RunControls(QWidget):
    """Four buttons, a bar and a few lines."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.train = QPushButton(tr("Train"), self)
        self.train.setObjectName("trainButton")
        self.train.setProperty("primary", "true")
        self.pause = QPushButton(tr("Pause"), self)
        self.pause.setObjectName("pauseButton")
        self.step = self._icon_button("stepButton", tr("One step"))
        self.stop = self._icon_button("stopButton", tr("Stop"))
        self.why = self._label("whyNot", "warning")
        self.length = self._label("trainingLength", "caption")
        self.phase = self._label("phase", "")
        self.phase.setFont(font("body", bold=True, tabular=True))
        self.bar = QProgressBar(self)
        self.bar.setObjectName("progressBar")
        self.bar.setAccessibleName(tr("Progress of the training"))
        self.bar.setRange(0, _WHOLE)
        self.bar.setTextVisible(False)
        self.where = self._label("trainingPosition", "caption")
        self.time = self._label("trainingTime", "caption")
        self.pace = self._label("trainingPace", "caption")
        self.device = self._label("trainingDevice", "caption")
        self.message = self._label("trainingMessage", "")
        self.findings = FindingsView(theme, self)
        self.on_cpu = QPushButton(tr("Train on the CPU"), self)
        self.on_cpu.setObjectName("trainOnCpuButton")
        self.drawn = QPushButton(tr("Choose drawn digits"), self)
        self.drawn.setObjectName("chooseDrawnDigitsButton")
        self.drawn.setToolTip(tr("An experiment that needs no download"))
        self.copy = QPushButton(tr("Copy details"), self)
        self.copy.setObjectName("copyDetailsButton")
        self.copy.setProperty("flat", "true")
        self._lay_out()
        self.train.clicked.connect(self._train)
        self.pause.clicked.connect(self._pause_or_go_on)
        self.step.clicked.connect(self._one_step)
        self.stop.clicked.connect(self._stop)
        self.on_cpu.clicked.connect(self._train_on_cpu)
        self.drawn.clicked.connect(self._choose_drawn)
        self.copy.clicked.connect(self._copy_details)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Icons in the theme's colours."""
        self.train.setIcon(icon("train", theme, colour=theme.on_accent))
        self.step.setIcon(icon("step", theme))
        self.stop.setIcon(icon("stop", theme))
        self.copy.setIcon(icon("copy", theme))
        self.findings.set_theme(theme)

    def buttons(self) -> list[QPushButton]:
        """What the tab key comes by."""
        return [
            self.train,
            self.pause,
            self.step,
            self.stop,
            self.on_cpu,
            self.drawn,
            self.copy,
            *self.findings.buttons(),
        ]

    def show_session(self) -> None:
        """Everything, from the session."""
        training = self._session.training
        self._show_buttons(training)
        self._say(self.length, self._length(training))
        self._show_progress(training)
        self._show_message(training)
        self.findings.show_findings(training.findings, training.preset)

    def _show_buttons(self, training: TrainingDesk) -> None:
        phase = training.phase
        why = self._why_not()
        self.train.setEnabled(not why)
        self.train.setToolTip(why or tr("Train the network with these settings"))
        self._say(self.why, "" if training.is_busy else why)
        waits = phase in ("pausing", "paused")
        self.pause.setText(tr("Continue") if waits else tr("Pause"))
        self.pause.setEnabled(waits or phase in ("preparing", "training"))
        if waits:
            self.pause.setToolTip(tr("Go on from the very step where training paused"))
        elif self.pause.isEnabled():
            self.pause.setToolTip(tr("Hold still after this batch; nothing is lost"))
        else:
            self.pause.setToolTip(tr("Nothing is being trained"))
        self.step.setEnabled(phase == "paused")
        self.step.setToolTip(
            tr("Train on one more batch, then pause again") if phase == "paused"
            else tr("One step at a time: pause the training first")
        )  # fmt: skip
        self.stop.setEnabled(training.is_busy and phase != "stopping")
        self.stop.setToolTip(
            tr("End this training and keep the network as it is") if training.is_busy
            else tr("Nothing is being trained")
        )  # fmt: skip

    def _why_not(self) -> str:
        """Why Train cannot be pressed, with the setting's title rather than its key."""
        why = self._session.cannot_train()
        choices = self._session.choices
        if why and not self._session.training.is_busy and choices.problems:
            key, problem = next(iter(choices.problems.items()))
            titles = {setting.key: setting.field.title for setting in settings_of(choices.preset)}
            return f"{tr(titles.get(key, key.rpartition('.')[2]))}: {tr(problem)}"
        return tr(why)

    def _length(self, training: TrainingDesk) -> str:
        """What comes before a training and how long it takes; while one runs, the time that is left says more."""
        preset, estimating = self._session.choices.preset, self._session.estimating
        if training.is_busy and training.started is not None:
            return ""
        there = availability(preset.data)
        if there.state == "missing":
            return there.why
        length = estimating.length_of(preset)
        told = "" if length is None else length.words(tr)
        if length is None and estimating.is_timing(preset):
            told = tr("timing a few steps…")
        if there.state == "download" and not training.is_busy:
            first = tr("{size} to download from {host}").format(size=megabytes(there.size), host=there.host)
            told = tr("{first}, then {length}").format(first=first, length=told) if told else first
        told = _sentence(f"{told}.") if told and not told.endswith("…") else _sentence(told)
        if length is not None and length.is_long:
            told += " " + tr("Stop it whenever you like: what was learnt is kept.")
        return told

    def _show_progress(self, training: TrainingDesk) -> None:
        history, phase = training.history, training.phase
        name = phase_name(phase)
        if history is None:
            self._say(self.phase, name)
            self._say(self.where, tr("Press Train to train this network on this computer."))
            self._say(self.time, "")
            self._say(self.pace, "")
            self._say(self.device, "")
            self.bar.setVisible(False)
            return
        self.bar.setVisible(True)
        self._say(self.phase, f"{name}: {history.name}")
        loading = training.loading
        if training.started is None:
            done = loading.done / loading.total if loading is not None and loading.total else 0.0
            self._say(self.where, loading_sentence(loading) if phase in ("preparing", "pausing", "paused") else "")
            self._say(self.time, "")
            self._say(self.pace, "")
        else:
            done = history.step / history.steps if history.steps else 0.0
            self._say(self.where, _sentence(position(history)))
            self._say(self.time, self._time(training))
            self._say(self.pace, pace_sentence(training))
        self._say(self.device, history.device)
        self.bar.setValue(round(_WHOLE * done))
        self.bar.setAccessibleDescription(self.where.text())

    def _time(self, training: TrainingDesk) -> str:
        assert training.history is not None
        elapsed = tr("{time} elapsed").format(time=duration(training.history.seconds))
        if training.phase != "training":
            return elapsed
        if training.remaining is None:
            return f"{elapsed}, {tr('measuring the pace')}"
        return f"{elapsed}, {tr('about {time} left').format(time=duration(training.remaining))}"

    def _show_message(self, training: TrainingDesk) -> None:
        history, role, text, details = training.history, "", "", ""
        if training.phase in ("diverged", "failed"):
            role, text = "error", self._what_went_wrong(training)
        elif history is not None and history.score is not None:
            assert training.preset is not None
            comparison = compare(training.preset.published, history.score)
            text = score_sentence(history.score) if comparison is None else comparison_sentence(comparison)
            details = score_lines(history.score)
        elif history is not None and len(history.validation):
            text = self._validated(history)
        if self.message.property("role") != role:
            self.message.setProperty("role", role)
            self.message.style().unpolish(self.message)
            self.message.style().polish(self.message)
        self._say(self.message, text)
        self.message.setToolTip(details)
        failure = training.failure
        self.on_cpu.setVisible(failure is not None and self._device_may_be_at_fault(training))
        offline = failure is not None and isinstance(failure.error, NoDownload)
        self.drawn.setVisible(offline and self._session.choices.chosen != DEFAULT)
        self.copy.setVisible(failure is not None and bool(failure.details))

    @staticmethod
    def _validated(history: History) -> str:
        """The last validation; numbers are neither right nor wrong, so there the loss tells."""
        what, accuracy = history.validation_caption, float(history.validation["accuracy"][-1])
        if math.isnan(accuracy):
            return tr("loss {loss} on {what}").format(loss=f"{history.validation['loss'][-1]:.4g}", what=what)
        said = tr("{share} of {what}").format(share=percent(accuracy), what=what)
        return said + "".join(f"; {tr(fact.name)} {fact.value:.4g}" for fact in history.validation_facts[:1])

    def _what_went_wrong(self, training: TrainingDesk) -> str:
        error = training.failure.error if training.failure is not None else None
        if isinstance(error, BadInput) and error.key == "training.device":
            # Beside the button that mends it, the key of the setting says nothing.
            return _sentence(tr("{expected}. {hint}").format(expected=error.expected, hint=error.hint))
        return tr(training.message)

    def _device_may_be_at_fault(self, training: TrainingDesk) -> bool:
        """A device that was refused, or anything that broke on another device than the CPU."""
        assert training.failure is not None and training.preset is not None
        error = training.failure.error
        if isinstance(error, BadInput):
            return error.key == "training.device"
        device = training.history.device if training.history is not None else ""
        return bool(device) and not device.startswith("cpu")

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID // 2 + 2)
        buttons.addWidget(self.train, 1)
        buttons.addWidget(self.pause)
        buttons.addWidget(self.step)
        buttons.addWidget(self.stop)
        ways_out = QHBoxLayout()
        ways_out.setSpacing(GRID)
        ways_out.addWidget(self.on_cpu)
        ways_out.addWidget(self.drawn)
        ways_out.addWidget(self.copy)
        ways_out.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addLayout(buttons)
        layout.addWidget(self.why)
        layout.addWidget(self.length)
        layout.addWidget(self.phase)
        layout.addWidget(self.bar)
        for label in (self.where, self.time, self.pace, self.device, self.message):
            layout.addWidget(label)
        layout.addLayout(ways_out)
        layout.addWidget(self.findings)

    def _icon_button(self, name: str, text: str) -> QPushButton:
        button = QPushButton(self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setIconSize(QSize(16, 16))
        button.setFixedWidth(40)
        # The style sheet's padding is meant for words.
        button.setStyleSheet("QPushButton, QPushButton:focus { padding-left: 2px; padding-right: 2px; }")
        return button

    def _label(self, name: str, role: str) -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setProperty("role", role)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.hide()
        return label

    def _say(self, label: QLabel, text: str) -> None:
        if label.text() != text:
            label.setText(text)
        label.setVisible(bool(text))

    def _show_error(self, error: BadInput) -> None:
        self._say(self.why, str(error))

    @Slot()
    def _train(self) -> None:
        try:
            self._session.train()
        except BadInput as error:
            self._show_error(error)

    @Slot()
    def _train_on_cpu(self) -> None:
        try:
            self._session.train_on_cpu()
        except BadInput as error:
            self._show_error(error)

    @Slot()
    def _choose_drawn(self) -> None:
        self._session.choose(DEFAULT)

    @Slot()
    def _pause_or_go_on(self) -> None:
        if self._session.training.phase in ("pausing", "paused"):
            self._session.go_on()
        else:
            self._session.pause()

    @Slot()
    def _one_step(self) -> None:
        self._session.one_step()

    @Slot()
    def _stop(self) -> None:
        self._session.stop()

    @Slot()
    def _copy_details(self) -> None:
        failure = self._session.training.failure
        if failure is not None:
            QGuiApplication.clipboard().setText(f"{failure.sentence}\n\n{failure.details}")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
