"""Trainings that are under way in a window: marked while they are, so that after a crash they can be offered back.

Each window marks its own. A mark is a small file that holds the path of the run; a clean end takes it away.
"""

import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from workbench import paths
from workbench.errors import BadInput
from workbench.files import content_of, make_folder, whole_file
from workbench.runs.index import About, read_about
from workbench.runs.lock import is_held

#: No path is longer.
_LARGEST = 2**16


@contextmanager
def marked(run: Path) -> Iterator[None]:
    """Within the block the run is being trained; the mark stays only where the process dies in it."""
    with suppress(OSError):  # a full disk keeps nobody from training
        make_folder(paths.unfinished())
        with whole_file(_mark_of(run)) as temporary:
            temporary.write_bytes(os.fsencode(run))
    try:
        yield
    finally:
        unmark(run)


def unmark(run: Path) -> None:
    """Its training came to a clean end, or somebody decided about it."""
    with suppress(OSError):
        _mark_of(run).unlink(missing_ok=True)


def unfinished() -> tuple[Path, About] | None:
    """The newest run whose training was cut short, and that can be gone on with; no other window trains it.

    Marks of runs that are gone, or came to an end, are taken away.
    """
    found = []
    with suppress(OSError):
        for path in paths.unfinished().iterdir():
            with suppress(OSError, BadInput, ValueError):
                run = Path(os.fsdecode(content_of(path, _LARGEST, "is no mark")))
                if path != _mark_of(run) or is_held(run):
                    continue
                about = _about(run)
                if about is None:
                    unmark(run)
                else:
                    found.append((run, about))
    return max(found, key=lambda each: each[1].started, default=None)


def _about(run: Path) -> About | None:
    """What the run says of itself; None where nothing of it is left to be offered."""
    try:
        about = read_about(run)
    except BadInput:
        return None
    return about if about.step and not about.ended else None


def _mark_of(run: Path) -> Path:
    return paths.unfinished() / f"{zlib.crc32(os.fsencode(run)):08x}"
