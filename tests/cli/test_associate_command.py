"""A double click on a run in one file: what desktops and Windows are told, and that it is taken back whole."""

import configparser
import json
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import Command
from workbench.cli import associate_command
from workbench.cli.associate_command import TYPE, on_a_desktop, on_windows

linux = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="of desktops of freedesktop.org")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data home"
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "none"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return folder


def entry(home: Path) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(home / "applications" / "lstm-workbench.desktop", encoding="utf-8")
    return parser["Desktop Entry"]


@linux
def test_a_desktop_learns_the_suffix_and_what_opens_it_and_forgets_it(workbench: Command, home: Path) -> None:
    said = workbench("associate", "--json").json
    kind = ElementTree.parse(home / "mime" / "packages" / "lstm-workbench.xml").getroot()
    space = {"m": "http://www.freedesktop.org/standards/shared-mime-info"}
    globs = [glob.get("pattern") for glob in kind.findall("m:mime-type/m:glob", space)]
    assert (kind.find("m:mime-type", space).get("type"), globs) == (TYPE, ["*.lstmrun"])  # type: ignore[union-attr]
    lines = entry(home)
    assert (lines["Type"], lines["MimeType"]) == ("Application", f"{TYPE};")
    *words, field = shlex.split(lines["Exec"])
    assert (words, field) == (said["command"], "%f")
    assert all(Path(place).is_file() for place in said["places"])
    helped = subprocess.run([*words, "--help"], check=True, capture_output=True, text=True)
    assert "associate" in helped.stdout

    again = workbench("associate")
    assert "A double click on a .lstmrun file opens it in the window." in again.out
    assert workbench("associate", "--remove", "--json").json["places"] == said["places"]
    assert not any(Path(place).exists() for place in said["places"])
    assert workbench("associate", "--remove", "--json").json["places"] == []


@linux
@pytest.mark.skipif(
    shutil.which("gio") is None or shutil.which("update-mime-database") is None, reason="no desktop's programs here"
)
def test_the_desktops_own_programs_know_the_file_by_its_name(workbench: Command, home: Path, tmp_path: Path) -> None:
    run = tmp_path / "mine.lstmrun"
    run.write_bytes(b"PK")

    def kind() -> str:
        words = ["gio", "info", "-a", "standard::content-type", str(run)]
        return subprocess.run(words, check=True, capture_output=True, text=True).stdout

    workbench("associate")
    assert TYPE in kind()
    workbench("associate", "--remove")
    assert TYPE not in kind()


@linux
def test_signs_that_a_desktop_entry_reads_otherwise_are_escaped(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = r'/home/a "b" $c/100%/d\e/`f`/workbench'
    monkeypatch.setattr(associate_command, "command", lambda: [odd])
    on_a_desktop(home)
    value = entry(home)["Exec"].replace("\\\\", "\\").replace("%%", "%")  # as the specification reads a value
    quoted, field = value.rsplit(" ", 1)
    assert field == "%f"
    read = subprocess.run(["sh", "-c", f"printf %s {quoted}"], check=True, capture_output=True, text=True)
    assert read.stdout == odd  # quoted for a desktop as for a shell


def test_a_program_that_is_not_there_is_named(
    workbench: Command, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sys.platform in ("win32", "darwin"):
        pytest.skip("of desktops of freedesktop.org")
    monkeypatch.setenv("PATH", str(tmp_path))
    said = workbench("associate").out
    assert "update-mime-database and update-desktop-database cannot be found" in said


class Registry:
    """What of Windows' registry is used, in a dictionary."""

    HKEY_CURRENT_USER, REG_SZ = "HKCU", 1

    def __init__(self) -> None:
        self.keys: dict[str, str] = {}

    @contextmanager
    def CreateKeyEx(self, root: str, key: str) -> Iterator[str]:
        assert root == "HKCU"
        for depth in range(3, len(parts := key.split("\\")) + 1):
            self.keys.setdefault("\\".join(parts[:depth]), "")
        yield key

    def SetValueEx(self, key: str, name: str, reserved: int, kind: int, value: str) -> None:
        assert (name, reserved, kind) == ("", 0, 1)
        self.keys[key] = value

    def DeleteKey(self, root: str, key: str) -> None:
        assert not any(other.startswith(f"{key}\\") for other in self.keys), "Windows deletes no key with others in it"
        if key not in self.keys:
            raise FileNotFoundError(key)
        del self.keys[key]


def test_windows_learns_it_for_this_person_and_forgets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(associate_command, "command", lambda: [r"C:\Program Files\w\workbench.exe"])
    registry = Registry()
    on_windows(registry)
    classes = "Software\\Classes\\"
    assert registry.keys[f"{classes}.lstmrun"] == "LSTMWorkbench.Run"
    opens = registry.keys[f"{classes}LSTMWorkbench.Run\\shell\\open\\command"]
    assert opens == r'"C:\Program Files\w\workbench.exe" "%1"'
    on_windows(registry, remove=True)
    assert registry.keys == {}
    assert on_windows(registry, remove=True) == []


def test_macos_is_told_the_truth(workbench: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    workbench("associate").refused("application bundles only", "Drop the file on the window")


def test_what_cannot_be_written_is_said(workbench: Command, home: Path) -> None:
    home.write_text(json.dumps("a file in the folder's place"))
    workbench("associate").refused("cannot be written")
