"""The story desk tells word by word, stops at any word, and keeps the last story when it cannot begin another."""

import time
from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest

from tests.bell import Bell
from tests.small import TEXT, digit_reader, story_teller
from workbench.engine import story
from workbench.engine.word import Word
from workbench.errors import BadInput
from workbench.session.telling import StoryDesk


class Listened:
    def __init__(self) -> None:
        self._bell = Bell()
        self.desk = StoryDesk(self._bell)

    def until(self, words: int = 0) -> None:
        """Until it has told so many words, or has ended."""

        def look() -> bool:
            self.desk.poll()
            return not self.desk.is_telling or 0 < words <= len(self.desk.words)

        self._bell.until(look)

    def told(self, seeds: str, length: int = 10) -> list[str]:
        self.desk.seed_text = seeds
        self.desk.set_length(length)
        self.desk.tell(story_teller())
        self.until()
        return self.desk.text


@pytest.fixture
def listened() -> Iterator[Listened]:
    listened = Listened()
    yield listened
    listened.desk.close()


def test_a_story_begins_with_its_seed_words_and_has_its_length(listened: Listened) -> None:
    text = listened.told("one TWO")
    assert text[:2] == ["one", "two"]
    assert len(text) == 12
    assert set(text) <= set(TEXT.split())
    assert all(0 < word.probability <= 1 for word in listened.desk.words)


def test_the_same_luck_tells_the_same_story(listened: Listened) -> None:
    listened.desk.set_temperature(3.0)
    first = listened.told("one")
    assert listened.told("one") == first
    listened.desk.luck = 1
    assert listened.told("one") != first


def test_it_stops_at_any_word_and_keeps_what_was_told(listened: Listened) -> None:
    listened.desk.seed_text = "one"
    listened.desk.set_length(10_000)
    listened.desk.tell(story_teller())
    listened.until(words=3)
    listened.desk.stop()
    listened.until()
    assert 3 <= len(listened.desk.words) < 10_000
    assert listened.desk.failure is None


def test_an_unknown_word_is_said_and_the_last_story_stands(listened: Listened) -> None:
    story = listened.told("one two")
    assert listened.told("one thre") == story
    assert listened.desk.failure is not None
    assert "nearest it knows: three" in listened.desk.failure.sentence
    assert listened.told("one three") != story
    assert listened.desk.failure is None


def test_a_network_that_knows_no_words_says_so(listened: Listened) -> None:
    listened.desk.tell(digit_reader())
    listened.until()
    assert listened.desk.failure is not None
    assert "not trained on words" in listened.desk.failure.sentence


def test_a_new_story_ends_the_one_before(listened: Listened) -> None:
    listened.desk.seed_text = "one"
    listened.desk.set_length(10_000)
    listened.desk.tell(story_teller())
    listened.until(words=2)
    assert len(listened.told("two", length=4)) == 5


def test_nobody_waits_for_the_story_that_is_given_up(listened: Listened, monkeypatch: pytest.MonkeyPatch) -> None:
    is_stuck, goes_on, really_tell = Event(), Event(), story.tell

    def stuck(*arguments: Any) -> Iterator[Word]:
        is_stuck.set()
        goes_on.wait(20)
        yield from really_tell(*arguments)

    monkeypatch.setattr(story, "tell", stuck)
    listened.desk.seed_text = "one"
    listened.desk.tell(story_teller())
    assert is_stuck.wait(20)
    monkeypatch.setattr(story, "tell", really_tell)
    listened.desk.set_length(3)
    began = time.monotonic()
    listened.desk.tell(story_teller(), "two")
    assert time.monotonic() - began < 10
    listened.until()
    assert (listened.desk.seeds, len(listened.desk.words)) == (("two",), 3)
    goes_on.set()


def test_it_can_be_closed_while_it_tells() -> None:
    desk = StoryDesk(lambda: None)
    desk.seed_text = "one"
    desk.set_length(10_000)
    desk.tell(story_teller())
    desk.close()


@pytest.mark.parametrize("length", [0, -1, 10_001])
def test_a_length_that_cannot_be_is_refused(length: int) -> None:
    with pytest.raises(BadInput, match=r"length = .*1 to 10,000"):
        StoryDesk(lambda: None).set_length(length)


@pytest.mark.parametrize("temperature", [-0.1, 5.1, float("nan"), float("inf")])
def test_a_temperature_that_cannot_be_is_refused(temperature: float) -> None:
    with pytest.raises(BadInput, match="temperature"):
        StoryDesk(lambda: None).set_temperature(temperature)


def test_a_story_told_before_can_be_gone_on_from() -> None:
    desk = StoryDesk(lambda: None)
    desk.recall(["one"], [Word("two", 0.5, (("three", 0.25),))], "spaces", luck=4)
    assert desk.text == ["one", "two"]
    assert desk.words[0].candidates == (("three", 0.25),)
