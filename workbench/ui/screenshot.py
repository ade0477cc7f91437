"""A picture of the window, taken when the networks have answered."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Slot

from workbench.ui.window import Window

#: What takes longer than this is broken.
PATIENCE_MS = 60_000
SETTLE_MS = 400


class Screenshot(QObject):
    """Saves the window to a file, then leaves with exit code 0, or 1 when the file could not be written."""

    def __init__(self, window: Window, path: Path) -> None:
        super().__init__(window)
        self._window, self._path = window, path
        self._waited = 0
        self._timer = QTimer(self)
        self._timer.setInterval(SETTLE_MS)
        self._timer.timeout.connect(self._look)

    def wait(self) -> None:
        self._timer.start()

    @Slot()
    def _look(self) -> None:
        self._waited += SETTLE_MS
        session = self._window.session
        ready = session.networks.in_use and not session.networks.is_loading and session.answer is not None
        if self._settled(bool(ready)):
            self._timer.stop()
            self._path.parent.mkdir(parents=True, exist_ok=True)
            saved = self._window.grab().save(str(self._path))
            QCoreApplication.exit(0 if saved else 1)

    def _settled(self, ready: bool) -> bool:
        """One more beat after everything is there, so that it is painted too."""
        if ready and not getattr(self, "_was_ready", False):
            self._was_ready = True
            return False
        return ready or self._waited >= PATIENCE_MS
