"""Garbage is looked for on the window's thread only: on another it would delete parts of Qt while Qt uses them."""

import gc
import time

from PySide6.QtCore import QObject, QTimer, Slot

#: Little at a time, so that no picture waits for it.
INTERVAL_MS = 100

#: By then torch and the networks are loaded. What is there then stays, and is never searched again: a search among it
#: would take long enough to be seen.
BEGINNING_SECONDS = 20.0

#: So seldom garbage is looked for among all that came later.
FULL_SECONDS = 120.0


class Collector(QObject):
    """Does on the window's thread what Python does on whichever thread makes the next object."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._full_at = self._begun_at = time.monotonic()
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """From now on Python does not look by itself."""
        gc.disable()
        self._full_at = self._begun_at = time.monotonic()
        self._timer.start()

    def stop(self) -> None:
        """No more, and what was left out is searched again. Python looks by itself once it is told to."""
        self._timer.stop()
        gc.unfreeze()

    @Slot()
    def look(self) -> None:
        """Among the newest objects once there are as many as Python waits for, each tenth time among older ones."""
        now = time.monotonic()
        newest, younger, _ = (count > most for count, most in zip(gc.get_count(), gc.get_threshold(), strict=True))
        if now - self._begun_at < BEGINNING_SECONDS:
            gc.freeze()
        elif now - self._full_at >= FULL_SECONDS:
            self._full_at = now
            gc.collect()
        elif newest:
            gc.collect(1 if younger else 0)
