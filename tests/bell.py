"""Waiting for background work without sleeping: the worker rings, the test looks."""

import threading
import time
from collections.abc import Callable

LONGEST_SECONDS = 30.0


class Bell:
    """Given as ``wake`` to what works in the background."""

    def __init__(self) -> None:
        self._rang = threading.Event()

    def __call__(self) -> None:
        self._rang.set()

    def until(self, done: Callable[[], bool]) -> None:
        """Looks whether it is done each time it rings. Raises TimeoutError."""
        end = time.monotonic() + LONGEST_SECONDS
        while not done():
            # A thread's last breath rings no bell, so it is looked at now and then all the same.
            self._rang.wait(0.05)
            self._rang.clear()
            if time.monotonic() > end:
                raise TimeoutError("it did not come to that")
