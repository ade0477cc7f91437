"""The lock of a run: one process at a time writes into a run's folder. It dies with the process that holds it."""

import errno
import os
import sys
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.errors import BadInput

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK = ".lock"

#: Whose turn it is to remark something on a run, where the folder itself cannot be locked.
TURN = ".turn"

#: Somebody who only asks whether a run is held holds it himself for a moment; so it is tried again for so long.
PATIENCE_SECONDS = 0.3

#: Several who write small files one after another, each of which takes a few hundredths of a second.
TURN_SECONDS = 5.0


class Hold:
    """A run's folder, held until :meth:`release` or the end of the process, however that ends."""

    def __init__(self, descriptor: int) -> None:
        self._closing = weakref.finalize(self, os.close, descriptor)

    def release(self) -> None:
        """Lets others write again; a second time does nothing."""
        self._closing()


def hold(folder: Path) -> Hold:
    """Holds a folder that exists. Raises BadInput where another training holds it, or where nothing can be written."""
    try:
        descriptor = _opened(folder)
    except OSError as error:
        raise BadInput(str(folder), f"no run can be written here: {error.strerror}") from error
    return _held(folder, descriptor)


@contextmanager
def held_while_read(folder: Path) -> Iterator[None]:
    """Within the block nobody trains in this folder. One that cannot be locked is read as it is.

    Raises BadInput where a training holds it.
    """
    try:
        descriptor = _opened_to_look(folder, os.O_CREAT)
    except OSError:  # somebody else's, and no training ever wrote there
        yield
        return
    held = _held(folder, descriptor)
    try:
        yield
    finally:
        held.release()


def _opened(folder: Path) -> int:
    return os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)


def _opened_to_look(folder: Path, flags: int = 0) -> int:
    """The lock, also where a folder may only be read: whether it is held can be asked there, too."""
    try:
        return os.open(folder / LOCK, os.O_RDWR | flags, 0o644)
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise
        return os.open(folder / LOCK, os.O_RDONLY)


def _held(folder: Path, descriptor: int) -> Hold:
    until = time.monotonic() + PATIENCE_SECONDS
    while not _taken(descriptor):
        if time.monotonic() > until:
            os.close(descriptor)
            raise BadInput(str(folder), "is being trained at this moment, here or in another window",
                           hint="Stop it there first.")  # fmt: skip
        time.sleep(0.02)
    return Hold(descriptor)


def is_held(folder: Path) -> bool:
    """Whether somebody writes into this folder now."""
    try:
        descriptor = _opened_to_look(folder)
    except OSError:  # never held
        return False
    try:
        return not _taken(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Within the block no other process is in such a block for this folder: what is read there is not changed by it.

    Training goes on; waits no longer than :data:`TURN_SECONDS`. Windows locks no folders, and gets a file for it.
    """
    try:
        if sys.platform == "win32":
            descriptor = os.open(folder / TURN, os.O_RDWR | os.O_CREAT, 0o644)
        else:
            descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # who writes there will say what is wrong
        yield
        return
    try:
        until = time.monotonic() + TURN_SECONDS
        while not _taken(descriptor) and time.monotonic() < until:
            time.sleep(0.002)
        yield
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    """Tries to take the lock without waiting. A file system that knows no locks is taken to be one's own."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True
    return True
