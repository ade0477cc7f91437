"""Telling: what was learnt by heart is told again, and chance follows the probabilities."""

import math
from collections import Counter
from pathlib import Path

import pytest
import torch
from torch import nn

from tests.engine.toy import CPU
from tests.recurrents import recurrent
from workbench.config import Interface, Mnist, Preset, Recurrent, Training, Words, stacked
from workbench.data.dataset import Dataset
from workbench.data.vocabulary import RARE
from workbench.data.words import load
from workbench.engine.events import Snapshot
from workbench.engine.story import UnknownWord, known_words, nearest_words, seed_words, tell
from workbench.engine.train import train
from workbench.engine.trained import Trained
from workbench.engine.word import Word
from workbench.errors import BadInput
from workbench.models.build import build
from workbench.models.network import Network

RHYME = """Solomon Grundy , born on a Monday , christened on Tuesday , married on Wednesday , took ill on Thursday ,
grew worse on Friday , died on Saturday , buried on Sunday , and that was the end of Solomon Grundy ."""


def told(trained: Trained, seeds: list[str], length: int, temperature: float = 0.0, seed: int = 0) -> list[Word]:
    return list(tell(trained, seeds, length, temperature, torch.Generator().manual_seed(seed)))


def by_heart(tmp_path: Path, targets: str) -> tuple[Trained, list[str]]:
    """A network trained on the rhyme until it knows it."""
    path = tmp_path / "rhyme.txt"
    path.write_text(RHYME, encoding="utf-8")
    data = Words(text=str(path), window=4, targets="every" if targets == "every" else "last")
    preset = Preset(
        title="A rhyme", data=data, model=Recurrent(stack=stacked(units=32), embedding=16),
        training=Training(rate=0.02, batch=16, epochs=0, steps=120, clip=1.0),
    )  # fmt: skip
    loader, dataset = load(data), None
    while dataset is None:
        try:
            next(loader)
        except StopIteration as done:
            dataset = done.value
    assert isinstance(dataset, Dataset)
    weights = [event for event in train(preset, dataset, CPU) if isinstance(event, Snapshot)][-1].weights
    return Trained("rhyme", preset, dataset.interface, dataset.classes, weights, 120), RHYME.split()


@pytest.mark.parametrize("targets", ["last", "every"])
def test_a_text_learnt_by_heart_is_told_word_for_word(tmp_path: Path, targets: str) -> None:
    trained, words = by_heart(tmp_path, targets)
    story = told(trained, words[:4], len(words) - 4)
    assert [word.text for word in story] == words[4:]
    assert min(word.probability for word in story) > 0.5


# --- a network whose probabilities are known --------------------------------------------------------------------------

VOCABULARY = ("ant", "Bee", "cat", "dog")
PROBABILITIES = torch.tensor([0.1, 0.2, 0.3, 0.4], dtype=torch.float64)


def dicer() -> Trained:
    """Says ant, Bee, cat, dog with 10, 20, 30 and 40 %, whatever it read."""
    preset = Preset(title="Dice", data=Words(window=2), model=Recurrent(stack=stacked(units=1), embedding=1))
    interface = Interface(steps=2, width=0, symbols=4, classes=4)
    network = build(preset.model, interface).requires_grad_(False)
    assert isinstance(network.head, torch.nn.Linear)
    network.head.weight.zero_()
    network.head.bias.copy_(PROBABILITIES.log())
    return Trained("dice", preset, interface, VOCABULARY, dict(network.state_dict()), 0)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_words_fall_as_often_as_their_probability_at_that_temperature(temperature: float) -> None:
    count = 3_000
    fallen = Counter(word.text for word in told(dicer(), ["ant"], count, temperature, seed=1))
    expected = PROBABILITIES ** (1 / temperature)
    expected = count * expected / expected.sum()
    pairs = zip(VOCABULARY, expected.tolist(), strict=True)
    chi_square = sum((fallen[word] - e) ** 2 / e for word, e in pairs)
    assert chi_square < 16.27  # exceeded by chance once in a thousand times (3 degrees of freedom)


def test_the_probability_told_is_the_networks_own_at_any_temperature() -> None:
    own = dict(zip(VOCABULARY, PROBABILITIES.tolist(), strict=True))
    for temperature in (0.0, 0.3, 1.0, 5.0):
        for word in told(dicer(), ["cat"], 5, temperature):
            assert word.probability == pytest.approx(own[word.text])
            assert [name for name, _ in word.candidates] == ["dog", "cat", "Bee", "ant"]
            assert [p for _, p in word.candidates] == pytest.approx([0.4, 0.3, 0.2, 0.1])


def test_temperature_zero_and_next_to_it_take_the_most_probable_word() -> None:
    for temperature in (0.0, 1e-3, 1e-310):
        assert {word.text for word in told(dicer(), ["cat"], 20, temperature)} == {"dog"}


def test_the_same_seed_tells_the_same_story() -> None:
    once, again, other = (told(dicer(), ["ant"], 30, 1.0, seed) for seed in (1, 1, 2))
    assert once == again
    assert once != other


def test_a_story_can_be_broken_off_at_any_word() -> None:
    story = tell(dicer(), ["ant"], 10**9, 1.0, torch.Generator())
    assert [len(next(story).candidates) for _ in range(3)] == [4, 4, 4]


# --- seed words -------------------------------------------------------------------------------------------------------


def test_seed_words_are_found_whatever_their_capitals() -> None:
    assert seed_words(dicer(), "  Ant bee\nDOG Bee ") == ["ant", "Bee", "dog", "Bee"]


def test_an_unknown_word_is_met_with_the_nearest() -> None:
    with pytest.raises(UnknownWord) as caught:
        seed_words(dicer(), "ant dogs")
    assert (caught.value.word, caught.value.nearest) == ("dogs", ["dog"])
    assert str(caught.value) == "seed words: the network never read the word “dogs”; nearest it knows: dog."


def test_where_nothing_is_like_it_frequent_words_are_offered() -> None:
    with pytest.raises(UnknownWord) as caught:
        seed_words(dicer(), "ant zzzzzz")
    assert (caught.value.word, caught.value.nearest) == ("zzzzzz", ["ant", "Bee", "cat"])
    with pytest.raises(UnknownWord) as caught:
        seed_words(dicer(), " 天黑 了 ")  # another language: all of it is to be replaced
    assert (caught.value.word, caught.value.nearest) == ("天黑 了", ["ant", "Bee", "cat"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("小刺猬提着灯", ["小", "刺猬", "提着", "灯"]),
        ("天黑了 灯", ["天黑", "了", "灯"]),  # two words rather than three
        ("大象看灯", ["大象看", "灯"]),
        ("灯大象", ["灯", "大象"]),
    ],
)
def test_chinese_seed_words_are_cut_into_the_fewest_known(text: str, words: list[str]) -> None:
    assert known_words(text, {"小", "刺猬", "提着", "灯", "天", "黑", "天黑", "了", "黑了"}) == words


# --- networks that answer with vectors, and that learnt from a stream -------------------------------------------------


def pointer() -> Trained:
    """Says the vector (2, 1), whatever it read; the words lie in four directions."""
    data = Words(window=2, answer="vector", vector_width=2)
    preset = Preset(title="Pointer", data=data, model=recurrent(units=1, input="word_vectors"))
    interface = Interface(steps=2, width=0, symbols=4, classes=2, answer="vector", vectors=2)
    network = Network(recurrent(units=1, input="word_vectors"), interface).requires_grad_(False)
    network.input.take(torch.tensor([[1.0, 0.0], [0.0, 5.0], [3.0, 1.0], [9.0, 4.0]]))
    assert isinstance(network.head, nn.Linear)
    network.head.weight.zero_()
    network.head.bias.copy_(torch.tensor([2.0, 1.0]))
    return Trained("pointer", preset, interface, ("ant", "Bee", "cat", RARE), dict(network.state_dict()), 0)


def test_the_nearest_vector_is_told_with_its_cosine_but_never_the_rare_word() -> None:
    (word,) = told(pointer(), ["ant"], 1)
    assert word.is_cosine
    # (9, 4) would be nearest, but stands for rare words; then (3, 1): 7 / sqrt(5 * 10).
    assert word.text == "cat"
    assert word.probability == pytest.approx(7 / 50**0.5)
    assert [name for name, _ in word.candidates] == ["cat", "ant", "Bee"]


def test_vectors_are_drawn_by_e_to_ten_times_the_cosine() -> None:
    count = 2_000
    fallen = Counter(word.text for word in told(pointer(), ["ant"], count, 2.0, seed=1))
    cosine = {"ant": 2 / 5**0.5, "Bee": 1 / 5**0.5, "cat": 7 / 50**0.5}
    weights = {word: math.exp(5 * value) for word, value in cosine.items()}
    expected = {word: count * weight / sum(weights.values()) for word, weight in weights.items()}
    assert sum((fallen[word] - e) ** 2 / e for word, e in expected.items()) < 13.82  # once in a thousand by chance


def test_a_network_of_a_stream_tells_with_its_state_carried_on() -> None:
    data = Words(window=2, targets="every", reading="stream")
    model = recurrent(units=5, embedding=3)
    interface = Interface(steps=2, width=0, symbols=4, classes=4, every_step=True)
    network = Network(model, interface)
    network.initialise(torch.Generator().manual_seed(4))
    trained = Trained("s", Preset(title="S", data=data, model=model), interface, VOCABULARY, network.state_dict(), 0)
    story = told(trained, ["ant", "Bee", "dog"], 12, 1.0, seed=2)
    read = torch.tensor([[VOCABULARY.index(word) for word in ("ant", "Bee", "dog", *(w.text for w in story))]])
    with torch.no_grad():
        probabilities = network(read)[0].softmax(-1)  # the whole story read at once, far beyond the window
    for place, word in enumerate(story):
        assert word.probability == pytest.approx(float(probabilities[2 + place, read[0, 3 + place]]), rel=1e-4)


def test_nearest_words_are_found_whatever_their_capitals() -> None:
    assert nearest_words("BEES", VOCABULARY) == ["Bee"]
    assert nearest_words("cot", ("cat", "cut", "coat", "dog"), count=2) == ["coat", "cut"]


@pytest.mark.parametrize("text", ["", "  \n\t"])
def test_a_story_needs_a_word_to_begin_with(text: str) -> None:
    with pytest.raises(BadInput, match=r"give at least one word to begin with\. For example: "):
        seed_words(dicer(), text)


def test_a_network_of_digits_tells_no_story() -> None:
    digits = Trained("d", Preset(title="Digits", data=Mnist(), model=Recurrent()), dicer().interface, (), {}, 0)
    with pytest.raises(BadInput, match="Digits: is not trained on words"):
        seed_words(digits, "one")
