"""Garbage is looked for on the window's thread only: on another it would delete parts of Qt while Qt uses them."""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

#: So often it is seen whether enough was made since to look for garbage among it.
INTERVAL_MS = 1000


class Collector(QObject):
    """Does in the window's thread what Python does in whichever thread makes the next object.

    Once, some seconds after the start, what is there by then is taken out of all later searches: that is torch, Qt and
    the like, which stay, and among which a search takes long enough to be seen.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_frozen = False
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """From now on Python does not look by itself."""
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        """No more. Whoever had Python look by itself before has it do so again."""
        self._timer.stop()

    @Slot()
    def look(self) -> None:
        """Among the newest objects, or the older ones too, as often as Python would: each tenth time one age more."""
        due = [count > limit for count, limit in zip(gc.get_count(), gc.get_threshold(), strict=True)]
        if not due[0]:
            return
        generation = 0 if not due[1] else 1 if not due[2] else 2
        gc.collect(generation)
        if generation and not self._is_frozen:
            self._is_frozen = True
            gc.freeze()
