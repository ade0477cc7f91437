"""Whether there is a display for the window: Qt ends the whole process when it finds none, so it is asked first."""

import os
import re
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

#: A display on another computer answers within this time, or is not there.
PATIENCE_SECONDS = 3.0


def has_display(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a window can be opened. A display that is only named, and has gone, is none."""
    if sys.platform != "linux" or environment.get("QT_QPA_PLATFORM"):
        return True
    wayland, x = environment.get("WAYLAND_DISPLAY", ""), environment.get("DISPLAY", "")
    return bool(wayland and _wayland_answers(wayland, environment)) or bool(x and _x_answers(x))


def _wayland_answers(name: str, environment: Mapping[str, str]) -> bool:
    """A Wayland display is the name of a socket in the folder for a login's own files, or its whole path."""
    return _answers(str(Path(environment.get("XDG_RUNTIME_DIR", "/")) / name))


def _x_answers(name: str) -> bool:
    """An X display is ``host:number.screen``; without a host it is a local socket, which may be an abstract one."""
    found = re.fullmatch(r"(?P<host>.*):(?P<number>\d{1,4})(\.\d+)?", name)
    if found is None:
        return True  # a form unknown here; Qt is to judge
    path = f"/tmp/.X11-unix/X{found['number']}"
    if found["host"] in ("", "unix"):
        return _answers(path) or _answers(f"\0{path}")
    try:
        socket.create_connection((found["host"], 6000 + int(found["number"])), PATIENCE_SECONDS).close()
    except OSError:
        return False
    return True


def _answers(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(path)
        except OSError:  # nobody there, or a path longer than a socket's can be
            return False
    return True
