"""The estimating desk: how long the chosen training would take, timed in the background while nothing is trained."""

from __future__ import annotations

import time
from collections.abc import Callable

from workbench.config import Preset
from workbench.engine.length import Length
from workbench.errors import BadInput
from workbench.session.background import Background
from workbench.session.change import Change
from workbench.session.job import Done, Failed, Work

#: Settings that are still being typed are not timed yet.
REST_SECONDS = 0.6


class EstimateDesk:
    """Follows the settings and times them once they rest; what was timed before is remembered."""

    def __init__(self, wake: Callable[[], None], threads: int) -> None:
        self._background = Background("estimate", wake, threads=threads)
        #: By settings; None for what has no length that could be told beforehand.
        self._known: dict[tuple[object, ...], Length | None] = {}
        #: Nothing is timed where nobody reads lengths.
        self.is_wanted = False
        self._preset: Preset | None = None
        self._since = 0.0
        self._timed: Preset | None = None
        #: What broke an estimate off that should not have; the session notes it.
        self.failures: list[Failed] = []

    def length_of(self, preset: Preset) -> Length | None:
        """How long a training would take; None while nobody knows."""
        return self._known.get(_key(preset))

    def is_timing(self, preset: Preset) -> bool:
        """Whether these settings are being timed just now."""
        return self._timed is not None and _key(self._timed) == _key(preset)

    def poll(self, preset: Preset | None) -> Change:
        """Takes in what was timed, and times ``preset`` if that is new; None gives up what is being timed."""
        if not self.is_wanted:
            return Change.NONE
        change = self._take_in()
        if preset is not self._preset:
            self._preset, self._since = preset, time.monotonic()
            if self._timed is not None and (preset is None or not self.is_timing(preset)):
                self._background.stop()
                self._timed = None
                change |= Change.TRAINING
        rested = time.monotonic() - self._since >= REST_SECONDS
        if preset is not None and rested and self._timed is None and _key(preset) not in self._known:
            self._timed = preset
            self._background.start(lambda: _work(preset))
            change |= Change.TRAINING
        return change

    def close(self) -> None:
        """Gives up, and waits until the thread is gone."""
        self._background.close()

    def _take_in(self) -> Change:
        change = Change.NONE
        for event in self._background.poll():
            if self._timed is None:
                continue  # given up
            match event:
                case Length():
                    self._known[_key(self._timed)] = event
                case Failed() if not isinstance(event.error, BadInput):  # bad settings are said beside them
                    self.failures.append(event)
                case Done():
                    self._known.setdefault(_key(self._timed), None)
                    self._timed = None
                    change = Change.TRAINING
        return change


def _key(preset: Preset) -> tuple[object, ...]:
    """What the length depends on."""
    return preset.data, preset.model, preset.training


def _work(preset: Preset) -> Work:
    from workbench.engine.estimate import estimate

    return estimate(preset)
