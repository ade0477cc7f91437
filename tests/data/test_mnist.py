"""MNIST and its like: found in any folder, plain or packed, and refused when they are not whole."""

import gzip
import hashlib
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from tests.pen_traces import MNIST_RAW
from workbench import paths
from workbench.config import DigitsMix, FashionMnist, Interface, Kmnist, Mnist, StrokesDigits
from workbench.data import idx_files
from workbench.data.dataset import DIGITS, Dataset, Loading
from workbench.data.idx_files import FILES, Collection, raw_folder
from workbench.data.mnist import FASHION_MNIST, KMNIST, MNIST, collection
from workbench.data.sources import interface, load
from workbench.data.vision import torchvision_module
from workbench.errors import BadInput
from workbench.outcome import outcome

IMAGES, LABELS, TEST_IMAGES, TEST_LABELS = FILES


def header(*sizes: int) -> bytes:
    """An IDX file's: two zeros, 8 for unsigned bytes, the number of dimensions, each as four bytes."""
    return bytes([0, 0, 8, len(sizes)]) + b"".join(size.to_bytes(4, "big") for size in sizes)


@pytest.fixture(scope="module")
def fake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder shaped like MNIST, packed: image k is all k % 251, and its label k % 10."""
    folder = tmp_path_factory.mktemp("mnist")
    for name, count in ((IMAGES, 60_000), (TEST_IMAGES, 10_000)):
        grey = (np.arange(count) % 251).astype(np.uint8)
        content = header(count, 28, 28) + np.repeat(grey, 28 * 28).tobytes()
        (folder / f"{name}.gz").write_bytes(gzip.compress(content, 1))
    for name, count in ((LABELS, 60_000), (TEST_LABELS, 10_000)):
        (folder / f"{name}.gz").write_bytes(gzip.compress(header(count) + bytes(k % 10 for k in range(count)), 1))
    return folder


@pytest.fixture
def folder(fake: Path, tmp_path: Path) -> Path:
    """The packed files again, in a folder of this test's own."""
    copy = tmp_path / "mnist"
    copy.mkdir()
    for path in fake.glob("*.gz"):
        (copy / path.name).hardlink_to(path)
    return copy


def loaded(settings: Mnist | FashionMnist | Kmnist) -> Dataset:
    return outcome(load(settings))


def test_the_splits_are_the_first_the_last_and_the_test_digits(folder: Path) -> None:
    settings = Mnist(folder=str(folder), train=1_000, validation=300)
    dataset = loaded(settings)
    assert dataset.interface == interface(settings) == Interface(28, 28, 0, 10, picture=(28, 28, 1))
    assert dataset.classes == DIGITS
    for split, numbers in (
        (dataset.train, range(1_000)),
        (dataset.validation, range(59_700, 60_000)),
        (dataset.test, range(10_000)),
    ):
        assert split.inputs.shape == (len(numbers), 28, 28)
        assert split.inputs.dtype == np.uint8
        assert split.inputs[:, 0, 0].tolist() == split.inputs[:, 27, 27].tolist() == [k % 251 for k in numbers]
        assert split.targets.dtype == np.int64
        assert split.targets.tolist() == [k % 10 for k in numbers]
    assert dataset.train.caption == "1,000 MNIST digits"
    for part, count in zip(dataset.test.parts, (128, 256), strict=True):
        assert part.caption == f"the first {count} of MNIST's test digits"
        assert dataset.test.targets[part.samples].tolist() == [k % 10 for k in range(count)]


@pytest.mark.parametrize(("read", "steps", "width"), [("rows", 28, 28), ("pairs", 14, 56), ("pixels", 784, 1)])
def test_how_a_digit_is_read_is_agreed_with_the_model(
    read: Literal["rows", "pairs", "pixels"], steps: int, width: int
) -> None:
    for data in (Mnist(read=read), StrokesDigits(read=read), DigitsMix(read=read)):
        assert interface(data) == Interface(steps, width, 0, 10, picture=(28, 28, 1))
    agreed = interface(Mnist(read=read))
    assert agreed.rows_at(0)[0] == 0
    assert agreed.rows_at(steps - 1)[-1] == 27


def test_a_damaged_archive_is_named_and_leaves_nothing_half_unpacked(folder: Path) -> None:
    path = folder / f"{LABELS}.gz"
    content = path.read_bytes()
    for damaged in (content[: len(content) // 2], content[:10] + b"\xff" * 50 + content[60:], b"no archive"):
        path.unlink()
        path.write_bytes(damaged)
        with pytest.raises(BadInput, match=f"{LABELS}.gz: cannot be unpacked"):
            loaded(Mnist(folder=str(folder)))
        assert not (folder / LABELS).exists()


def test_an_archive_that_unpacks_to_more_fills_no_disk(folder: Path) -> None:
    (folder / f"{LABELS}.gz").unlink()
    (folder / f"{LABELS}.gz").write_bytes(gzip.compress(bytes(30 * 2**20)))
    with pytest.raises(BadInput, match=f"{LABELS}.gz: does not unpack to 60,008 bytes"):
        loaded(Mnist(folder=str(folder)))
    assert not [path for path in folder.iterdir() if LABELS in path.name and path.suffix != ".gz"]


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        (IMAGES, lambda content: content[:-1], "is 47,040,015 bytes long; MNIST's file has 47,040,016"),
        (LABELS, lambda content: b"", "is 0 bytes long"),
        (LABELS, lambda content: b"\1" + content[1:], "is not an IDX file of MNIST"),
        (TEST_LABELS, lambda content: content[:8] + b"\x0a" + content[9:], "labels are 0 to 9; found 10"),
        (TEST_IMAGES, lambda content: header(10_000, 14, 56) + content[16:], "MNIST has (10000, 28, 28)"),
    ],
)
def test_a_file_that_is_not_mnists_is_named(
    folder: Path, name: str, change: Callable[[bytes], bytes], said: str
) -> None:
    (folder / name).write_bytes(change(gzip.decompress((folder / f"{name}.gz").read_bytes())))
    with pytest.raises(BadInput) as caught:
        loaded(Mnist(folder=str(folder)))
    assert str(caught.value).startswith(str(folder / name))
    assert said in str(caught.value)


# --- where it is ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("inner", ["MNIST/raw", "raw", "."])
def test_the_folder_the_one_above_and_torchvisions_root_are_all_right(tmp_path: Path, inner: str) -> None:
    raw = tmp_path / inner
    raw.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        (raw / name).touch()
    assert raw_folder(MNIST, str(tmp_path)) == raw


@pytest.mark.parametrize("name", ["", "no-such-folder", "x" * 5_000, "~nobody-of-this-name"])
def test_a_folder_without_the_four_files_is_refused_before_anything_is_downloaded(tmp_path: Path, name: str) -> None:
    place = name if name.startswith("~") else str(tmp_path / name)
    with pytest.raises(BadInput) as caught:
        next(load(Mnist(folder=place)))
    assert caught.value.key == "data.folder"


@pytest.mark.parametrize("settings", [Mnist(), FashionMnist(), Kmnist()], ids=["mnist", "fashion", "kmnist"])
def test_what_is_missing_is_downloaded_with_torchvisions_checksums_and_then_found(
    fake: Path, monkeypatch: pytest.MonkeyPatch, settings: Mnist | FashionMnist | Kmnist
) -> None:
    what = collection(settings)
    asked: list[tuple[str, str]] = []

    def delivered(urls: Sequence[str], target: Path, md5: str, limit: int) -> Generator[Loading, None, None]:
        asked.append((target.name, md5))
        assert all(url.endswith("/" + target.name) for url in urls)
        assert limit > 26_421_880  # the largest of the real ones, Fashion-MNIST's
        target.parent.mkdir(parents=True, exist_ok=True)
        target.hardlink_to(fake / target.name)
        yield Loading(f"Downloading {target.name}", 1, 1)

    monkeypatch.setattr(idx_files, "download", delivered)
    assert raw_folder(what, "") is None
    dataset = loaded(settings)
    assert dataset.classes == what.classes
    assert dataset.test.caption.startswith(f"{what.name}'s 10,000 test ")
    assert [name for name, _ in asked] == [f"{name}.gz" for name in FILES]
    assert all(len(md5) == hashlib.md5(usedforsecurity=False).digest_size * 2 for _, md5 in asked)
    assert dict(asked) == dict(getattr(torchvision_module("datasets.mnist"), what.torchvision).resources)
    assert raw_folder(what, "") == paths.downloads() / what.torchvision / "raw"
    loaded(settings)
    assert len(asked) == 4  # nothing is fetched twice


def test_what_was_downloaded_for_one_is_not_taken_for_another(tmp_path: Path) -> None:
    """Their files are called the same."""
    raw = paths.downloads() / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name in FILES:
        (raw / name).touch()
    assert raw_folder(MNIST, "") == raw
    assert raw_folder(FASHION_MNIST, "") is None
    (paths.downloads() / FILES[0]).touch()
    assert raw_folder(KMNIST, "") is None


@pytest.mark.parametrize("what", [FASHION_MNIST, KMNIST], ids=["fashion", "kmnist"])
def test_the_classes_are_torchvisions_in_its_order(what: Collection) -> None:
    names = getattr(torchvision_module("datasets.mnist"), what.torchvision).classes
    assert [name.lower() for name in names] == [name.split()[0] if what is KMNIST else name.lower()
                                                for name in what.classes]  # fmt: skip


@pytest.mark.skipif(not MNIST_RAW.is_dir(), reason="the real MNIST is not beside the repository (../shared/data)")
def test_the_real_mnist() -> None:
    dataset = loaded(Mnist(folder=str(MNIST_RAW.parents[1])))
    assert [len(split) for split in (dataset.train, dataset.validation, dataset.test)] == [55_000, 5_000, 10_000]
    assert dataset.train.targets[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert dataset.test.targets[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert dataset.train.inputs.mean() / 255 == pytest.approx(0.1307, abs=2e-4)  # the mean everybody normalises with
