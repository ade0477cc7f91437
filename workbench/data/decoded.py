"""Many picture files as one array, kept beside the downloads so that they are opened only once."""

import hashlib
import io
import math
from collections.abc import Generator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench import paths
from workbench.data.class_folders import PictureFile
from workbench.data.dataset import Loading
from workbench.data.picture_file import load_picture
from workbench.files import whole_file

#: Between two of these there is a chance to cancel.
BATCH = 100

#: Fewer are opened faster than kept.
WORTH_KEEPING = 1_000

#: So many folders' pictures are kept; the longest unused goes first.
MOST_KEPT = 3

#: Counts up when the same file would become other pixels.
_VERSION = 1


def decoded(files: Sequence[PictureFile], side: int, channels: int) -> Generator[Loading, None, NDArray[np.uint8]]:
    """(files, side, side, channels), 0..255. Raises BadInput for the first that is no picture."""
    kept = _kept_under(files, side, channels)
    shape = (len(files), side, side, channels)
    found = _kept(kept, shape)
    if found is not None:
        yield Loading("Reading pictures", len(files), len(files), "pictures")
        return found
    pictures = np.empty(shape, dtype=np.uint8)
    for number, file in enumerate(files):
        if number % BATCH == 0:
            yield Loading("Reading pictures", number, len(files), "pictures")
        pictures[number] = load_picture(file.path, side, channels)
    yield Loading("Reading pictures", len(files), len(files), "pictures")
    if len(files) >= WORTH_KEEPING:
        _keep(kept, pictures)
    return pictures


def _kept_under(files: Sequence[PictureFile], side: int, channels: int) -> Path:
    """The file that holds these pictures in this size, unless one of them was changed since."""
    known = hashlib.sha256(f"{_VERSION} {side} {channels}".encode())
    for file in files:
        known.update(f"\0{file.path}\0{file.size}\0{file.changed}".encode("utf-8", "surrogateescape"))
    return paths.downloads() / "decoded" / f"{known.hexdigest()}.npy"


def _kept(path: Path, shape: tuple[int, ...]) -> NDArray[np.uint8] | None:
    size, expected = math.prod(shape), io.BytesIO()
    np.lib.format.write_array_header_1_0(expected, {"descr": "|u1", "fortran_order": False, "shape": shape})
    try:
        # np.load would ask for as much memory as the file says it needs, or take it for an archive.
        with path.open("rb") as file:
            if file.read(len(expected.getvalue())) != expected.getvalue():
                return None
            found = np.fromfile(file, np.uint8, size)
        path.touch()
    except OSError:  # none, or not whole: they are opened again
        return None
    return found.reshape(shape) if len(found) == size else None


def _keep(path: Path, pictures: NDArray[np.uint8]) -> None:
    """Writes them, and removes the longest unused. A full disk only means that they are opened again."""
    try:
        with whole_file(path) as temporary, temporary.open("wb") as file:
            np.save(file, pictures, allow_pickle=False)
        kept = sorted(path.parent.glob("*.npy"), key=lambda old: old.stat().st_mtime, reverse=True)
        for old in kept[MOST_KEPT:]:
            old.unlink()
    except OSError:
        return
