"""MNIST and the collections made in its shape: four IDX files, found, downloaded, and read through torchvision."""

import gzip
import zlib
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench import paths
from workbench.data.availability import HERE, Availability
from workbench.data.dataset import Loading
from workbench.data.download import download
from workbench.data.vision import torchvision_module
from workbench.errors import BadInput
from workbench.files import whole_file

FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
SIDE = 28
TRAIN, TEST, CLASSES = 60_000, 10_000, 10

#: The largest of all the archives is Fashion-MNIST's, 26.4 MB.
LARGEST_ARCHIVE = 32 * 1024 * 1024

_BLOCK = 1 << 20

_AGAIN = "Delete it to download it again."


@dataclass(frozen=True)
class Collection:
    """One of them: its name, what it is called in torchvision and as a folder, and the names of its classes."""

    name: str
    torchvision: str
    classes: tuple[str, ...]
    #: Where it is downloaded from first, and how many bytes each of the archives of ``FILES`` has there.
    host: str
    archives: tuple[int, int, int, int]

    @property
    def inside(self) -> Path:
        """Where torchvision keeps its files, below the folder it is given."""
        return Path(self.torchvision) / "raw"


@dataclass(frozen=True)
class GreyPictures:
    """images (samples, 28, 28) with 0..255, labels (samples,) with 0..9; the same for testing."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    test_images: NDArray[np.uint8]
    test_labels: NDArray[np.int64]


def raw_folder(collection: Collection, folder: str) -> Path | None:
    """The folder that holds the four files (plain or .gz), or None when they are not here yet.

    Raises BadInput when the person named a folder and they are not in it.
    """
    try:
        root = Path(folder).expanduser() if folder else paths.downloads()
        # The four files are called the same in every collection: only a person can say that theirs lie elsewhere.
        places = (root / collection.inside, root / "raw", root) if folder else (root / collection.inside,)
        for place in places:
            if all(_is_in(place, name) for name in FILES):
                return place
    except (OSError, RuntimeError) as error:  # a name longer than names can be, a home of nobody, no right to look
        raise BadInput(collection.name, f"cannot look into this folder: {error}", key="data.folder",
                       value=folder) from error  # fmt: skip
    if folder:
        raise BadInput(
            str(root), f"does not hold {FILES[0]} and the other three files of {collection.name} "
            f"(or {collection.inside.as_posix()} with them)",
            key="data.folder", hint="Leave the folder empty to download them.",
        )  # fmt: skip
    return None


def whether_here(collection: Collection, folder: str) -> Availability:
    """Whether the four files are here, without reading them; a download that broke off goes on with the rest."""
    try:
        if raw_folder(collection, folder) is not None:
            return HERE
    except BadInput as error:
        return Availability("missing", why=str(error), key="data.folder")
    place = paths.downloads() / collection.inside
    left = (size for name, size in zip(FILES, collection.archives, strict=True) if not _is_in(place, name))
    return Availability("download", sum(left), collection.host)


def _is_in(folder: Path, name: str) -> bool:
    return (folder / name).is_file() or (folder / f"{name}.gz").is_file()


def read(collection: Collection, folder: str) -> Generator[Loading, None, GreyPictures]:
    """Reads the four files, downloading them first if they are nowhere. Raises BadInput for broken files."""
    found = raw_folder(collection, folder)
    if found is None:
        found = paths.downloads() / collection.inside
        yield from fetch(collection, found)
    what = f"Reading {collection.name}"
    yield Loading(what, 0, 4, "files")
    images, labels = _part(collection, found, "train", TRAIN)
    yield Loading(what, 2, 4, "files")
    test_images, test_labels = _part(collection, found, "t10k", TEST)
    yield Loading(what, 4, 4, "files")
    return GreyPictures(images, labels, test_images, test_labels)


def fetch(collection: Collection, folder: Path) -> Generator[Loading, None, None]:
    """Downloads the four archives from torchvision's mirrors, against torchvision's checksums."""
    known = getattr(torchvision_module("datasets.mnist"), collection.torchvision)
    for name, md5 in known.resources:
        if not _is_in(folder, name.removesuffix(".gz")):
            yield from download([mirror + name for mirror in known.mirrors], folder / name, md5, LARGEST_ARCHIVE)


def _part(collection: Collection, folder: Path, part: str, count: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    images = _idx(collection, folder, f"{part}-images-idx3-ubyte", (count, SIDE, SIDE))
    labels = _idx(collection, folder, f"{part}-labels-idx1-ubyte", (count,))
    if labels.max() >= CLASSES:
        raise BadInput(str(folder / f"{part}-labels-idx1-ubyte"), f"labels are 0 to 9; found {labels.max()}")
    return images, labels.astype(np.int64)


def _idx(collection: Collection, folder: Path, name: str, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """One IDX file through torchvision's own reader and its checks."""
    path = folder / name
    expected = 4 + 4 * len(shape) + int(np.prod(shape))
    if not path.is_file():
        _unpack(folder / f"{name}.gz", path, expected)
    try:
        size = path.stat().st_size
        if size != expected:
            raise BadInput(str(path), f"is {size:,} bytes long; {collection.name}'s file has {expected:,}", hint=_AGAIN)
        reader = torchvision_module("datasets.mnist")
        values: NDArray[np.uint8] = reader.read_sn3_pascalvincent_tensor(str(path)).numpy()
    except OSError as error:
        raise BadInput(str(path), f"cannot be read: {error.strerror}") from error
    except (AssertionError, ValueError, KeyError, RuntimeError) as error:
        raise BadInput(str(path), f"is not an IDX file of {collection.name}", hint=_AGAIN) from error
    if values.shape != shape:
        raise BadInput(str(path), f"holds {values.shape}; {collection.name} has {shape}", hint=_AGAIN)
    return values


def _unpack(archive: Path, path: Path, expected: int) -> None:
    """Unpacks a file of so many bytes beside its archive, whole or not at all. Raises BadInput."""
    try:
        with gzip.open(archive) as packed, whole_file(path) as temporary, temporary.open("wb") as file:
            while file.tell() <= expected and (block := packed.read(_BLOCK)):
                file.write(block)
            if file.tell() != expected:
                raise BadInput(str(archive), f"does not unpack to {expected:,} bytes", hint=_AGAIN)
    except (OSError, EOFError, zlib.error) as error:
        raise BadInput(str(archive), f"cannot be unpacked: {error}", hint=_AGAIN) from error
