"""Opens the window: application, session, ticker, first picture, and a clean end."""

import os
import signal
import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from workbench import paths
from workbench.options import Options
from workbench.session.change import Change
from workbench.session.session import Session
from workbench.ui import stylesheet
from workbench.ui.collector import Collector
from workbench.ui.icons import application_icon
from workbench.ui.screenshot import Screenshot
from workbench.ui.theme import ThemeSource
from workbench.ui.ticker import Ticker
from workbench.ui.window import Window


def run(options: Options) -> int:
    """Opens the window and returns the exit code when it has been closed."""
    if options.screenshot is None:
        return _open(options)
    import tempfile

    # A first launch: nothing of the person's own is read or written.
    with tempfile.TemporaryDirectory() as folder:
        os.environ[paths.HOME_VARIABLE] = folder
        return _open(options)


def application() -> QApplication:
    """The one application, with its names, icon and style."""
    app = QCoreApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(sys.argv[:1])
    app.setApplicationName("workbench")
    app.setApplicationDisplayName("LSTM Workbench")
    app.setDesktopFileName("lstm-workbench")
    app.setWindowIcon(application_icon())
    stylesheet.prepare(app)
    return app


def training_threads() -> int:
    """One core stays with the window."""
    return max(1, (os.cpu_count() or 2) - 1)


class _Opening(QObject):
    """Opens a file in the window when the networks that answer from the start are there, so that its own comes last."""

    def __init__(self, window: Window, file: Path) -> None:
        super().__init__(window)
        self._window, self._file, self._is_open = window, file, False

    @Slot(object)
    def see(self, change: Change) -> None:
        if not self._is_open and Change.NETWORK in change and not self._window.session.networks.is_loading:
            self._is_open = True
            self._window.open_path(str(self._file))


def _open(options: Options) -> int:
    app = application()
    source = ThemeSource(app)
    source.choose(options.theme)
    ticker = Ticker()
    session = Session(ticker.wake, threads=training_threads())
    session.recall()
    window = Window(session, ticker, source)
    if options.preset:
        session.choose(options.preset)
    ticker.watch(session)
    if options.screenshot is not None:
        window.resize(*options.size)
        shot = Screenshot(window, Path(options.screenshot))
        window.show()
        shot.wait()
    else:
        session.tell_lengths()
        window.restore_layout()
        window.show()
        if options.file is not None:
            ticker.changed.connect(_Opening(window, options.file).see)
    collector = Collector()
    QTimer.singleShot(0, collector.start)  # the window is painted by then
    # Python sees Ctrl+C in a terminal only while it runs; the ticker's timer lets it run.
    before = signal.signal(signal.SIGINT, lambda *_: QTimer.singleShot(0, window.close))
    try:
        code = app.exec()
    finally:
        collector.stop()
        ticker.stop()
        session.close()
        signal.signal(signal.SIGINT, before)
        # Now and in Qt's order; left to the garbage collector, the window's parts go in any order, and Qt breaks.
        window.deleteLater()
        QCoreApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete.value)
    return int(code)
