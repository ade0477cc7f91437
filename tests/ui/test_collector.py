"""Garbage is found on the window's thread, however much other threads make, and never on theirs."""

import gc
import threading
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from workbench.ui import collector as collectors
from workbench.ui.collector import Collector


class Knot:
    """Nothing but a search finds that it is not needed any more."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def collector(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    monkeypatch.setattr(collectors, "INTERVAL_MS", 5)
    monkeypatch.setattr(gc, "freeze", lambda: None)  # what other tests made is to be found by them
    collector = Collector()
    collector.start()
    yield collector
    collector.stop()


def test_what_another_thread_leaves_is_found_on_this_one(collector: Collector, qtbot: QtBot) -> None:
    searched: list[threading.Thread] = []

    def see(phase: str, _: dict[str, Any]) -> None:
        if phase == "start":
            searched.append(threading.current_thread())

    knots: list[weakref.ref[Knot]] = []
    left = threading.Event()

    def make() -> None:
        for _ in range(20_000):
            knot = Knot()
        knots.append(weakref.ref(knot))
        left.set()

    gc.callbacks.append(see)
    try:
        worker = threading.Thread(target=make)
        worker.start()
        worker.join()
        assert left.is_set()
        assert searched == []
        assert knots[0]() is not None
        qtbot.waitUntil(lambda: knots[0]() is None, timeout=60_000)
    finally:
        gc.callbacks.remove(see)
    assert set(searched) == {threading.main_thread()}
    assert not gc.isenabled()


def test_what_is_there_is_taken_out_once(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[int] = []
    frozen: list[int] = []

    def freeze() -> None:
        frozen.append(len(searched))

    counts = [(1, 0, 0), (800, 3, 0), (800, 11, 2), (800, 11, 2), (800, 11, 11)]
    monkeypatch.setattr(gc, "get_threshold", lambda: (700, 10, 10))
    monkeypatch.setattr(gc, "get_count", lambda: counts[0])
    monkeypatch.setattr(gc, "collect", searched.append)
    monkeypatch.setattr(gc, "freeze", freeze)
    collector.stop()
    while counts:
        collector.look()
        counts.pop(0)
    assert searched == [0, 1, 1, 2]
    assert frozen == [2]
