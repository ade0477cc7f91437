"""A window without a display, in a folder of its own, for measuring."""

import gc
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from workbench import paths


@contextmanager
def temporary_home() -> Iterator[None]:
    """Nothing of the person's own is read or written inside."""
    before = os.environ.get(paths.HOME_VARIABLE)
    with tempfile.TemporaryDirectory() as folder:
        os.environ[paths.HOME_VARIABLE] = folder
        try:
            yield
        finally:
            if before is None:
                del os.environ[paths.HOME_VARIABLE]
            else:
                os.environ[paths.HOME_VARIABLE] = before


@contextmanager
def open_window() -> Iterator["Opened"]:
    """The real window with its session and ticker, shown offscreen at 1280x800."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from workbench.session.session import Session
    from workbench.ui.app import application, training_threads
    from workbench.ui.collector import Collector
    from workbench.ui.theme import ThemeSource
    from workbench.ui.ticker import Ticker
    from workbench.ui.window import Window

    with temporary_home():
        app = application()
        ticker, collector, collects = Ticker(), Collector(), gc.isenabled()
        session = Session(ticker.wake, threads=training_threads())
        window = Window(session, ticker, ThemeSource(app))
        ticker.watch(session)
        window.resize(1280, 800)
        window.show()
        collector.start()
        opened = Opened(window, session)
        try:
            opened.spin_until(lambda: bool(session.networks.in_use) and not session.networks.is_loading)
            yield opened
        finally:
            ticker.stop()
            collector.stop()
            if collects:
                gc.enable()
            session.close()
            window.close()
            window.deleteLater()
            app.processEvents()


class Opened:
    """An open window, and Qt's loop turned by hand."""

    def __init__(self, window: "object", session: "object") -> None:
        from workbench.session.session import Session
        from workbench.ui.window import Window

        assert isinstance(window, Window)
        assert isinstance(session, Session)
        self.window, self.session = window, session

    def spin(self, seconds: float) -> None:
        """Turns the loop for a while, as a person watching would."""
        end = time.perf_counter() + seconds
        self.spin_until(lambda: time.perf_counter() >= end, seconds + 60)

    def spin_until(self, done: Callable[[], bool], limit: float = 60.0) -> float:
        """Turns the loop until ``done()``; returns the seconds it took. Raises TimeoutError after ``limit``."""
        from PySide6.QtCore import QCoreApplication, QEventLoop

        began = time.perf_counter()
        while not done():
            # Sleeps until something happens, as the application's own loop does; the ticker's timer always does.
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            if time.perf_counter() - began > limit:
                raise TimeoutError("the window did not get there")
        return time.perf_counter() - began
