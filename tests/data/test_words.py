"""Words as samples: every window of the text, and the word that follows it."""

from pathlib import Path

import numpy as np
import pytest

from workbench.config import Interface, Words
from workbench.data.dataset import Dataset
from workbench.data.sources import interface, load
from workbench.errors import BadInput
from workbench.outcome import outcome


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    path.write_text("b a c a\nd", encoding="utf-8")  # symbols 1 0 2 0 3
    return path


def loaded(settings: Words) -> Dataset:
    return outcome(load(settings))


def test_every_window_is_there_with_the_word_that_follows(text: Path) -> None:
    dataset = loaded(Words(text=str(text), window=2, targets="last"))
    assert dataset.classes == ("a", "b", "c", "d")
    assert dataset.train.inputs.tolist() == [[1, 0], [0, 2], [2, 0]]
    assert dataset.train.targets.tolist() == [2, 0, 3]
    assert dataset.interface == Interface(steps=2, width=0, symbols=4, classes=4, every_step=False)


def test_with_an_answer_at_every_step_the_targets_are_the_windows_moved_by_one(text: Path) -> None:
    dataset = loaded(Words(text=str(text), window=2, targets="every"))
    assert dataset.train.inputs.tolist() == [[1, 0], [0, 2], [2, 0]]
    assert dataset.train.targets.tolist() == [[0, 2], [2, 0], [0, 3]]
    assert dataset.interface.every_step


def test_a_text_known_by_heart_is_read_back(text: Path) -> None:
    dataset = loaded(Words(text=str(text), window=2))
    assert dataset.validation is dataset.train
    assert dataset.test is dataset.train
    assert dataset.train.caption == "all 3 windows of the text"


def test_the_interface_is_known_without_loading_and_follows_the_file(text: Path) -> None:
    settings = Words(text=str(text), window=3, targets="every")
    assert interface(settings) == loaded(settings).interface
    text.write_text("one two three four five six")
    assert interface(settings).symbols == 6


@pytest.mark.parametrize("targets", ["last", "every"])
def test_the_longest_window_that_fits_gives_one_sample_and_one_more_is_refused(text: Path, targets: str) -> None:
    every = targets == "every"
    settings = Words(text=str(text), window=4, targets="every" if every else "last")
    dataset = loaded(settings)
    assert dataset.train.inputs.tolist() == [[1, 0, 2, 0]]
    assert dataset.train.targets.tolist() == ([[0, 2, 0, 3]] if every else [3])
    with pytest.raises(BadInput, match=r"data\.window = 5: has 5 words; a window of 5 needs at least 6"):
        loaded(Words(text=str(text), window=5, targets=settings.targets))


@pytest.mark.parametrize("content", ["", "again", "again again again"])
def test_a_text_of_less_than_two_different_words_is_refused(text: Path, content: str) -> None:
    text.write_text(content)
    with pytest.raises(BadInput, match="at least two different ones are needed"):
        interface(Words(text=str(text), window=1))
    with pytest.raises(BadInput, match=r"data\.(text|window)"):
        loaded(Words(text=str(text), window=1))


def test_the_fable_is_the_published_one() -> None:
    dataset = loaded(Words(text="belling-the-cat", window=3, targets="last"))
    assert len(dataset.train) == 204 - 3
    assert len(dataset.classes) == 112
    first = [dataset.classes[symbol] for symbol in dataset.train.inputs[0]]
    assert " ".join(first) == "long ago ,"


def test_windows_of_a_long_text_share_its_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("one two three " * 20_000)
    dataset = loaded(Words(text=str(path), window=256))
    assert dataset.train.inputs.shape == (60_000 - 256, 256)
    assert np.shares_memory(dataset.train.inputs[0], dataset.train.inputs[1])
