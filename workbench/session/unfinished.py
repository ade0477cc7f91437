"""Trainings and races that are under way in a window: marked while they are, so that after a crash they can be offered.

Each window marks its own. A mark is a small file that holds the path of the run, or those of all lanes, parted by a
zero byte; a clean end takes it away.
"""

import os
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from workbench import paths
from workbench.engine.lanes import MOST
from workbench.errors import BadInput
from workbench.files import content_of, make_folder, whole_file
from workbench.runs.index import About, read_about
from workbench.runs.lock import is_held

#: No path is longer, nor those of all lanes together.
_LARGEST = 2**16

#: No path has it.
_PARTING = b"\0"

#: A run that another window begins just now has a mark before it has a folder.
_BEGINNING_SECONDS = 60.0


@contextmanager
def marked(*runs: Path) -> Iterator[None]:
    """Within the block the run is trained, or the lanes of a race are; the mark stays where the process dies in it."""
    mark = paths.unfinished() / f"{_of(runs[0])}-{uuid4().hex[:8]}"  # another window may try to train the same run
    with suppress(OSError):  # a full disk keeps nobody from training
        make_folder(mark.parent)
        with whole_file(mark) as temporary:
            temporary.write_bytes(_PARTING.join(map(os.fsencode, runs)))
    try:
        yield
    finally:
        _take_away(mark)


def unmark(run: Path) -> None:
    """Somebody decided about it, or about the race it is a lane of."""
    for mark in paths.unfinished().glob("*-*"):
        with suppress(OSError, BadInput, ValueError):
            if run in _runs_of(mark):
                _take_away(mark)


def unfinished() -> dict[Path, About]:
    """The newest training that was cut short, and that can be gone on with; no other window trains it.

    One run, or all lanes of a race; of a race that is not whole any more the newest lane. Empty where there is none.
    Marks of runs that are gone, or came to an end, are taken away.
    """
    found = []
    for mark in paths.unfinished().glob("*-*"):
        with suppress(OSError, BadInput, ValueError):
            runs = _runs_of(mark)
            if any(map(is_held, runs)):
                continue
            there = {run: about for run in runs if (about := _about(run)) is not None}
            if any(about.step and not about.ended for about in there.values()):
                found.append(there if len(there) == len(runs) else _newest(there))
            elif (there and all(about.ended for about in there.values())) or _is_old(mark):
                _take_away(mark)
    return max(found, key=_started, default={})


def _runs_of(mark: Path) -> list[Path]:
    """What a mark names. Raises BadInput, OSError and ValueError for what is none."""
    names = content_of(mark, _LARGEST, "is no mark").split(_PARTING)
    runs = [Path(os.fsdecode(name)) for name in names[: MOST + 1]]
    if len(runs) > MOST or not mark.name.startswith(_of(runs[0])):
        raise BadInput(str(mark), "is no mark")
    return runs


def _newest(there: dict[Path, About]) -> dict[Path, About]:
    """Of those that were cut short."""
    return max(({run: about} for run, about in there.items() if about.step and not about.ended), key=_started)


def _started(there: dict[Path, About]) -> str:
    return max(about.started for about in there.values())


def _is_old(mark: Path) -> bool:
    """Whether it is none of a run that begins just now."""
    return time.time() - mark.stat().st_mtime > _BEGINNING_SECONDS


def _about(run: Path) -> About | None:
    """What the run says of itself; None where there is none."""
    try:
        return read_about(run)
    except BadInput:
        return None


def _of(run: Path) -> str:
    return f"{zlib.crc32(os.fsencode(run)):08x}"


def _take_away(mark: Path) -> None:
    with suppress(OSError):
        mark.unlink(missing_ok=True)
