"""What the process holds: memory, threads, files, timers, windows, widgets, and objects of our own types."""

import gc
import math
import os
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from tests.ui.open_windows import top_level_widgets

_MIB = 1024.0 * 1024.0


@dataclass(frozen=True)
class Sample:
    """What is read in a moment, ``seconds`` after the beginning. ``memory``: resident, in MiB."""

    seconds: float
    memory: float
    threads: int
    files: int


@dataclass(frozen=True)
class Census:
    """What is counted when nothing is going on, after a garbage collection. ``types``: objects of ours, by type."""

    seconds: float
    memory: float
    threads: int
    files: int
    timers: int
    active_timers: int
    windows: int
    widgets: int
    types: dict[str, int]


def sample(seconds: float) -> Sample:
    """Read in less than a millisecond."""
    return Sample(seconds, resident_memory(), _threads(), _files())


def census(seconds: float, window: QWidget) -> Census:
    """Takes some tenths of a second."""
    gc.collect()
    everything = gc.get_objects()
    # By type: asking a lazy module of torch's for its class would import it.
    timers = [one for one in everything if issubclass(type(one), QTimer) and isValid(one)]
    types = Counter(f"{kind.__module__}.{kind.__qualname__}" for kind in map(type, everything) if _is_ours(kind))
    del everything
    return Census(
        seconds, resident_memory(), _threads(), _files(), len(timers), sum(timer.isActive() for timer in timers),
        len(top_level_widgets()), len(window.findChildren(QObject)), dict(types),
    )  # fmt: skip


def reference_milliseconds() -> float:
    """What one and the same drawing takes of this thread's time now: lines and words, as a panel paints them."""
    began = time.thread_time()
    picture = QImage(400, 300, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.white)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for number in range(60):
        points = [QPointF(x, 150 + 100 * math.sin(0.1 * x + number)) for x in range(0, 400, 8)]
        painter.drawPolyline(points)
        painter.drawText(QPointF(number * 6, 5 * number), f"{number:.3f}")
    painter.end()
    return 1000 * (time.thread_time() - began)


def active_timers() -> list[QTimer]:
    """The timers that run."""
    gc.collect()
    return [one for one in gc.get_objects() if issubclass(type(one), QTimer) and isValid(one) and one.isActive()]


def resident_memory() -> float:
    """In MiB; where the system does not tell what it is now, the most it ever was."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        import resource

        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most / _MIB if sys.platform == "darwin" else most / 1024.0
    return pages * os.sysconf("SC_PAGE_SIZE") / _MIB


def _threads() -> int:
    """All threads of the process, those of Qt and torch too, where the system tells."""
    try:
        return len(os.listdir("/proc/self/task"))  # noqa: PTH208 (names are enough, thousands of times)
    except OSError:
        return threading.active_count()


def _files() -> int:
    try:
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    except OSError:
        return 0


def _is_ours(kind: type) -> bool:
    module = kind.__module__
    return isinstance(module, str) and module.partition(".")[0] == "workbench"
