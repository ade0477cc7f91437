"""Whether data are here is said at once, without loading them or asking the network."""

from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest

from workbench import paths
from workbench.config import DATA_KINDS, Data, DigitsMix, Mnist, Words
from workbench.data.availability import HERE, megabytes
from workbench.data.mnist import ARCHIVES, FILES, HOST
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
    assert (whole.state, whole.host, whole.words()) == ("download", HOST, "12 MB to download")
    folder = paths.downloads() / "MNIST" / "raw"
    folder.mkdir(parents=True)
    (folder / f"{FILES[0]}.gz").touch()
    assert availability(Mnist()).size == whole.size - ARCHIVES[FILES[0]]
    for name in FILES[1:]:
        (folder / name).touch()
    assert availability(Mnist()) == HERE == availability(DigitsMix())


def test_the_host_named_is_the_first_that_is_asked() -> None:
    mnist = torchvision_module("datasets.mnist").MNIST
    assert urlsplit(mnist.mirrors[0]).hostname == HOST
    assert [name for name, _ in mnist.resources] == [f"{name}.gz" for name in FILES]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (Mnist(folder="nowhere"), "does not hold"),
        (DigitsMix(folder="nowhere"), "does not hold"),
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
