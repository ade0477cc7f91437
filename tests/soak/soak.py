"""The soak itself: the window opened, used round after round while it is measured, closed, and looked for remains."""

import shutil
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from tests.conftest import threads_left
from tests.soak.day import Day, Sitting
from tests.soak.gauges import active_timers, census, reference_milliseconds, sample
from tests.soak.report import TENTHS, Report
from tests.soak.turning import Frames, TimeIsUp, Turning
from workbench.bench.offscreen import Opened, open_window

#: A person's patience after the window was closed.
GRACE_SECONDS = 30.0

_SAMPLE_SECONDS = 5.0


def soak(
    seconds: float, *, steps: int, bin_folder: Path | None = None, say: Callable[[str], None] = lambda _: None
) -> Report:
    """Uses the window for so long, in trainings of about ``steps`` steps each. What is in the bin is thrown away."""
    report, threads, timers = Report(), threading.enumerate(), active_timers()
    with open_window() as opened:
        _live(opened, report, seconds, steps, bin_folder, say)
        _close(opened)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    report.timers_left = [repr(one.parent()) for one in active_timers() if one not in timers]
    report.threads_left = threads_left(threads, GRACE_SECONDS)
    return report


def _live(
    opened: Opened, report: Report, seconds: float, steps: int, bin_folder: Path | None, say: Callable[[str], None]
) -> None:
    window, session = opened.window, opened.session
    began = time.monotonic()
    sampled = -_SAMPLE_SECONDS

    def passed() -> float:
        return time.monotonic() - began

    def tenth() -> Frames:
        return report.tenths[min(TENTHS - 1, int(TENTHS * passed() / seconds))]

    def measure() -> None:
        nonlocal sampled
        if passed() - sampled >= min(_SAMPLE_SECONDS, seconds / 100):
            sampled = passed()
            report.samples.append(sample(sampled))
            tenth().reference.add(reference_milliseconds())

    turning = Turning(window, tenth)
    turning.between = measure
    measure()
    day = Day(turning, Sitting(window), session, steps=steps)
    report.done = day.done
    with suppress(TimeIsUp), _told(report.missed, say):
        while True:
            for part in day.round():
                try:
                    part()
                except (AssertionError, TimeoutError) as error:
                    report.missed.append(str(error))
                    say(f"missed: {error}")
                turning.ends = began + seconds  # not before something was done
            turning.spin(0.5)
            one = census(passed(), window)
            report.censuses.append(one)
            say(f"round {day.rounds} after {one.seconds / 60:.1f} min: {one.memory:.1f} MiB, {one.threads} threads, "
                f"{one.files} files, {one.widgets} widgets, {sum(one.types.values())} objects")  # fmt: skip
            if bin_folder is not None:
                shutil.rmtree(bin_folder / "Trash", ignore_errors=True)
    report.samples.append(sample(passed()))
    report.minutes = passed() / 60
    report.missed += [note.sentence for note in session.notes if note.level == "error"]


@contextmanager
def _told(missed: list[str], say: Callable[[str], None]) -> Iterator[None]:
    """Errors in what Qt calls pass nobody by: they end nothing, and would be lines on the terminal only."""
    before = sys.excepthook

    def told(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        missed.append(f"{kind.__name__}: {error}")
        say("".join(traceback.format_exception(kind, error, trace)))

    sys.excepthook = told
    try:
        yield
    finally:
        sys.excepthook = before


def _close(opened: Opened) -> None:
    """As a person closes it: while something is trained it asks once."""
    window = opened.window
    window.close()
    answer = window.findChild(QWidget, "noticeAnswer0")
    if window.isVisible() and answer is not None:
        QTest.mouseClick(answer, Qt.MouseButton.LeftButton)
    opened.spin(0.2)
