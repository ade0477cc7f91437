"""CIFAR-10: from the binary files, their archive or torchvision's batches; no pickle is opened that is not theirs."""

import gzip
import hashlib
import io
import pickle
import tarfile
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from workbench import paths
from workbench.config import Cifar10, Interface
from workbench.data import cifar10
from workbench.data.cifar10 import ARCHIVE, ARCHIVE_MD5, BATCHES, CLASSES, place
from workbench.data.dataset import Dataset, Loading
from workbench.data.sources import interface, load
from workbench.data.vision import torchvision_module
from workbench.errors import BadInput
from workbench.outcome import outcome

#: Of each batch; the real ones have 10,000.
COUNT = 20


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cifar10, "PICTURES", COUNT)


def pictures(batch: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """(20, 3, 32, 32): every picture of every batch differs, and so do its colours, rows and columns."""
    numbers = np.arange(COUNT * 3 * 32 * 32, dtype=np.int64).reshape(COUNT, 3, 32, 32)
    return ((numbers * 7 + numbers // 1024 * 13 + batch * 31) % 256).astype(np.uint8)


def labels(batch: int) -> list[int]:
    return [(k + batch) % 10 for k in range(COUNT)]


def binary(batch: int) -> bytes:
    records = zip(labels(batch), pictures(batch), strict=True)
    return b"".join(bytes([label]) + picture.tobytes() for label, picture in records)


def place_binaries(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for number, name in enumerate(BATCHES):
        (folder / f"{name}.bin").write_bytes(binary(number))
    return folder


def place_archive(path: Path, leave_out: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as files:
        # The official archive has them in an order of its own too.
        for number in (0, 3, 2, 1, 4, 5):
            if BATCHES[number] != leave_out:
                member = tarfile.TarInfo(f"cifar-10-batches-bin/{BATCHES[number]}.bin")
                member.size = len(binary(number))
                files.addfile(member, io.BytesIO(binary(number)))
    return path


def loaded(settings: Cifar10) -> Dataset:
    return outcome(load(settings))


def check(dataset: Dataset) -> None:
    """Every picture in its place, row by row with red, green and blue of each pixel together."""
    assert dataset.interface == Interface(32, 96, 0, 10, picture=(32, 32, 3))
    assert dataset.classes == CLASSES
    assert dataset.train.inputs.dtype == np.uint8
    everything = np.concatenate([pictures(number) for number in range(5)])
    for number in (0, 25, 61):
        seen = dataset.train.inputs[number].reshape(32, 32, 3)
        for row, column in ((0, 0), (3, 31), (17, 5)):
            assert seen[row, column].tolist() == everything[number, :, row, column].tolist()
    answers = [label for number in range(5) for label in labels(number)]
    assert dataset.train.targets.tolist() == answers[: len(dataset.train)]
    assert dataset.validation.targets.tolist() == answers[-len(dataset.validation) :]
    assert dataset.test.targets.tolist() == labels(5)
    assert dataset.test.inputs[19].reshape(32, 32, 3)[31, 0].tolist() == pictures(5)[19, :, 31, 0].tolist()


@pytest.mark.parametrize("within", ["", "cifar-10-batches-bin"])
def test_the_binary_files_are_read_in_their_order(tmp_path: Path, within: str) -> None:
    place_binaries(tmp_path / "data" / within)
    settings = Cifar10(folder=str(tmp_path / "data"), train=80, validation=20)
    check(loaded(settings))
    assert interface(settings) == loaded(settings).interface


def test_the_archive_is_read_as_it_lies(tmp_path: Path) -> None:
    place_archive(tmp_path / ARCHIVE)
    check(loaded(Cifar10(folder=str(tmp_path), train=70, validation=30)))
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [ARCHIVE]


def test_with_nothing_held_out_the_caption_says_what_is_watched(tmp_path: Path) -> None:
    place_binaries(tmp_path / "data")
    dataset = loaded(Cifar10(folder=str(tmp_path / "data"), train=100, validation=0))
    assert len(dataset.train) == 100
    assert dataset.validation.caption == "100 of the CIFAR-10 images it learns from"


# --- torchvision's pickles --------------------------------------------------------------------------------------------


def place_pickles(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Batches as torchvision has them, and torchvision's checksums set to theirs."""
    folder.mkdir(parents=True)
    checksums = []
    for number, name in enumerate(BATCHES):
        content = pickle.dumps({"data": pictures(number).reshape(COUNT, -1), "labels": labels(number)})
        (folder / name).write_bytes(content)
        checksums.append([name, hashlib.md5(content, usedforsecurity=False).hexdigest()])
    cifar = torchvision_module("datasets.cifar").CIFAR10
    monkeypatch.setattr(cifar, "train_list", checksums[:5])
    monkeypatch.setattr(cifar, "test_list", checksums[5:])
    return folder


def test_torchvisions_own_batches_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place_pickles(tmp_path / "cifar-10-batches-py", monkeypatch)
    check(loaded(Cifar10(folder=str(tmp_path), train=80, validation=20)))


class Trap:
    """What a pickle can do to whoever opens it: here, write a file."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return Path.touch, (self.trace,)


def test_a_pickle_with_another_checksum_is_refused_unopened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = place_pickles(tmp_path / "cifar-10-batches-py", monkeypatch)
    trap = pickle.dumps(Trap(tmp_path / "sprung"))
    pickle.loads(trap)
    assert (tmp_path / "sprung").exists()  # it does spring
    (tmp_path / "sprung").unlink()
    (folder / BATCHES[2]).write_bytes(trap)
    with pytest.raises(BadInput, match="data_batch_3: is not CIFAR-10's batch of this name"):
        loaded(Cifar10(folder=str(tmp_path)))
    assert not (tmp_path / "sprung").exists()


# --- refusals and downloads -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda content: content[:-1], "61,460 bytes, not 61,459"),
        (lambda content: content + b"x", "61,460 bytes, not 61,461"),
        (lambda content: b"", "not 0"),
        (lambda content: b"\x0a" + content[1:], "labels are 0 to 9; found 10"),
    ],
)
def test_a_damaged_batch_is_named(tmp_path: Path, change: Callable[[bytes], bytes], said: str) -> None:
    folder = place_binaries(tmp_path / "data")
    (folder / "data_batch_4.bin").write_bytes(change(binary(3)))
    with pytest.raises(BadInput, match=r"data_batch_4\.bin") as caught:
        loaded(Cifar10(folder=str(folder)))
    assert said in str(caught.value)


def test_a_damaged_archive_is_named(tmp_path: Path) -> None:
    content = place_archive(tmp_path / "whole" / ARCHIVE).read_bytes()
    for damaged in (b"", b"no archive", content[: len(content) // 2]):
        (tmp_path / ARCHIVE).write_bytes(damaged)
        with pytest.raises(BadInput, match=f"{ARCHIVE}: cannot be unpacked"):
            loaded(Cifar10(folder=str(tmp_path)))
    place_archive(tmp_path / ARCHIVE, leave_out="test_batch")
    with pytest.raises(BadInput, match=r"does not hold test_batch\.bin"):
        loaded(Cifar10(folder=str(tmp_path)))


def test_an_archive_that_unpacks_without_end_is_left_before_it_fills_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cifar10._Unpacked, "_left", 2**20)
    long_name = tarfile.TarInfo("././@LongLink")
    long_name.type, long_name.size = tarfile.GNUTYPE_LONGNAME, 2**40
    with gzip.open(tmp_path / ARCHIVE, "wb") as file:
        file.write(long_name.tobuf(tarfile.GNU_FORMAT) + bytes(2**23))
    with pytest.raises(BadInput, match=f"{ARCHIVE}: cannot be unpacked: it unpacks to more"):
        loaded(Cifar10(folder=str(tmp_path)))


@pytest.mark.parametrize("name", ["", "nowhere", "x" * 5_000, "~nobody-of-this-name"])
def test_a_folder_without_it_is_refused_before_anything_is_downloaded(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput) as caught:
        next(load(Cifar10(folder=name if name.startswith("~") else str(tmp_path / name))))
    assert caught.value.key == "data.folder"


def test_what_is_missing_is_downloaded_once_and_then_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Sequence[str]] = []

    def delivered(urls: Sequence[str], target: Path, md5: str, limit: int) -> Generator[Loading, None, None]:
        asked.append(urls)
        assert md5 == ARCHIVE_MD5
        assert limit > 170_052_171  # the size of the real one
        yield Loading(f"Downloading {target.name}", 1, 2)
        place_archive(target)

    monkeypatch.setattr(cifar10, "download", delivered)
    assert place(Cifar10()) is None
    check(loaded(Cifar10(train=80, validation=20)))
    assert place(Cifar10()) == paths.downloads() / "CIFAR10" / ARCHIVE
    check(loaded(Cifar10(train=80, validation=20)))
    assert asked == [[cifar10.ARCHIVE_URL]]


def test_the_archive_lies_where_torchvisions_does() -> None:
    url = torchvision_module("datasets.cifar").CIFAR10.url
    assert cifar10.ARCHIVE_URL.rsplit("/", 1)[0] == url.rsplit("/", 1)[0]
