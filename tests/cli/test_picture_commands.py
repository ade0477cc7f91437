"""``workbench train``, ``classify`` and ``evaluate`` with pictures, from a folder to a class table."""

from pathlib import Path

import pytest

from tests.bars import CLASSES, own_bars
from tests.cli.conftest import Command


@pytest.fixture
def bars(temporary_home: Path, workbench: Command) -> str:
    """A preset whose network was trained."""
    name = own_bars(temporary_home)
    assert workbench("train", name).code == 0
    return name


def test_pictures_and_test_images_get_class_tables(workbench: Command, bars: str, temporary_home: Path) -> None:
    files = [temporary_home / "bars" / name / "0.png" for name in CLASSES]
    said = workbench("classify", *files, "--preset", bars, "--json")
    assert said.code == 0
    for name, answer in zip(CLASSES, said.json["answers"], strict=True):
        assert answer["class"] == name
        assert list(answer["beliefs"]) == list(CLASSES)
        assert sum(answer["beliefs"].values()) == pytest.approx(1.0)
    sample = workbench("classify", "--sample", 2, "--preset", bars, "--json").json
    assert (sample["sample"], sample["right"], sample["of"]) == (2, "standing", "the folder's 20 test images")
    lines = workbench("classify", "--sample", 2, "--preset", bars).out.splitlines()
    assert lines[0].startswith("test image 2 of 20, standing: ")
    assert [line.split()[0] for line in lines if line.split()[0] in CLASSES] == list(CLASSES)
    assert next(line for line in lines if line.startswith("standing")).split()[-1] == "right"


def test_a_file_that_is_no_picture_is_said_and_the_others_are_read(
    workbench: Command, bars: str, temporary_home: Path, tmp_path: Path
) -> None:
    (tmp_path / "broken.jpg").write_text("none")
    said = workbench(
        "classify", tmp_path / "broken.jpg", temporary_home / "bars" / "lying" / "3.png", "--preset", bars, "--json"
    )
    assert said.code == 2
    broken, read = said.json["answers"]
    assert "broken.jpg" in broken["error"]
    assert read["class"] in CLASSES


def test_every_class_is_counted(workbench: Command, bars: str) -> None:
    said = workbench("evaluate", "--preset", bars, "--json").json
    assert [part["on"] for part in said["parts"]] == [f"class {name}" for name in CLASSES]
    assert sum(part["right"] for part in said["parts"]) == said["right"]
    assert "class standing" in workbench("evaluate", "--preset", bars).out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--sample", "0"], "--sample = 0: expected 1 to 20"),
        (["--sample", "21"], "expected 1 to 20"),
        ([], "give a file, or the number of a test image"),
    ],
)
def test_what_cannot_be_looked_at_is_refused(workbench: Command, bars: str, words: list[str], expected: str) -> None:
    workbench("classify", "--preset", bars, *words).refused(expected)


def test_a_network_for_words_has_no_test_pictures(workbench: Command) -> None:
    workbench("classify", "--sample", "1", "--preset", "story-belling-the-cat").refused("does not read pictures")


def test_bad_folders_are_refused_before_training(workbench: Command, bars: str, temporary_home: Path) -> None:
    (temporary_home / "bars" / "lying" / "7.png").write_text("no picture")
    workbench("train", bars).refused("7.png: expected an image")
    for picture in (temporary_home / "bars" / "lying").iterdir():
        picture.unlink()
    workbench("train", bars).refused("lying: this class has no pictures")
    (temporary_home / "bars" / "lying").rmdir()
    workbench("train", bars).refused("needs at least two classes")
    workbench("train", "cifar10-convnet", "--set", "data.folder=nowhere").refused("does not hold cifar-10-batches-bin")
    workbench("train", bars, "--set", "data.folder=").refused("choose a folder")
