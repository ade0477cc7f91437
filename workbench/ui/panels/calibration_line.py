"""Under belief by step: whether beliefs on the way can be trusted, measured when asked, and how to teach them."""

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtWidgets import QLabel

from workbench.config import Recurrent, Task
from workbench.session.calibrating import SAMPLES, SETTINGS, Measured, is_taught_every_step, preset_for_every_step
from workbench.session.networks import InUse
from workbench.session.session import Session
from workbench.ui.text import tr
from workbench.ui.wording import percent

_MEASURE, _TEACH = "measure", "teach"


class CalibrationLine(QLabel):
    """One sentence about the network that answers for a task, and what can be done, as links."""

    def __init__(self, session: Session, task: Task) -> None:
        super().__init__()
        self._session, self._task = session, task
        self.setObjectName(f"calibration_{task}")
        self.setAccessibleName(tr("Calibration of belief on the way"))
        self.setProperty("role", "caption")
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.setToolTip(
            tr("Beliefs are calibrated when of the answers believed 80 % just 80 % are right. A head that was only "
               "ever taught the answer after the last step has no reason to be so before.")
            .replace(" %", "\N{NO-BREAK SPACE}%")
        )  # fmt: skip
        # A line always, so that what stands above stays where it is.
        self.setMinimumHeight(self.fontMetrics().height())
        self.linkActivated.connect(self._act)

    def show_step(self, step: int | None, word: str, numbers: Sequence[int]) -> None:
        """Says what is known after ``step``, half way without one; people call steps ``word`` and its number.

        Empty for a network without steps on the way.
        """
        in_use = self._session.network_for(self._task)
        text = ""
        if in_use is not None and isinstance(in_use.trained.preset.model, Recurrent):
            text = self._sentence(in_use, len(numbers) // 2 if step is None else step, word, numbers)
        if text != self.text():
            self.setText(text)

    def changeEvent(self, event: QEvent) -> None:
        """A link keeps the colour it was read with: in another look it is read anew."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.text():
            text = self.text()
            self.clear()
            self.setText(text)

    def _sentence(self, in_use: InUse, step: int, word: str, numbers: Sequence[int]) -> str:
        desk = self._session.calibrating
        found = desk.found(in_use)
        taught = is_taught_every_step(in_use.trained.preset)
        offer = "" if taught else self._offer(in_use, word)
        if found is not None:
            return f"{_measured(found, step, word, numbers[step])} {offer}".strip()
        said = (
            tr("It was taught its answer after every {word}.").format(word=word) if taught
            else tr("Only its last answer was taught: earlier belief is not calibrated.")
        )  # fmt: skip
        if desk.is_measuring(in_use):
            return f"{said} {tr('Measuring, {done} of {all} …').format(done=desk.done, all=SAMPLES)}"
        if why := desk.why_not(in_use):
            return f"{said} {tr('It could not be measured: {why}').format(why=escape(why))}"
        measure = _link(_MEASURE, tr("Measure it")) if self._can_measure(in_use) else ""
        links = [part for part in (measure, offer) if part]
        return f"{said} {' · '.join(links)}".strip()

    def _can_measure(self, in_use: InUse) -> bool:
        """While it learns there is another network every moment; drawn digits stand in for test digits alone."""
        session = self._session
        if in_use.origin == "training" and session.training.is_busy:
            return False
        return self._task == "digits" or (self._task == "images" and session.images.tests(in_use) is not None)

    def _offer(self, in_use: InUse, word: str) -> str:
        choices = self._session.choices
        if choices.preset.task == self._task and is_taught_every_step(choices.preset):
            return tr("Press Train to teach every {word}.").format(word=word)
        if not preset_for_every_step(choices, in_use, self._task):
            return ""
        return _link(_TEACH, tr("Teach every {word}").format(word=word))

    @Slot(str)
    def _act(self, link: str) -> None:
        session = self._session
        in_use = session.network_for(self._task)
        if in_use is None:
            return
        if link == _MEASURE:
            if not self._can_measure(in_use):
                return
            tests = session.images.tests(in_use) if self._task == "images" else None
            session.calibrating.measure(in_use, None if tests is None else tests.split)
            return
        preset_id = preset_for_every_step(session.choices, in_use, self._task)
        if preset_id and preset_id != session.choices.chosen:
            session.choose(preset_id)
        session.set(*SETTINGS[self._task])


def _measured(found: Measured, step: int, word: str, number: int) -> str:
    calibration = found.calibration
    return tr("After {word} {number} it is {sure} sure and right in {right} of {what}.").format(
        word=word, number=number, sure=percent(float(calibration.believed[step])),
        right=percent(float(calibration.right[step])), what=escape(found.caption),
    )  # fmt: skip


def _link(name: str, text: str) -> str:
    return f'<a href="{name}">{text.replace(" ", "&nbsp;")}</a>'
