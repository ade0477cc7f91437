"""The ticker: polls the session on the window's thread and says what changed."""

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from workbench.session.session import Session

#: About 30 times a second; workers wake it sooner.
INTERVAL_MS = 33


class Ticker(QObject):
    """Emits ``changed(Change)`` after each poll that brought something."""

    changed = Signal(object)
    _woken = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._session: Session | None = None
        self._wake_is_pending = False
        self._woken.connect(self.tick, Qt.ConnectionType.QueuedConnection)
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self.tick)

    def wake(self) -> None:
        """May be called on any thread: polls soon. Many calls before the poll are one."""
        if not self._wake_is_pending:
            self._wake_is_pending = True
            self._woken.emit()

    def watch(self, session: Session) -> None:
        self._session = session
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        self._session = None

    @Slot()
    def tick(self) -> None:
        """Polls once."""
        self._wake_is_pending = False
        if self._session is None:
            return
        change = self._session.poll()
        if change:
            self.changed.emit(change)
