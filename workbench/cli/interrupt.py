"""Ctrl+C while training: the first ends after the batch and keeps what was learnt, a second breaks off at once."""

import signal
import threading
from types import FrameType, TracebackType
from typing import Any, Self


class Interrupt:
    """Hears Ctrl+C inside a ``with`` block. ``wanted`` says whether it was pressed.

    Until ``gentle`` is set there is nothing to keep, and Ctrl+C is what it always is: a KeyboardInterrupt. A generator
    that one is raised in is over, so what it would have saved is lost; hence the flag.
    """

    def __init__(self) -> None:
        self.wanted = self.gentle = False
        self._before: Any = None

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():  # elsewhere signals cannot be heard
            self._before = signal.signal(signal.SIGINT, self._heard)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _heard(self, number: int, frame: FrameType | None) -> None:
        if self.wanted or not self.gentle:
            raise KeyboardInterrupt
        self.wanted = True
