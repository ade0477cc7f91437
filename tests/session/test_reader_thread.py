"""The reader's thread: what overtakes what, what goes wrong, another network, and closing at any time."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from tests.bell import Bell
from tests.small import digit_reader, story_teller
from workbench.engine.trained import Trained
from workbench.insight import belief
from workbench.session.reader import Answer, Probe, Question, Reader


class Asked:
    def __init__(self) -> None:
        self.bell = Bell()
        self.reader = Reader(self.bell)
        self.answers: list[Answer | Exception] = []

    def until(self, count: int) -> None:
        def look() -> bool:
            self.answers += self.reader.poll()
            return len(self.answers) >= count

        self.bell.until(look)


@pytest.fixture
def asked() -> Iterator[Asked]:
    asked = Asked()
    yield asked
    asked.reader.close()


DIGITS, STORY = digit_reader(), story_teller()


def digit(number: int, trained: Trained = DIGITS) -> Question:
    picture = np.random.default_rng(number).random((28, 28), dtype=np.float32)
    return Question(number, trained, Probe(picture, f"picture {number}"))


def test_an_answer_is_what_the_network_says(asked: Asked) -> None:
    question = digit(1)
    asked.reader.ask(question)
    asked.until(1)
    [answer] = asked.answers
    assert isinstance(answer, Answer)
    with torch.inference_mode():
        expected = DIGITS.network()(torch.from_numpy(question.probe.inputs)[None]).softmax(-1)[0].numpy()
    np.testing.assert_allclose(answer.probabilities, expected, atol=1e-6)


def test_a_question_that_was_overtaken_is_not_answered(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()
    belief_by_step: Any = belief.belief_by_step

    def slowly(*given: object) -> object:
        begun.set()
        assert go_on.wait(20)
        return belief_by_step(*given)

    monkeypatch.setattr(belief, "belief_by_step", slowly)
    asked.reader.ask(digit(1))
    assert begun.wait(20)
    for number in range(2, 9):
        asked.reader.ask(digit(number))
    asked.reader.ask(Question(9, STORY, Probe(np.array([0, 1]), "words")))
    go_on.set()
    asked.until(3)
    numbers = [answer.question.number for answer in asked.answers if isinstance(answer, Answer)]
    assert sorted(numbers) == [1, 8, 9]


def test_what_goes_wrong_is_said_and_the_next_question_is_answered(asked: Asked) -> None:
    asked.reader.ask(Question(1, DIGITS, Probe(np.zeros((27, 5), dtype=np.float32), "too narrow")))
    asked.until(1)
    assert isinstance(asked.answers[0], RuntimeError)
    asked.reader.ask(digit(2))
    asked.until(2)
    assert isinstance(asked.answers[1], Answer)


def test_another_network_answers_as_soon_as_it_is_asked(asked: Asked) -> None:
    asked.reader.ask(digit(1))
    asked.until(1)
    other = replace(DIGITS, weights={name: -weight for name, weight in DIGITS.weights.items()})
    asked.reader.ask(digit(1, other))
    asked.until(2)
    first, second = asked.answers
    assert isinstance(first, Answer)
    assert isinstance(second, Answer)
    assert not np.allclose(first.beliefs, second.beliefs)


def test_closing_ends_the_thread_even_with_questions_waiting() -> None:
    reader = Reader(lambda: None)
    for number in range(50):
        reader.ask(digit(number))
    reader.close()
    reader.ask(digit(99))
    reader.close()


def test_one_that_was_never_asked_is_closed_at_once() -> None:
    Reader(lambda: None).close()
