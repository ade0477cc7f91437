"""Whether data are here is said at once, without loading them or asking the network."""

from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest

from workbench import paths
from workbench.config import DATA_KINDS, Cifar10, Data, DigitsMix, ImageFolder, Kmnist, Mnist, Words
from workbench.data.availability import HERE, megabytes
from workbench.data.idx_files import FILES
from workbench.data.mnist import FASHION_MNIST, KMNIST, MNIST
from workbench.data.sources import availability
from workbench.data.vision import torchvision_module


@pytest.mark.parametrize("kind", DATA_KINDS)
def test_every_source_says_whether_its_data_are_here(kind: str) -> None:
    data: Data = msgspec.convert({"kind": kind}, Data)
    there = availability(data)
    if there.state == "download":
        assert there.size > 0
        assert "." in there.host
    else:
        assert there.state == "here" or there.why


def test_mnist_is_a_download_until_its_files_are_there() -> None:
    whole = availability(Mnist())
    assert (whole.state, whole.host, whole.words()) == ("download", MNIST.host, "12 MB to download")
    folder = paths.downloads() / "MNIST" / "raw"
    folder.mkdir(parents=True)
    (folder / f"{FILES[0]}.gz").touch()
    assert availability(Mnist()).size == whole.size - MNIST.archives[0]
    for name in FILES[1:]:
        (folder / name).touch()
    assert availability(Mnist()) == HERE == availability(DigitsMix())


def test_the_host_named_is_the_first_that_is_asked() -> None:
    for what, words in ((MNIST, "12 MB"), (FASHION_MNIST, "31 MB"), (KMNIST, "21 MB")):
        known = getattr(torchvision_module("datasets.mnist"), what.torchvision)
        assert urlsplit(known.mirrors[0]).hostname == what.host
        assert [name for name, _ in known.resources] == [f"{name}.gz" for name in FILES]
        assert megabytes(sum(what.archives)) == words
    there = availability(Cifar10())
    assert (there.host, there.words()) == ("www.cs.toronto.edu", "170 MB to download")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (Mnist(folder="nowhere"), "does not hold"),
        (DigitsMix(folder="nowhere"), "does not hold"),
        (Kmnist(folder="nowhere"), "does not hold"),
        (Cifar10(folder="nowhere"), "does not hold"),
        (ImageFolder(), "choose a folder"),
        (ImageFolder(folder="nowhere"), "there is no such folder"),
        (DigitsMix(pen="nowhere"), "no such file of pen traces"),
        (Words(text="nowhere"), "there is no such file"),
    ],
)
def test_what_is_missing_says_why(data: Data, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    there = availability(data)
    assert (there.state, there.words()) == ("missing", "missing")
    assert why in there.why
    assert there.document() == {"state": "missing", "why": there.why}


@pytest.mark.parametrize(
    ("size", "words"), [(0, "1 MB"), (11_594_722, "12 MB"), (170_498_071, "170 MB"), (2_500_000_000, "2,500 MB")]
)
def test_a_size_is_told_in_whole_megabytes(size: int, words: str) -> None:
    assert megabytes(size) == words
