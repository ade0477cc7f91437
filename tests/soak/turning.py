"""Qt's loop turned by hand, and how long the window's thread took for every frame of it."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication, QEvent, QObject

#: Between two turns the thread rests, as it does in the application's own loop when nothing has happened.
_REST_SECONDS = 0.002

#: Frames are counted in bins that grow by a fiftieth, from a hundredth of a millisecond to a minute.
_GROWTH, _SMALLEST, _BINS = math.log(1.02), 0.01, 800


@dataclass
class Times:
    """How often which time was seen: a histogram, so that it takes no more memory the longer it is kept."""

    counts: list[int] = field(default_factory=lambda: [0] * _BINS)

    def add(self, milliseconds: float) -> None:
        """Counts one."""
        place = math.log(max(milliseconds, _SMALLEST) / _SMALLEST) / _GROWTH
        self.counts[min(int(place), _BINS - 1)] += 1

    def __len__(self) -> int:
        return sum(self.counts)

    def quantile(self, share: float) -> float:
        """Milliseconds, to a fiftieth; NaN where nothing was seen."""
        left = share * len(self)
        for number, count in enumerate(self.counts):
            left -= count
            if count and left <= 0:
                return _SMALLEST * math.exp((number + 0.5) * _GROWTH)
        return math.nan


@dataclass
class Frames:
    """The frames of a stretch of time. ``computed``: time of the window's thread alone; ``passed``: on the clock.

    ``reference``: what one and the same drawing took of the thread's time now and then, by which frames of one stretch
    can be held to those of another: with other work on the computer both take longer.
    """

    computed: Times = field(default_factory=Times)
    passed: Times = field(default_factory=Times)
    reference: Times = field(default_factory=Times)

    def relative(self, share: float) -> float:
        """A quantile of the frames' computing time, in medians of the reference."""
        return self.computed.quantile(share) / self.reference.quantile(0.5)


class TimeIsUp(Exception):
    """The soak is over; whatever was being done is left there."""


class Turning(QObject):
    """Turns the loop. A frame is a turn in which the window painted: its panels read the session, and are drawn."""

    def __init__(self, window: QObject, frames: Callable[[], Frames]) -> None:
        """``frames``: where the frames of this moment are counted."""
        super().__init__()
        self._frames, self._painted = frames, False
        #: Called between two turns, where its time is counted for no frame.
        self.between: Callable[[], None] = lambda: None
        #: After this moment (time.monotonic) a turn raises TimeIsUp.
        self.ends = math.inf
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Sees that the window paints."""
        if event.type() == QEvent.Type.UpdateRequest:
            self._painted = True
        return False

    def turn(self) -> None:
        """One turn, and a rest. Raises TimeIsUp."""
        if time.monotonic() > self.ends:
            raise TimeIsUp
        self._painted = False
        computed, began = time.thread_time(), time.perf_counter()
        QCoreApplication.processEvents()
        # The application's own loop does this; one that is turned by hand leaves what is to be deleted lying.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        if self._painted:
            frames = self._frames()
            frames.computed.add(1000 * (time.thread_time() - computed))
            frames.passed.add(1000 * (time.perf_counter() - began))
        self.between()
        time.sleep(_REST_SECONDS)

    def spin(self, seconds: float) -> None:
        """As a person watching would."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.turn()

    def until(self, done: Callable[[], bool], what: str, limit: float = 300.0) -> None:
        """Turns until it is so. Raises TimeoutError after ``limit`` seconds, which a busy computer does not need."""
        end = time.monotonic() + limit
        while not done():
            if time.monotonic() > end:
                raise TimeoutError(f"it did not come to that: {what}")
            self.turn()
