"""The catalogue: what every run says of itself, in one SQLite file that is made again from the folders at any time."""

import os
import sqlite3
import zlib
from contextlib import closing, suppress
from pathlib import Path

from workbench.runs.folders import ABOUT, LARGEST_ABOUT

FILE = ".catalogue.sqlite"

#: Written into the file; one of another number is made anew.
_VERSION = 1

#: So long another window's writing is waited for; after that the folders alone are read.
_PATIENCE_SECONDS = 0.5

#: A run's folder, when and how its description was written, its checksum, and the description itself.
_TABLE = "CREATE TABLE runs (name TEXT PRIMARY KEY, stamp TEXT, checksum INTEGER, about BLOB)"


def described(under: Path) -> dict[str, bytes | OSError]:
    """The description (run.json) of every run's folder, by name; read again only where it was written since.

    A catalogue that is missing, damaged or of another version is made anew; one that cannot be written, or that
    another window holds for too long, is done without.
    """
    stamps = _stamps(under)
    known = _read(under)
    found: dict[str, bytes | OSError] = {}
    fresh: dict[str, bytes] = {}
    for name, stamp in stamps.items():
        if name in known and known[name][0] == stamp:
            found[name] = known[name][1]
            continue
        try:
            with (under / name / ABOUT).open("rb") as file:
                found[name] = fresh[name] = file.read(LARGEST_ABOUT + 1)
        except FileNotFoundError:
            continue  # removed since its name was read
        except OSError as error:
            found[name] = error
    gone = known.keys() - stamps.keys()
    if fresh or gone:
        _write(under, {name: (stamps[name], about) for name, about in fresh.items()}, gone)
    return found


def _stamps(under: Path) -> dict[str, str]:
    """When and how each run's description was written. Folders without one are no runs."""
    found = {}
    with suppress(OSError), os.scandir(under) as entries:
        for entry in entries:
            if entry.name.startswith("."):  # a run that is being unpacked
                continue
            with suppress(OSError):
                written = os.stat(f"{entry.path}/{ABOUT}")  # noqa: PTH116 (thousands of them: a Path each takes longer)
                found[entry.name] = f"{written.st_mtime_ns} {written.st_size} {written.st_ino}"
    return found


def _read(under: Path) -> dict[str, tuple[str, bytes]]:
    """The catalogue's own rows; none where there is no whole one."""
    if not (under / FILE).is_file():
        return {}
    try:
        with closing(_opened(under)) as catalogue:
            if catalogue.execute("PRAGMA user_version").fetchone() != (_VERSION,):
                raise sqlite3.DatabaseError("of another version")
            # A view of this name could go on for ever.
            if catalogue.execute("SELECT sql FROM sqlite_schema WHERE sql NOT NULL").fetchall() != [(_TABLE,)]:
                raise sqlite3.DatabaseError("not ours")
            rows = catalogue.execute("SELECT name, stamp, checksum, about FROM runs").fetchall()
        if any(zlib.crc32(f"{name} {stamp} ".encode() + about) != checksum for name, stamp, checksum, about in rows):
            raise sqlite3.DatabaseError("damaged")
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            _drop(under)
        return {}
    except (
        sqlite3.DatabaseError,
        TypeError,
        ValueError,
        AttributeError,
    ):  # rows of other kinds than ours are damage, too
        _drop(under)
        return {}
    return {name: (stamp, about) for name, stamp, _, about in rows}


def _write(under: Path, fresh: dict[str, tuple[str, bytes]], gone: set[str]) -> None:
    with suppress(sqlite3.Error, OSError), closing(_opened(under)) as catalogue, catalogue:
        catalogue.execute("BEGIN IMMEDIATE")
        if catalogue.execute("PRAGMA user_version").fetchone() != (_VERSION,):
            catalogue.execute("DROP TABLE IF EXISTS runs")
            catalogue.execute(_TABLE)
            catalogue.execute(f"PRAGMA user_version = {_VERSION}")
        catalogue.executemany(
            "INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?)",
            [(name, stamp, zlib.crc32(f"{name} {stamp} ".encode() + about), about)
             for name, (stamp, about) in fresh.items()],
        )  # fmt: skip
        catalogue.executemany("DELETE FROM runs WHERE name = ?", [(name,) for name in gone])


def _opened(under: Path) -> sqlite3.Connection:
    catalogue = sqlite3.connect(under / FILE, timeout=_PATIENCE_SECONDS, isolation_level=None)
    # What a power loss takes from it is made again.
    catalogue.execute("PRAGMA synchronous = OFF")
    return catalogue


def _drop(under: Path) -> None:
    for name in (FILE, f"{FILE}-journal"):
        with suppress(OSError):
            (under / name).unlink(missing_ok=True)
