"""How long a training takes: told after its first steps, or in place of it (``workbench train PRESET --estimate``)."""

import math

from workbench.cli.output import Output
from workbench.config import Preset
from workbench.data.sources import availability, training_count
from workbench.engine.estimate import estimate
from workbench.engine.events import Progress, Started
from workbench.engine.experiment import check
from workbench.engine.length import Length
from workbench.errors import BadInput


def tell_length(preset_id: str, preset: Preset, output: Output) -> int:
    """Says how long a training would take, from a few timed steps; nothing is kept of them."""
    check(preset)
    there = availability(preset.data)
    if there.state == "missing":
        raise BadInput(preset.title, there.why)
    if there.state == "download" and training_count(preset.data) is None:
        raise BadInput(preset.title, f"its data must be downloaded first ({there.words()} from {there.host})")
    length = next(event for event in estimate(preset, math.inf) if isinstance(event, Length))
    output.say(f"{_sentence(length.words())}: {length.steps:,} steps on {length.device}.")
    if there.state == "download":
        output.say(f"Before that {there.words()} from {there.host}.")
    output.answer({"preset": preset_id, "seconds": length.seconds, "steps": length.steps, "device": length.device,
                   "data": there.document()})  # fmt: skip
    return 0


class FirstSteps:
    """Watches the first steps of a training, and tells once how long it will take."""

    def __init__(self) -> None:
        self._started: Started | None = None
        self._first: Progress | None = None
        self._told = False

    def see(self, event: object) -> Length | None:
        """The length, after a second of steps that follow the first report: those before it warmed up."""
        if isinstance(event, Started):
            self._started = event
        if not isinstance(event, Progress) or self._told or self._started is None:
            return None
        if self._first is None:
            self._first = event
            return None
        steps, seconds = int(event.steps[-1] - self._first.steps[-1]), event.seconds - self._first.seconds
        if seconds < 1.0:
            return None
        self._told = True
        left = (self._started.steps - int(event.steps[-1])) * seconds / steps
        return Length(event.seconds + left, self._started.steps, self._started.device)


def told(length: Length) -> str:
    sentence = f"{_sentence(length.words())}."
    return f"{sentence} Ctrl+C ends it sooner and keeps what was learnt." if length.is_long else sentence


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
