"""Source: CIFAR-10, from its own binary files or from torchvision's, downloaded with progress when missing."""

import gzip
import hashlib
import pickle
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from workbench import paths
from workbench.config import Cifar10, Interface
from workbench.data.availability import HERE, Availability
from workbench.data.dataset import Dataset, Loader, Loading, Split, class_parts
from workbench.data.download import download
from workbench.data.vision import torchvision_module
from workbench.errors import BadInput

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")

#: Five batches to train with, in their order, and one to test.
BATCHES = ("data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch")
PICTURES = 10_000  # in each batch
SIDE, CHANNELS = 32, 3

#: So many training images are watched when nothing is held out.
WATCHED = 5_000

#: The binary files hold nothing but bytes. torchvision's are Python pickles, and a pickle can run any code when it is
#: opened; so it is the binary archive that is downloaded, from the same place.
ARCHIVE = "cifar-10-binary.tar.gz"
ARCHIVE_URL = f"https://www.cs.toronto.edu/~kriz/{ARCHIVE}"
ARCHIVE_MD5 = "c32a1d4ab5d03f1284b67883e8d87530"
ARCHIVE_BYTES = 170_052_171
LARGEST_ARCHIVE = 200 * 1024 * 1024
LARGEST_UNPACKED = 256 * 1024 * 1024
BINARY_FOLDER = "cifar-10-batches-bin"

_AGAIN = "Delete it to download it again."


def interface(settings: Cifar10) -> Interface:
    """32 rows of 32 pixels with three colours each, ten classes."""
    return Interface(steps=SIDE, width=SIDE * CHANNELS, symbols=0, classes=len(CLASSES), picture=(SIDE, SIDE, CHANNELS))


def place(settings: Cifar10) -> Path | None:
    """Where the batches are: a folder of binary files, a folder of torchvision's, or the archive; None when nowhere.

    Raises BadInput when the person named a folder and they are not in it.
    """
    try:
        root = Path(settings.folder).expanduser() if settings.folder else paths.downloads()
        folders = (root, root / BINARY_FOLDER, root / "cifar-10-batches-py", root / "CIFAR10")
        for folder in folders:
            if all((folder / f"{name}.bin").is_file() for name in BATCHES):
                return folder
            if (folder / ARCHIVE).is_file():
                return folder / ARCHIVE
            if all((folder / name).is_file() for name in BATCHES):
                return folder
    except (OSError, RuntimeError) as error:  # a name longer than names can be, a home of nobody, no right to look
        raise BadInput("CIFAR-10", f"cannot look into this folder: {error}", key="data.folder",
                       value=settings.folder) from error  # fmt: skip
    if settings.folder:
        raise BadInput(
            str(root), f"does not hold {BINARY_FOLDER}, torchvision's cifar-10-batches-py or {ARCHIVE}",
            key="data.folder",
            hint="Leave the folder empty to download it, or choose the data image-folder for a folder of pictures.",
        )  # fmt: skip
    return None


def availability(settings: Cifar10) -> Availability:
    """Whether the batches are here, without reading them."""
    try:
        if place(settings) is not None:
            return HERE
    except BadInput as error:
        return Availability("missing", why=str(error), key="data.folder")
    return Availability("download", ARCHIVE_BYTES, urlsplit(ARCHIVE_URL).hostname or "")


def load(settings: Cifar10) -> Loader:
    """Reads the six batches, downloading them first if they are nowhere. Raises BadInput for broken files."""
    found = place(settings)
    if found is None:
        found = paths.downloads() / "CIFAR10" / ARCHIVE
        yield from download([ARCHIVE_URL], found, ARCHIVE_MD5, LARGEST_ARCHIVE)
    images = np.empty((len(BATCHES) * PICTURES, SIDE, SIDE, CHANNELS), dtype=np.uint8)
    labels = np.empty(len(BATCHES) * PICTURES, dtype=np.int64)
    yield Loading("Reading CIFAR-10", 0, len(BATCHES), "batches")
    for done, (name, batch_images, batch_labels) in enumerate(_batches(found), start=1):
        at = slice(PICTURES * BATCHES.index(name), PICTURES * (BATCHES.index(name) + 1))
        # Each picture is stored colour by colour; a row of the input has the three colours of each pixel together.
        images[at] = batch_images.transpose(0, 2, 3, 1)
        labels[at] = batch_labels
        yield Loading("Reading CIFAR-10", done, len(BATCHES), "batches")
    rows = images.reshape(-1, SIDE, SIDE * CHANNELS)
    tests = len(rows) - PICTURES
    if settings.validation:
        watched = slice(tests - settings.validation, tests)
        caption = f"{settings.validation:,} held-out CIFAR-10 images"
    else:
        watched = slice(0, min(settings.train, WATCHED))
        caption = f"{watched.stop:,} of the CIFAR-10 images it learns from"
    return Dataset(
        interface(settings),
        train=Split(rows[: settings.train], labels[: settings.train], f"{settings.train:,} CIFAR-10 images"),
        validation=Split(rows[watched], labels[watched], caption),
        test=Split(rows[tests:], labels[tests:], "CIFAR-10's 10,000 test images", class_parts(labels[tests:], CLASSES)),
        classes=CLASSES,
    )


def _batches(found: Path) -> Iterator[tuple[str, NDArray[np.uint8], NDArray[np.int64]]]:
    """Name, pictures (10000, 3, 32, 32) and labels (10000,) of each batch, in any order; each once."""
    if found.is_file():
        yield from _from_archive(found)
        return
    for name in BATCHES:
        binary = found / f"{name}.bin"
        try:
            content = (binary if binary.is_file() else found / name).read_bytes()
        except OSError as error:
            raise BadInput(str(found / name), f"cannot be read: {error.strerror}") from error
        if binary.is_file():
            yield name, *_from_bytes(content, str(binary))
        else:
            yield name, *_from_pickle(content, name, str(found / name))


def _from_archive(archive: Path) -> Iterator[tuple[str, NDArray[np.uint8], NDArray[np.int64]]]:
    """The batches as they come in the archive; nothing of it is written anywhere."""
    missing = {f"{name}.bin": name for name in BATCHES}
    try:
        with _Unpacked(archive) as stream, tarfile.open(fileobj=stream, mode="r|") as files:
            for member in files:
                name = missing.pop(Path(member.name).name, None)
                if name is None or not member.isfile():
                    continue
                content = files.extractfile(member)
                assert content is not None  # a plain file has content
                # One byte more than there should be, so that an endless one is found out.
                yield name, *_from_bytes(content.read(PICTURES * _RECORD + 1), f"{archive}, {member.name}")
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise BadInput(str(archive), f"cannot be unpacked: {error}", hint=_AGAIN) from error
    if missing:
        raise BadInput(str(archive), f"does not hold {', '.join(sorted(missing))}", hint=_AGAIN)


class _Unpacked(gzip.GzipFile):
    """The content of an archive, at most LARGEST_UNPACKED bytes: tarfile reads names as long as they say they are."""

    _left = LARGEST_UNPACKED

    def read(self, size: int | None = -1) -> bytes:
        content = super().read(self._left + 1 if size is None or size < 0 else size)
        self._left -= len(content)
        if self._left < 0:
            raise tarfile.ReadError("it unpacks to more than the collection has")
        return content


#: A label, then 1024 reds, 1024 greens and 1024 blues.
_RECORD = 1 + CHANNELS * SIDE * SIDE


def _from_bytes(content: bytes, where: str) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    if len(content) != PICTURES * _RECORD:
        expected = f"a batch of CIFAR-10 has {PICTURES * _RECORD:,} bytes, not {len(content):,}"
        raise BadInput(where, expected, hint=_AGAIN)
    records = np.frombuffer(content, dtype=np.uint8).reshape(PICTURES, _RECORD)
    return _checked(records[:, 1:], records[:, 0].astype(np.int64), where)


def _from_pickle(content: bytes, name: str, where: str) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """One of torchvision's batches.

    Opening a pickle runs what it says. Therefore its checksum is compared with torchvision's first, on the very bytes
    that are opened: only the official batches, whose content is known, get that far.
    """
    cifar = torchvision_module("datasets.cifar").CIFAR10
    checksums: dict[str, str] = dict((*cifar.train_list, *cifar.test_list))
    if hashlib.md5(content, usedforsecurity=False).hexdigest() != checksums[name]:
        raise BadInput(where, "is not CIFAR-10's batch of this name: its checksum differs", hint=_AGAIN)
    batch = pickle.loads(content, encoding="latin1")
    return _checked(np.asarray(batch["data"]), np.asarray(batch["labels"], dtype=np.int64), where)


def _checked(
    pixels: NDArray[np.uint8], labels: NDArray[np.int64], where: str
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    if labels.max() >= len(CLASSES):
        raise BadInput(where, f"labels are 0 to 9; found {labels.max()}", hint=_AGAIN)
    return pixels.reshape(-1, CHANNELS, SIDE, SIDE), labels
