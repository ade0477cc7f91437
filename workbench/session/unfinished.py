"""Trainings that are under way in a window: marked while they are, so that after a crash they can be offered back.

Each window marks its own. A mark is a small file that holds the path of the run; a clean end takes it away.
"""

import os
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from workbench import paths
from workbench.errors import BadInput
from workbench.files import content_of, make_folder, whole_file
from workbench.runs.index import About, read_about
from workbench.runs.lock import is_held

#: No path is longer.
_LARGEST = 2**16

#: A run that another window begins just now has a mark before it has a folder.
_BEGINNING_SECONDS = 60.0


@contextmanager
def marked(run: Path) -> Iterator[None]:
    """Within the block the run is being trained; the mark stays only where the process dies in it."""
    mark = paths.unfinished() / f"{_of(run)}-{uuid4().hex[:8]}"  # another window may try to train the same run
    with suppress(OSError):  # a full disk keeps nobody from training
        make_folder(mark.parent)
        with whole_file(mark) as temporary:
            temporary.write_bytes(os.fsencode(run))
    try:
        yield
    finally:
        _take_away(mark)


def unmark(run: Path) -> None:
    """Somebody decided about it."""
    for mark in paths.unfinished().glob(f"{_of(run)}-*"):
        _take_away(mark)


def unfinished() -> tuple[Path, About] | None:
    """The newest run whose training was cut short, and that can be gone on with; no other window trains it.

    Marks of runs that are gone, or came to an end, are taken away.
    """
    found = []
    for mark in paths.unfinished().glob("*-*"):
        with suppress(OSError, BadInput, ValueError):
            run = Path(os.fsdecode(content_of(mark, _LARGEST, "is no mark")))
            if not mark.name.startswith(_of(run)) or is_held(run):
                continue
            about = _about(run)
            if about is not None and about.step and not about.ended:
                found.append((run, about))
            elif (about is not None and about.ended) or time.time() - mark.stat().st_mtime > _BEGINNING_SECONDS:
                _take_away(mark)
    return max(found, key=lambda each: each[1].started, default=None)


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
