"""Garbage is found on the window's thread, however much other threads make, and never on theirs."""

import gc
import threading
import time
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
    monkeypatch.setattr(collectors, "BEGINNING_SECONDS", 0.0)
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


def test_how_far_it_looks(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    did: list[object] = []
    at: list[tuple[float, tuple[int, int, int]]] = [(0.0, (0, 0, 0))]

    def freeze() -> None:
        did.append("freeze")

    def collect(generation: int = 2) -> None:
        did.append(generation)

    monkeypatch.setattr(time, "monotonic", lambda: at[0][0])
    monkeypatch.setattr(gc, "get_threshold", lambda: (700, 10, 10))
    monkeypatch.setattr(gc, "get_count", lambda: at[0][1])
    monkeypatch.setattr(gc, "collect", collect)
    monkeypatch.setattr(gc, "freeze", freeze)
    collector = Collector()
    for at[0] in (
        (1.0, (90_000, 0, 0)), (21.0, (1, 11, 0)), (22.0, (701, 3, 90)), (23.0, (701, 11, 0)), (121.0, (1, 0, 0)),
        (122.0, (701, 0, 0)),
    ):  # fmt: skip
        collector.look()
    assert did == ["freeze", 0, 1, 2, 0]
