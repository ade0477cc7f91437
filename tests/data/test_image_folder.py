"""Image folders: classes from the folders' names, parts that never share a picture, and refusals by name."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from workbench import paths
from workbench.config import ImageFolder, Interface
from workbench.data import decoded
from workbench.data.dataset import Dataset, Loading, Split
from workbench.data.picture_file import load_picture
from workbench.data.sources import interface, load
from workbench.errors import BadInput
from workbench.outcome import outcome


def draw(path: Path, number: int, side: int = 8) -> None:
    """A picture of one colour that says its number: (number, 255 - number, 7)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (side, side), (number, 255 - number, 7)).save(path)


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """Three classes of ten pictures: cats are 0 to 9, dogs 10 to 19, newts 20 to 29."""
    root = tmp_path / "animals"
    for of_class, name in enumerate(("cat", "dog", "newt")):
        for number in range(10):
            draw(root / name / f"{number:02}.png", 10 * of_class + number)
    return root


@pytest.fixture
def parted(tmp_path: Path) -> Path:
    """The same with a test part of two pictures a class, numbered from 100."""
    root = tmp_path / "parted"
    for of_class, name in enumerate(("cat", "dog")):
        for number in range(6):
            draw(root / "train" / name / f"{number}.png", 10 * of_class + number)
        for number in range(2):
            draw(root / "test" / name / f"{number}.png", 100 + 10 * of_class + number)
    return root


def loaded(settings: ImageFolder) -> Dataset:
    return outcome(load(settings))


def numbers(split: Split) -> list[int]:
    """Which pictures these are, by the red of their first pixel."""
    return [int(row) for row in split.inputs[:, 0, 0]]


def test_classes_are_the_folders_and_every_part_has_each(plain: Path) -> None:
    settings = ImageFolder(folder=str(plain), side=8, validation=0.2, test=0.2)
    dataset = loaded(settings)
    assert dataset.classes == ("cat", "dog", "newt")
    assert dataset.interface == interface(settings) == Interface(8, 24, 0, 3, picture=(8, 8, 3))
    parts = (dataset.train, dataset.validation, dataset.test)
    assert sorted(number for part in parts for number in numbers(part)) == list(range(30))
    for part, count in zip(parts, (6, 2, 2), strict=True):
        assert part.inputs.dtype == np.uint8
        assert part.inputs.shape == (3 * count, 8, 24)
        assert part.targets.tolist() == [number // 10 for number in numbers(part)]
        assert part.targets.tolist() == [0, 1, 2] * count  # the classes take turns
    # a row has red, green and blue of each pixel together
    first = numbers(dataset.train)[0]
    assert dataset.train.inputs[0].reshape(8, 8, 3)[3, 5].tolist() == [first, 255 - first, 7]


def test_the_same_seed_holds_out_the_same_and_another_others(plain: Path) -> None:
    held_out = [numbers(loaded(ImageFolder(folder=str(plain), side=8, seed=seed)).test) for seed in (0, 0, 1)]
    assert held_out[0] == held_out[1]
    assert held_out[0] != held_out[2]


def test_a_test_folder_is_the_test_part_in_the_order_of_names(parted: Path) -> None:
    dataset = loaded(ImageFolder(folder=str(parted), side=8, validation=0.34))
    assert numbers(dataset.test) == [100, 110, 101, 111]
    assert len(dataset.validation) == 4
    assert sorted(numbers(dataset.train) + numbers(dataset.validation)) == [0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15]
    assert dataset.test.caption == "the folder's 4 test images"


def test_fewer_are_learnt_from_when_asked(parted: Path) -> None:
    dataset = loaded(ImageFolder(folder=str(parted), side=8, train=4, validation=0.2))
    assert dataset.train.targets.tolist() == [0, 1, 0, 1]
    assert len(dataset.test) == 4


def test_with_nothing_held_out_the_caption_says_what_is_watched(parted: Path) -> None:
    dataset = loaded(ImageFolder(folder=str(parted), side=8, validation=0.0))
    assert len(dataset.train) == 12
    assert numbers(dataset.validation) == numbers(dataset.train)
    assert dataset.validation.caption == "12 of the images it learns from"


def test_pictures_of_every_size_are_made_alike(plain: Path) -> None:
    draw(plain / "cat" / "big.jpg", 3, side=300)
    assert loaded(ImageFolder(folder=str(plain), side=16)).train.inputs.shape[1:] == (16, 48)


def test_what_systems_leave_behind_is_no_class_and_no_picture(plain: Path) -> None:
    (plain / "cat" / ".DS_Store").write_bytes(b"x")
    (plain / "cat" / "Thumbs.db").write_bytes(b"x")
    (plain / "__MACOSX").mkdir()
    (plain / "readme.txt").write_text("beside the classes")
    assert loaded(ImageFolder(folder=str(plain), side=8)).classes == ("cat", "dog", "newt")


# --- refusals ---------------------------------------------------------------------------------------------------------


def empty_class(root: Path) -> None:
    (root / "bird").mkdir()


def no_picture(root: Path) -> None:
    (root / "dog" / "03.png").write_text("a dog")


def a_folder_within(root: Path) -> None:
    draw(root / "dog" / "puppies" / "0.png", 1)


def too_few(root: Path) -> None:
    draw(root / "bird" / "0.png", 1)
    draw(root / "bird" / "1.png", 1)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (empty_class, "bird: this class has no pictures"),
        (no_picture, "03.png: expected an image"),
        (a_folder_within, "puppies: is a folder within a class"),
        (too_few, "the class bird has too few pictures (2)"),
    ],
)
def test_what_cannot_be_learnt_from_is_named(plain: Path, damage: Callable[[Path], None], said: str) -> None:
    damage(plain)
    with pytest.raises(BadInput) as caught:
        loaded(ImageFolder(folder=str(plain), side=8))
    assert said in str(caught.value)


def test_one_class_is_not_enough_and_neither_is_none(tmp_path: Path) -> None:
    draw(tmp_path / "cat" / "0.png", 1)
    for settings in (ImageFolder(folder=str(tmp_path)), ImageFolder(folder=str(tmp_path / "cat"))):
        with pytest.raises(BadInput, match="needs at least two classes"):
            interface(settings)
        with pytest.raises(BadInput, match="needs at least two classes"):
            loaded(settings)


def test_train_and_test_must_have_the_same_classes(parted: Path) -> None:
    draw(parted / "test" / "newt" / "0.png", 1)
    with pytest.raises(BadInput, match="only one of them has newt"):
        loaded(ImageFolder(folder=str(parted)))


@pytest.mark.parametrize("name", ["", "nowhere", "x" * 5_000, "a\0b", "~nobody-of-this-name"])
def test_a_folder_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    place = str(tmp_path / name) if name and not name.startswith("~") else name
    with pytest.raises(BadInput) as caught:
        interface(ImageFolder(folder=place))
    assert caught.value.key == "data.folder"


def test_an_archive_is_to_be_unpacked_first(tmp_path: Path) -> None:
    (tmp_path / "pictures.zip").write_bytes(b"PK")
    with pytest.raises(BadInput, match="Unpack it first"):
        loaded(ImageFolder(folder=str(tmp_path / "pictures.zip")))


def test_a_pipe_among_the_pictures_is_not_waited_for(plain: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no pipes with names")
    os.mkfifo(plain / "cat" / "pipe.png")
    with pytest.raises(BadInput, match=r"pipe\.png: is neither a file nor a folder"):
        loaded(ImageFolder(folder=str(plain)))


def test_more_than_memory_holds_is_refused_before_a_picture_is_opened(
    plain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.data.image_folder.MOST_BYTES", 1_000)
    monkeypatch.setattr(decoded, "load_picture", lambda *_: pytest.fail("it was opened"))
    with pytest.raises(BadInput, match="Try a smaller side"):
        loaded(ImageFolder(folder=str(plain)))


# --- kept -------------------------------------------------------------------------------------------------------------


def test_pictures_are_opened_once_and_again_when_one_changed(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoded, "WORTH_KEEPING", 10)
    opened: list[str] = []

    def counted(path: str, side: int, channels: int) -> NDArray[np.uint8]:
        opened.append(path)
        return load_picture(path, side, channels)

    monkeypatch.setattr(decoded, "load_picture", counted)
    settings = ImageFolder(folder=str(plain), side=8)
    first = loaded(settings)
    again = loaded(settings)
    assert len(opened) == 30
    assert (first.train.inputs == again.train.inputs).all()
    draw(plain / "cat" / "00.png", 77, side=9)
    assert 77 in [number for part in _parts(loaded(settings)) for number in numbers(part)]
    assert len(opened) == 60


def _parts(dataset: Dataset) -> tuple[Split, ...]:
    return dataset.train, dataset.validation, dataset.test


def test_a_damaged_file_of_kept_pictures_is_made_anew(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoded, "WORTH_KEEPING", 10)
    settings = ImageFolder(folder=str(plain), side=8)
    first = loaded(settings)
    (kept,) = (paths.downloads() / "decoded").glob("*.npy")
    kept.write_bytes(kept.read_bytes()[:200])
    assert (loaded(settings).train.inputs == first.train.inputs).all()


def test_only_the_last_few_folders_are_kept(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoded, "WORTH_KEEPING", 10)
    for side in range(8, 8 + decoded.MOST_KEPT + 2):
        loaded(ImageFolder(folder=str(plain), side=side))
    assert len(list((paths.downloads() / "decoded").glob("*"))) == decoded.MOST_KEPT


def test_reading_says_how_far_it_is_and_can_be_cancelled(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoded, "BATCH", 8)
    monkeypatch.setattr(decoded, "WORTH_KEEPING", 10)
    loader = load(ImageFolder(folder=str(plain), side=8))
    said: list[Loading] = []
    while not said or said[-1].done < 16:
        said.append(next(loader))
    assert [loading.what for loading in said[:4]] == ["Looking for pictures"] * 3 + ["Reading pictures"]
    assert said[-1] == Loading("Reading pictures", 16, 30, "pictures")
    loader.close()
    assert not (paths.downloads() / "decoded").exists()
