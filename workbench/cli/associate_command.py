"""``workbench associate``: from now on a double click on a run in one file opens it in the window, or no more."""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from workbench import paths
from workbench.cli.output import Output
from workbench.errors import BadInput
from workbench.files import write_text
from workbench.session.exporting import SUFFIXES

SUFFIX = SUFFIXES["bundle"]

#: How the kind of file is called, by its media type and among Windows' classes.
TYPE, CLASS = "application/x-lstm-workbench-run", "LSTMWorkbench.Run"
TITLE = "Run of the LSTM Workbench"

#: By this id the desktop knows the window as well.
DESKTOP = "lstm-workbench"

#: See the desktop entry specification, "The Exec key": these are escaped within quotes.
_ESCAPED = str.maketrans({sign: f"\\{sign}" for sign in '"`$\\'})


def associate(arguments: argparse.Namespace, output: Output) -> int:
    """For this person alone; nothing of the system's is written."""
    if sys.platform == "darwin":
        raise BadInput("associate", "macOS opens files by a double click with application bundles only, and the"
                       " workbench is none", hint="Drop the file on the window, or run workbench FILE.")  # fmt: skip
    try:
        if sys.platform == "win32":
            import winreg

            places = on_windows(winreg, remove=arguments.remove)
        else:
            places = on_a_desktop(data_home(), remove=arguments.remove)
    except OSError as error:
        raise BadInput("associate", f"cannot be written: {error.strerror or error}") from error
    done = "opens nothing any more" if arguments.remove else "opens it in the window"
    output.say(f"A double click on a {SUFFIX} file {done}.")
    for place in places:
        output.say(f"{'Removed' if arguments.remove else 'Written'}: {place}")
    lacking = missing() if sys.platform != "win32" else []
    if lacking:
        output.say(f"{' and '.join(lacking)} cannot be found: a desktop takes notice when it was run.")
    output.answer({"command": [] if arguments.remove else command(), "removed": arguments.remove, "places": places,
                   "missing": lacking})  # fmt: skip
    return 0


def command() -> list[str]:
    """What opens the window, to be followed by a file's name: the installed program, or Python with the package."""
    name = "workbench.exe" if sys.platform == "win32" else "workbench"
    beside = Path(sys.executable).with_name(name)
    if beside.is_file():
        return [str(beside)]
    return [sys.executable, "-m", "workbench"]


def data_home() -> Path:
    """The person's own data, as the XDG base directory specification has it."""
    home = os.environ.get("XDG_DATA_HOME", "")
    return Path(home) if home.startswith("/") else Path.home() / ".local" / "share"


def on_a_desktop(home: Path, *, remove: bool = False) -> list[str]:
    """Writes, or removes, what desktops of freedesktop.org read under ``home``. Returns the files."""
    kind, entry = home / "mime" / "packages" / f"{DESKTOP}.xml", home / "applications" / f"{DESKTOP}.desktop"
    icon = home / "icons" / "hicolor" / "scalable" / "apps" / f"{DESKTOP}.svg"
    if remove:
        there = [path for path in (kind, entry, icon) if path.exists()]
        for path in there:
            path.unlink()
    else:
        there = [kind, entry, icon]
        write_text(kind, _KIND)
        write_text(entry, _entry(command()))
        write_text(icon, (paths.resources() / "icons" / "workbench.svg").read_text(encoding="utf-8"))
    # Desktops read what these programs make of all such files.
    _refresh("update-mime-database", home / "mime")
    _refresh("update-desktop-database", home / "applications")
    return [str(path) for path in there]


_KIND = f"""<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="{TYPE}">
    <comment>{TITLE}</comment>
    <icon name="{DESKTOP}"/>
    <glob pattern="*{SUFFIX}"/>
  </mime-type>
</mime-info>
"""


def _entry(words: list[str]) -> str:
    """A desktop entry: what begins the program, and which files it opens."""
    # Within a value a backslash is written twice, and a percent sign begins a field.
    quoted = " ".join(f'"{word.translate(_ESCAPED)}"' for word in words).replace("\\", "\\\\").replace("%", "%%")
    lines = [
        "[Desktop Entry]", "Type=Application", "Name=LSTM Workbench",
        "Comment=A desktop laboratory for recurrent networks", f"Exec={quoted} %f", f"Icon={DESKTOP}",
        f"StartupWMClass={DESKTOP}", "Categories=Education;Science;", f"MimeType={TYPE};",
    ]  # fmt: skip
    if len(words) > 1:  # a package that is not installed is found from where it lies
        lines.append(f"Path={Path(__file__).resolve().parents[2]}")
    return "\n".join(lines) + "\n"


def _refresh(program: str, folder: Path) -> None:
    if (found := shutil.which(program)) is not None and folder.is_dir():
        subprocess.run([found, str(folder)], check=False, capture_output=True)


def missing() -> list[str]:
    """The programs that a desktop needs to take notice, of those that are not on this computer."""
    return [name for name in ("update-mime-database", "update-desktop-database") if shutil.which(name) is None]


def on_windows(registry: Any, *, remove: bool = False) -> list[str]:
    """Writes, or removes, the classes of this person in the registry. Returns the keys. ``registry``: winreg."""
    root, classes = registry.HKEY_CURRENT_USER, "Software\\Classes"
    suffix, kind = f"{classes}\\{SUFFIX}", f"{classes}\\{CLASS}"
    values = {
        suffix: CLASS, kind: TITLE, f"{kind}\\shell\\open\\command": f'{subprocess.list2cmdline(command())} "%1"',
    }  # fmt: skip
    if not remove:
        for key, value in values.items():
            with registry.CreateKeyEx(root, key) as opened:
                registry.SetValueEx(opened, "", 0, registry.REG_SZ, value)
        return list(values)
    removed = []
    for key in (f"{kind}\\shell\\open\\command", f"{kind}\\shell\\open", f"{kind}\\shell", kind, suffix):
        try:
            registry.DeleteKey(root, key)
        except FileNotFoundError:
            continue
        removed.append(key)
    return removed
