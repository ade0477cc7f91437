"""Words as samples: every window of the text, and the word that follows it."""

from pathlib import Path

import numpy as np
import pytest

from workbench.config import Interface, Words
from workbench.data.dataset import Dataset
from workbench.data.sources import at_hand, interface, load
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


# --- vocabulary, vectors, streams, and parts held out -----------------------------------------------------------------


def test_rare_words_are_one_word_and_the_caption_says_how_much(text: Path) -> None:
    text.write_text("the cat the dog the cat saw the bird " * 2 + "once")
    dataset = loaded(Words(text=str(text), window=2, least=3))
    assert dataset.classes == ("the", "cat", "rare word")
    assert dataset.interface.symbols == dataset.interface.classes == 3
    assert interface(Words(text=str(text), window=2, least=3)) == dataset.interface
    assert dataset.train.caption == "all 17 windows of the text, 36.8 % of it rare words"  # 7 of 19
    with pytest.raises(BadInput, match=r"data\.least = 99: none of its words is there 99 times"):
        interface(Words(text=str(text), least=99))


def test_vectors_come_with_the_words(text: Path) -> None:
    text.write_text("one two three " * 40)
    settings = Words(text=str(text), window=2, vector_width=6, vector_epochs=2, answer="vector")
    dataset = loaded(settings)
    assert dataset.vectors is not None and dataset.vectors.shape == (3, 6)
    assert dataset.interface == interface(settings)
    assert (dataset.interface.classes, dataset.interface.symbols, dataset.interface.vectors) == (6, 3, 6)
    assert dataset.interface.answer == "vector"
    assert dataset.train.targets[:3].tolist() == [2, 0, 1]  # words, whose vectors are looked up when needed


def test_vectors_know_nothing_of_what_is_held_out(text: Path) -> None:
    learnt, kept = "one two three " * 80, "one two three four five " * 12  # 60 words: a sixth of them all
    text.write_text(learnt + kept + kept)
    settings = Words(text=str(text), window=2, vector_width=6, vector_epochs=2, held_out=1 / 6)
    dataset = loaded(settings)
    assert (len(dataset.train), len(dataset.test)) == (238, 58)
    assert dataset.vectors is not None
    alone = text.with_name("alone.txt")
    alone.write_text(learnt)
    of_it_alone = loaded(Words(text=str(alone), window=2, vector_width=6, vector_epochs=2))
    assert of_it_alone.vectors is not None
    for number, word in enumerate(of_it_alone.classes):
        np.testing.assert_array_equal(dataset.vectors[dataset.classes.index(word)], of_it_alone.vectors[number])
    assert not dataset.vectors[[dataset.classes.index(word) for word in ("four", "five")]].any()


def test_the_first_windows_only(text: Path) -> None:
    text.write_text("a b c d e f g h")
    dataset = loaded(Words(text=str(text), window=3, windows=2))
    assert dataset.train.inputs.tolist() == [[0, 1, 2], [1, 2, 3]]
    assert dataset.train.targets.tolist() == [3, 4]
    assert dataset.train.caption == "the first 2 windows of the text"


def test_parts_held_out_follow_one_another_and_do_not_overlap(text: Path) -> None:
    text.write_text("".join(chr(97 + place % 26) for place in range(100)))
    dataset = loaded(Words(text=str(text), window=4, split="characters", targets="every", held_out=0.1))
    parts = [dataset.train, dataset.validation, dataset.test]
    read = ["".join(dataset.classes[s] for s in [*part.inputs[:, 0], *part.inputs[-1, 1:], part.targets[-1, -1]])
            for part in parts]  # fmt: skip
    assert [len(part) for part in read] == [80, 10, 10]
    assert "".join(read) == text.read_text()
    assert dataset.validation.caption == "10 characters of the text, held out"
    with pytest.raises(BadInput, match="the shortest part of it 10; a window of 10 needs at least 11"):
        loaded(Words(text=str(text), window=10, split="characters", held_out=0.1))


def test_a_long_text_learnt_by_heart_is_read_back_in_part(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("one two three four " * 8_000)
    dataset = loaded(Words(text=str(path), window=3))
    assert len(dataset.train) == 31_997
    assert len(dataset.test) == 8_000
    assert dataset.test.caption == "8,000 windows of the text, one in 4"
    np.testing.assert_array_equal(dataset.test.inputs[5], dataset.train.inputs[20])
    assert dataset.test.targets[5] == dataset.train.targets[20]


def test_a_stream_needs_twice_its_window(text: Path) -> None:
    text.write_text("a b c d e f g")
    stream = Words(text=str(text), window=3, targets="every", reading="stream")
    assert loaded(stream).train.in_a_row
    with pytest.raises(BadInput, match="a window of 4 needs at least 8"):
        loaded(Words(text=str(text), window=4, targets="every", reading="stream"))


def test_whether_a_text_is_at_hand_is_known_without_cutting_it(tmp_path: Path) -> None:
    path = tmp_path / "novel.txt"
    path.write_text("天黑的时候，有灯的桥才是桥。" * 2_000, encoding="gbk")
    novel = Words(text=str(path), split="segments", window=5)
    assert not at_hand(novel)
    assert at_hand(Words(text=str(path), split="words"))
    assert at_hand(Words(text="lamp-on-the-bridge", split="segments"))
    assert "有灯" in loaded(novel).classes
    assert at_hand(novel)
