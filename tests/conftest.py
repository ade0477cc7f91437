"""What holds for every test: a temporary home, no display, no network, one torch thread, nothing left running."""

import gc
import ipaddress
import itertools
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import settings

from tests.hostile_tally import TALLY
from workbench import paths
from workbench.paths import HOME_VARIABLE

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
torch.set_num_threads(1)

# The same cases each time, so that a failure says something of the change and not of the day;
# HYPOTHESIS_PROFILE=default looks further.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

#: How long a thread that was told to end may take to do so.
GRACE_SECONDS = 5.0


#: After so many tests garbage is looked for among all objects, not only the newer ones.
_TESTS_PER_FULL_COLLECTION = 100

_tests_run = itertools.count(1)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """As in the window: a worker that came upon the garbage of a panel would delete parts of Qt on its own thread."""
    gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """Between tests it is looked for, on the main thread, when no worker is left."""
    gc.collect(1 if next(_tests_run) % _TESTS_PER_FULL_COLLECTION else 2)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many broken files were opened."""
    for line in TALLY.lines():
        terminalreporter.write_line(line)


@pytest.fixture(autouse=True)
def temporary_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Everything the workbench writes goes to a folder of this test's own."""
    home = tmp_path / "home"
    monkeypatch.setenv(HOME_VARIABLE, str(home))
    return home


@pytest.fixture
def small_networks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The networks that come along are small ones here, and nothing is written among the real ones."""
    from tests.small import place_small_networks  # only now: most tests need no torch

    monkeypatch.setattr(paths, "networks", lambda: tmp_path / "networks")
    return place_small_networks(tmp_path / "networks")


@pytest.fixture(autouse=True)
def no_thread_left_behind() -> Iterator[None]:
    """Names the threads that a test started and did not end."""
    before = threading.enumerate()
    yield
    left = threads_left(before, GRACE_SECONDS)
    assert not left, f"the test left threads running: {', '.join(left)}"


def threads_left(before: list[threading.Thread], grace_seconds: float) -> list[str]:
    """Names of the threads that run now and did not before, after each was given some time to end."""
    # Threads that Python did not start (Qt's) are shown as dummies, which cannot be joined.
    started = [t for t in threading.enumerate() if t not in before and not isinstance(t, threading._DummyThread)]
    for thread in started:
        thread.join(grace_seconds)
    return [thread.name for thread in started if thread.is_alive()]


class NetworkUsed(AssertionError):
    """A test reached for the network."""


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections go to this machine only, and no proxy stands between."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(self: socket.socket, address: Any) -> None:
        _refuse_foreign(self, address)
        connect(self, address)

    def guarded_ex(self: socket.socket, address: Any) -> int:
        _refuse_foreign(self, address)
        return connect_ex(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_ex)


def _refuse_foreign(connection: socket.socket, address: Any) -> None:
    if connection.family not in (socket.AF_INET, socket.AF_INET6):
        return
    host = str(address[0])
    if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
        raise NetworkUsed(f"a test tried to connect to {host}")
