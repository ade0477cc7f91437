"""The calibration desk: measures, when asked, how far a network's beliefs on the way can be trusted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.config import Preset, Task, Words
from workbench.data.dataset import Split
from workbench.errors import BadInput
from workbench.fields import problems
from workbench.preset_files import with_setting
from workbench.session.background import Background
from workbench.session.change import Change
from workbench.session.choices import Choices
from workbench.session.job import Done, Failed, Work
from workbench.session.networks import InUse

if TYPE_CHECKING:
    from workbench.engine.trained import Trained
    from workbench.insight.calibration import Calibration

#: So many pictures are read; drawn ones come from a stream of their own, which no preset learns from.
SAMPLES, STREAM = 500, 20_111

#: Pictures between two reports of how far it is.
_REPORT = 20

#: What teaches a network at every step, by task; words have their own way.
SETTINGS: dict[Task, tuple[str, object]] = {
    "digits": ("training.every_step", True),
    "images": ("training.every_step", True),
    "words": ("data.targets", "every"),
}


def is_taught_every_step(preset: Preset) -> bool:
    """Whether a network is taught its answer after every step."""
    if isinstance(preset.data, Words):
        return preset.data.targets == "every"
    return preset.training.every_step


@dataclass(frozen=True)
class Measured:
    """A network's calibration, and on what it was measured."""

    trained: Trained
    calibration: Calibration
    caption: str


class CalibrationDesk:
    """One measurement at a time, in the background; what was found is of one network's weights alone."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._measuring = Background("calibration", wake)
        self._changed = Change.NONE
        #: The network that is measured, or was last, and how many of the pictures it has read.
        self._trained: Trained | None = None
        self.done = 0
        self._found: Measured | None = None
        self._failure: Failed | None = None

    def is_measuring(self, in_use: InUse) -> bool:
        """Whether this network is being measured."""
        return self._measuring.is_busy and self._trained is in_use.trained

    def found(self, in_use: InUse) -> Measured | None:
        """What was measured of these very weights; None while nobody has."""
        return self._found if self._found is not None and self._found.trained is in_use.trained else None

    def why_not(self, in_use: InUse) -> str:
        """Why this network could not be measured; empty where nothing went wrong."""
        return self._failure.sentence if self._failure is not None and self._trained is in_use.trained else ""

    def measure(self, in_use: InUse, tests: Split | None = None) -> None:
        """Reads test pictures, or, without any, digits drawn for this."""
        self._trained, self.done, self._failure = in_use.trained, 0, None
        trained = in_use.trained
        self._measuring.start(lambda: _measure(trained, tests))
        self._changed |= Change.CALIBRATION

    def poll(self) -> Change:
        """Takes in what was measured since the last call."""
        change, self._changed = self._changed, Change.NONE
        for event in self._measuring.poll():
            change = Change.CALIBRATION
            match event:
                case Measured():
                    self._found = event
                case Failed():
                    self._failure = event
                case Done():
                    pass  # only wakes the window to see that it is over
                case _:
                    self.done = event
        return change

    def close(self) -> None:
        """Stops, and waits until the thread is gone."""
        self._measuring.close()


def preset_for_every_step(choices: Choices, in_use: InUse, task: Task) -> str:
    """Which preset can be taught by its answers after every step: the chosen one, the network's own, or the first.

    Empty where none of the task can.
    """
    setting, value = SETTINGS[task]
    chosen = [choices.chosen] if choices.preset.task == task else []
    for preset_id in dict.fromkeys([*chosen, in_use.trained.preset_id, *choices.entries]):
        if preset_id not in choices.entries:
            continue
        preset = choices.preset if preset_id == choices.chosen else choices.entries[preset_id].preset
        if preset.task != task:
            continue
        try:
            taught = with_setting(preset, setting, value, where="settings")
        except BadInput:
            continue
        if setting not in problems(taught):
            return preset_id
    return ""


def _measure(trained: Trained, tests: Split | None) -> Work:
    from workbench.data.strokes import generate
    from workbench.insight.calibration import calibration

    if tests is None:
        inputs, targets = generate(SAMPLES, STREAM)
        caption = f"{SAMPLES:,} drawn digits"
    else:
        inputs, targets = tests.inputs[:SAMPLES], tests.targets[:SAMPLES]  # type: ignore[assignment]
        caption = f"the first {len(inputs):,} of {tests.caption}" if len(inputs) < len(tests) else tests.caption
    measuring = calibration(trained.network(), inputs, targets)
    command = None
    while True:
        try:
            done = measuring.send(command)
        except StopIteration as over:
            if over.value is not None:
                yield Measured(trained, over.value, caption)
            return
        command = (yield done) if done % _REPORT == 0 else None
