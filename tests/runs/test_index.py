"""The list of runs: quick, right whatever happens to its catalogue, and shared by several windows."""

import json
import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import IO, Any

import pytest

from workbench.files import write_text
from workbench.runs import catalogue
from workbench.runs.catalogue import FILE
from workbench.runs.folders import ABOUT
from workbench.runs.index import all_runs


def write_about(folder: Path, **words: Any) -> None:
    write_text(folder / ABOUT, json.dumps({"preset_id": "p", "title": "P", "started": "now", **words}))


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Forty runs, listed once."""
    for number in range(40):
        write_about(tmp_path / f"run-{number:02d}", step=number)
    assert steps(tmp_path) == list(range(39, -1, -1))
    return tmp_path


def steps(runs: Path) -> list[int]:
    return [about.step for _, about in all_runs(runs)]


def read_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders whose descriptions are read from now on."""
    read: list[str] = []
    opened = Path.open

    def seen(path: Path, mode: str, **others: Any) -> IO[Any]:
        if mode == "rb" and path.name == ABOUT:
            read.append(path.parent.name)
        return opened(path, mode, **others)

    monkeypatch.setattr(Path, "open", seen)
    return read


def test_only_what_was_written_since_is_read_again(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = read_files(monkeypatch)
    steps(runs)
    assert read == []
    write_about(runs / "run-07", step=700)
    write_about(runs / "run-40", step=40)
    (runs / "run-03" / ABOUT).unlink()
    assert steps(runs) == [40, *range(39, 7, -1), 700, 6, 5, 4, 2, 1, 0]
    assert sorted(read) == ["run-07", "run-40"]
    read.clear()
    assert len(steps(runs)) == 40
    assert read == []


def test_a_run_that_is_being_unpacked_is_none_yet(runs: Path) -> None:
    write_about(runs / ".0123.part", step=99)
    assert steps(runs) == list(range(39, -1, -1))


def remove(file: Path) -> None:
    file.unlink()


def empty(file: Path) -> None:
    file.write_bytes(b"")


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:3000])


def random_bytes(file: Path) -> None:
    file.write_bytes(b"\x80\x04K\x01." * 2000)


def change_a_row(file: Path) -> None:
    content = file.read_bytes()
    assert b'"step": 17' in content
    file.write_bytes(content.replace(b'"step": 17', b'"step": 71'))


def other_version(file: Path) -> None:
    with closing(sqlite3.connect(file)) as other:
        other.execute("DROP TABLE runs")
        other.execute("CREATE TABLE runs (name TEXT)")
        other.execute("PRAGMA user_version = 99")
        other.commit()


def other_kinds(file: Path) -> None:
    with closing(sqlite3.connect(file)) as other:
        other.execute("UPDATE runs SET about = 3, stamp = NULL WHERE name = 'run-05'")
        other.commit()


@pytest.mark.parametrize(
    "damage",
    [remove, empty, cut, random_bytes, change_a_row, other_version, other_kinds],
    ids=lambda each: each.__name__,
)
def test_a_damaged_catalogue_is_made_anew(
    runs: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[[Path], None]
) -> None:
    damage(runs / FILE)
    read = read_files(monkeypatch)
    assert steps(runs) == list(range(39, -1, -1))
    assert len(read) == 40
    read.clear()
    assert steps(runs) == list(range(39, -1, -1))
    assert read == []


def test_every_place_that_is_changed_is_harmless(runs: Path) -> None:
    content = (runs / FILE).read_bytes()
    for place in range(0, len(content), 487):
        damaged = bytearray(content)
        damaged[place] ^= 255
        (runs / FILE).write_bytes(damaged)
        assert steps(runs) == list(range(39, -1, -1)), place


def test_a_view_that_goes_on_for_ever_is_not_read(runs: Path) -> None:
    with closing(sqlite3.connect(runs / FILE)) as other, other:
        other.execute("DROP TABLE runs")
        endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT"
        other.execute(f"CREATE VIEW runs AS {endless} 'run-1' AS name, '' AS stamp, 0 AS checksum, x'' AS about FROM n")
    assert steps(runs) == list(range(39, -1, -1))


def test_a_catalogue_that_another_window_holds_is_not_waited_for(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "_PATIENCE_SECONDS", 0.02)
    write_about(runs / "run-40", step=40)
    with closing(sqlite3.connect(runs / FILE, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert steps(runs) == list(range(40, -1, -1))
        other.execute("ROLLBACK")
    assert steps(runs) == list(range(40, -1, -1))


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere")
def test_where_nothing_may_be_written_the_runs_are_listed_all_the_same(tmp_path: Path) -> None:
    write_about(tmp_path / "run", step=1)
    tmp_path.chmod(0o500)
    try:
        assert steps(tmp_path) == [1]
    finally:
        tmp_path.chmod(0o700)


def test_a_catalogue_that_cannot_be_opened_is_done_without(tmp_path: Path) -> None:
    write_about(tmp_path / "run", step=1)
    (tmp_path / FILE).mkdir()
    assert steps(tmp_path) == [1]
