"""Source: MNIST through torchvision, from a folder the person points at or downloaded with progress."""

import zlib
from collections.abc import Generator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench import paths
from workbench.config import Interface, Mnist
from workbench.data.availability import HERE, Availability
from workbench.data.dataset import DIGITS, Dataset, Loader, Loading, Part, Split
from workbench.data.download import download
from workbench.data.vision import torchvision_module
from workbench.errors import BadInput

FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
#: Figures were published on these few, so they are also counted by themselves.
FIRST = tuple(Part(f"the first {count} of MNIST's test digits", slice(count)) for count in (128, 256))
#: Where they are downloaded from: torchvision's first mirror, and the sizes of the four archives there, in bytes.
HOST = "ossci-datasets.s3.amazonaws.com"
ARCHIVES = dict(zip(FILES, (9_912_422, 28_881, 1_648_877, 4_542), strict=True))
#: The largest of the four archives is 9.9 MB.
LARGEST_ARCHIVE = 16 * 1024 * 1024


def interface(settings: Mnist) -> Interface:
    """28 rows of 28 grey levels, ten classes."""
    return Interface(steps=28, width=28, symbols=0, classes=10)


def raw_folder(settings: Mnist) -> Path | None:
    """The folder that holds the four files (plain or .gz), or None when they are not here yet.

    Raises BadInput when the person named a folder and they are not in it.
    """
    try:
        root = Path(settings.folder).expanduser() if settings.folder else paths.downloads()
        for folder in (root / "MNIST" / "raw", root / "raw", root):
            if all(_is_in(folder, name) for name in FILES):
                return folder
    except (OSError, RuntimeError) as error:  # a name longer than names can be, a home of nobody, no right to look
        raise BadInput("MNIST", f"cannot look into this folder: {error}", key="data.folder",
                       value=settings.folder) from error  # fmt: skip
    if settings.folder:
        raise BadInput(
            str(root), f"does not hold {FILES[0]} and the other three files of MNIST (or MNIST/raw with them)",
            key="data.folder", hint="Leave the folder empty to download them.",
        )  # fmt: skip
    return None


def availability(settings: Mnist) -> Availability:
    """Whether the four files are here, without reading them; a download that broke off goes on with the rest."""
    try:
        if raw_folder(settings) is not None:
            return HERE
    except BadInput as error:
        return Availability("missing", why=str(error))
    folder = paths.downloads() / "MNIST" / "raw"
    left = (size for name, size in ARCHIVES.items() if not _is_in(folder, name))
    return Availability("download", sum(left), HOST)


def load(settings: Mnist) -> Loader:
    """Reads the four IDX files, downloading them first if they are nowhere. Raises BadInput for broken files."""
    folder = raw_folder(settings)
    if folder is None:
        folder = paths.downloads() / "MNIST" / "raw"
        yield from fetch(folder)
    yield Loading("Reading MNIST", 0, 4, "files")
    images, labels = _read(folder, "train", 60_000)
    yield Loading("Reading MNIST", 2, 4, "files")
    test_images, test_labels = _read(folder, "t10k", 10_000)
    yield Loading("Reading MNIST", 4, 4, "files")
    held_out = len(images) - settings.validation
    return Dataset(
        interface(settings),
        train=Split(images[: settings.train], labels[: settings.train], f"{settings.train:,} MNIST digits"),
        validation=Split(images[held_out:], labels[held_out:], f"{settings.validation:,} held-out MNIST digits"),
        test=Split(test_images, test_labels, "MNIST's 10,000 test digits", FIRST),
        classes=DIGITS,
    )


def fetch(folder: Path) -> Generator[Loading, None, None]:
    """Downloads the four archives from torchvision's mirrors, against torchvision's checksums."""
    mnist = torchvision_module("datasets.mnist").MNIST
    for name, md5 in mnist.resources:
        if not _is_in(folder, name.removesuffix(".gz")):
            yield from download([mirror + name for mirror in mnist.mirrors], folder / name, md5, LARGEST_ARCHIVE)


def _is_in(folder: Path, name: str) -> bool:
    return (folder / name).is_file() or (folder / f"{name}.gz").is_file()


def _read(folder: Path, part: str, count: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    images = _idx(folder, f"{part}-images-idx3-ubyte", (count, 28, 28))
    labels = _idx(folder, f"{part}-labels-idx1-ubyte", (count,))
    if labels.max() > 9:
        raise BadInput(str(folder / f"{part}-labels-idx1-ubyte"), f"labels are 0 to 9; found {labels.max()}")
    return images, labels.astype(np.int64)


def _idx(folder: Path, name: str, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """One IDX file through torchvision's own reader and its checks."""
    path = folder / name
    if not path.is_file():
        utils = torchvision_module("datasets.utils")
        try:
            utils.extract_archive(str(folder / f"{name}.gz"), str(folder))
        except (OSError, EOFError, zlib.error) as error:
            path.unlink(missing_ok=True)  # half unpacked, it would be found before the archive
            raise BadInput(str(folder / f"{name}.gz"), f"cannot be unpacked: {error}", hint=_AGAIN) from error
    expected = 4 + 4 * len(shape) + int(np.prod(shape))
    try:
        size = path.stat().st_size
        if size != expected:
            raise BadInput(str(path), f"is {size:,} bytes long; MNIST's file has {expected:,}", hint=_AGAIN)
        mnist = torchvision_module("datasets.mnist")
        values: NDArray[np.uint8] = mnist.read_sn3_pascalvincent_tensor(str(path)).numpy()
    except OSError as error:
        raise BadInput(str(path), f"cannot be read: {error.strerror}") from error
    except (AssertionError, ValueError, KeyError, RuntimeError) as error:
        raise BadInput(str(path), "is not an IDX file of MNIST", hint=_AGAIN) from error
    if values.shape != shape:
        raise BadInput(str(path), f"holds {values.shape}; MNIST has {shape}", hint=_AGAIN)
    return values


_AGAIN = "Delete it to download it again."
