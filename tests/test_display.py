"""A display is one that answers; one that is only named is none."""

import socket
import sys
from pathlib import Path

import pytest

from workbench.display import has_display

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")


def test_no_display_is_none() -> None:
    assert not has_display({})
    assert not has_display({"DISPLAY": "", "WAYLAND_DISPLAY": ""})


def test_a_platform_that_was_chosen_needs_none() -> None:
    assert has_display({"QT_QPA_PLATFORM": "offscreen"})


@pytest.mark.parametrize("name", [":4321", "unix:4321", ":4321.0", "localhost:4321.0"])
def test_an_x_display_that_has_gone_is_none(name: str) -> None:
    assert not has_display({"DISPLAY": name})


@pytest.mark.parametrize("name", ["wayland-9", "/nowhere/wayland-9", "x" * 300])
def test_a_wayland_display_that_has_gone_is_none(tmp_path: Path, name: str) -> None:
    assert not has_display({"WAYLAND_DISPLAY": name, "XDG_RUNTIME_DIR": str(tmp_path)})


def test_displays_that_answer_are_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as wayland, socket.socket(socket.AF_UNIX) as x:
        wayland.bind("wayland-9")
        wayland.listen()
        assert has_display({"WAYLAND_DISPLAY": "wayland-9", "XDG_RUNTIME_DIR": "."})
        assert has_display({"WAYLAND_DISPLAY": "gone", "XDG_RUNTIME_DIR": ".", "QT_QPA_PLATFORM": "wayland"})
        x.bind("\0/tmp/.X11-unix/X4322")
        x.listen()
        assert has_display({"DISPLAY": ":4322.0"})


def test_an_x_display_over_the_network_is_there() -> None:
    with socket.socket() as server:
        server.bind(("localhost", 6000 + 4323))
        server.listen()
        assert has_display({"DISPLAY": "localhost:4323"})


def test_what_is_not_understood_is_left_to_qt() -> None:
    assert has_display({"DISPLAY": "something else"})
