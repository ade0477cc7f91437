"""Files written whole: a crash leaves the old one or the new one; and read only as far as they may reach."""

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from workbench.errors import BadInput

#: What a temporary file's name ends with, while it is written or when a process died in the middle of it.
PART = ".part"


def content_of(path: Path, most: int, too_large: str) -> bytes:
    """The content of a file of at most so many bytes. Raises OSError, and BadInput for a larger or a special file."""
    refuse_special(path)
    with path.open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise BadInput(str(path), too_large)
    return content


def refuse_special(path: Path) -> None:
    """Raises BadInput for a pipe, which would be waited for, or a device, which may have no end; OSError for none."""
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise BadInput(str(path), "is a pipe or a device, not a file")


def is_plain_name(name: str) -> bool:
    """Whether a name put behind a folder's path names something in that folder, and nothing elsewhere."""
    return name not in ("", ".", "..") and "\0" not in name and Path(name).name == name


@contextmanager
def whole_file(path: Path, *, waits: bool = True) -> Iterator[Path]:
    """Gives a temporary file in the same folder, which takes ``path``'s place when the block ends well.

    The content is on the disk before the name is, and the name before this returns: a power loss, too, leaves the old
    file or the new one. Without ``waits`` that holds for a process that dies only, which is much sooner done.
    """
    make_folder(path.parent)
    temporary = path.with_name(f".{path.name[:100]}.{uuid4().hex}{PART}")
    try:
        temporary.touch(exist_ok=False)
        yield temporary
        if waits:
            sync_content(temporary)
        temporary.replace(path)
        if waits:
            sync_names(path.parent)
    except OSError as error:
        names = [str(name) for name in (error.filename, error.filename2) if name is not None]
        if error.errno is None or (names and str(temporary) not in names):
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error  # a person knows the file by its own name
    finally:
        with suppress(OSError):  # where none could be made, none can be removed
            temporary.unlink(missing_ok=True)


def copy_whole(file: Path, to: Path) -> None:
    """Copies a file's content; ``to`` is as it was or whole. Raises OSError."""
    with whole_file(to) as temporary:
        shutil.copyfile(file, temporary)


def make_folder(folder: Path, *, exist_ok: bool = True) -> None:
    """Makes a folder and those it lies in, their names on the disk; else all that it will hold could be lost at once.

    Raises OSError; FileExistsError, unless ``exist_ok``, where it is there.
    """
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=exist_ok)
    for each in missing:
        sync_names(each.parent)


def sync_content(path: Path) -> None:
    """Waits until a file's content is on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_names(folder: Path) -> None:
    """Waits until the names in a folder are on the disk. Windows cannot be asked to, and does so by itself."""
    if os.name != "posix":
        return
    try:
        opened = os.open(folder, os.O_RDONLY)
    except PermissionError:  # one that may be written into, and not read
        return
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def write_text(path: Path, text: str) -> None:
    """Writes a UTF-8 text file whole."""
    with whole_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
