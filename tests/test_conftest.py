"""The guards of conftest guard."""

import os
import socket
import threading
from pathlib import Path

import pytest

from tests.conftest import NetworkUsed, threads_left
from workbench import paths


def test_everything_written_goes_to_the_temporary_home(tmp_path: Path) -> None:
    for place in (paths.user_presets(), paths.runs(), paths.downloads(), paths.session_file(), paths.window_file()):
        assert place.is_relative_to(tmp_path)


def test_a_connection_elsewhere_is_refused() -> None:
    with socket.socket() as connection, pytest.raises(NetworkUsed, match=r"192\.0\.2\.1"):
        connection.connect(("192.0.2.1", 80))


def test_a_thread_left_behind_is_named() -> None:
    before, end = threading.enumerate(), threading.Event()
    forgotten = threading.Thread(target=end.wait, name="forgotten")
    forgotten.start()
    assert threads_left(before, grace_seconds=0.0) == ["forgotten"]
    end.set()
    assert threads_left(before, grace_seconds=5.0) == []


def test_windows_open_without_a_display() -> None:
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"
