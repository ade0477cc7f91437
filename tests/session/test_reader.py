"""The reader: newest question first, one of each task, on a thread of its own; and what the session asks it."""

import dataclasses

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from tests.bell import Bell
from tests.small import digit_reader, story_teller
from workbench.data.drawing import Stroke
from workbench.engine.trained import Trained
from workbench.insight.belief import belief_by_step
from workbench.insight.clamp import Clamp
from workbench.insight.clamped import clamped_answer
from workbench.models.build import AnyNetwork
from workbench.models.network import Network
from workbench.session.change import Change
from workbench.session.reader import Answer, Probe, Question, Reader
from workbench.session.session import Session

PICTURE = np.zeros((28, 28), dtype=np.float32)
WORDS = np.array([0, 1, 2], dtype=np.int64)


def test_a_question_about_words_is_not_overtaken_by_one_about_digits() -> None:
    bell = Bell()
    reader = Reader(bell)
    answers: list[Answer | Exception] = []
    try:
        reader.ask(Question(1, story_teller(), Probe(WORDS, "words")))
        reader.ask(Question(2, digit_reader(), Probe(PICTURE, "digit")))

        def both() -> bool:
            answers.extend(reader.poll())
            return len(answers) == 2

        bell.until(both)
    finally:
        reader.close()
    assert all(isinstance(answer, Answer) for answer in answers)
    assert {answer.question.probe.caption for answer in answers if isinstance(answer, Answer)} == {"words", "digit"}


def test_the_newest_question_of_a_task_is_answered_last() -> None:
    bell, trained = Bell(), digit_reader()
    reader = Reader(bell)
    numbers: list[int] = []
    try:
        for number in range(50):
            reader.ask(Question(number, trained, Probe(PICTURE, "")))

        def newest() -> bool:
            numbers.extend(a.question.number for a in reader.poll() if isinstance(a, Answer))
            return 49 in numbers

        bell.until(newest)
    finally:
        reader.close()
    assert numbers == sorted(numbers)


def test_the_answer_is_the_network_s_own() -> None:
    bell, trained = Bell(), digit_reader()
    reader = Reader(bell)
    found: list[Answer | Exception] = []
    try:
        reader.ask(Question(1, trained, Probe(PICTURE, "")))

        def answered() -> bool:
            found.extend(reader.poll())
            return bool(found)

        bell.until(answered)
    finally:
        reader.close()
    answer = found[0]
    assert isinstance(answer, Answer)
    assert answer.beliefs.shape == (28, 10) and answer.probabilities.sum() == pytest.approx(1.0, abs=1e-5)
    assert answer.trace.layers[0].gates["c"].shape == (6, 28)


def test_the_cursor_is_said_once() -> None:
    session = Session()
    session.poll()
    said = []
    for step in (3, 3, None, None):
        session.point_at(step)
        said.append((session.looking.cursor, session.poll()))
    assert said == [(3, Change.CURSOR), (3, Change.NONE), (None, Change.CURSOR), (None, Change.NONE)]
    session.close()


def test_a_drawn_digit_stands_in_until_there_is_one() -> None:
    session = Session()
    session.networks.use(digit_reader(), "bundled")
    probe = session.probe("digits")
    assert probe is not None and probe.stands_in and probe.inputs.shape == (28, 28) and probe.inputs.max() > 0.9
    session.add_stroke(Stroke.through([(0.5, 0.2), (0.5, 0.8)]))
    drawn = session.probe("digits")
    assert drawn is not None and not drawn.stands_in and drawn.caption == "your drawing"
    session.clear_pad()
    again = session.probe("digits")
    assert again is not None and again.stands_in
    session.close()


def test_the_free_answer_stands_while_only_what_is_held_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    bell, trained, counted = Bell(), digit_reader(), []

    def counting(network: AnyNetwork, x: Tensor) -> NDArray[np.float32]:
        counted.append(x.clone())
        return belief_by_step(network, x)

    monkeypatch.setattr("workbench.insight.belief.belief_by_step", counting)
    reader = Reader(bell)
    found: list[Answer | Exception] = []
    drawn = np.linspace(0.0, 1.0, 784, dtype=np.float32).reshape(28, 28)
    other = dataclasses.replace(trained, step=8)
    shut, wide = Clamp(0, "forward", "i", 0.0), Clamp(0, "forward", "f", 1.0)

    def answer(trained: Trained, inputs: NDArray[np.float32], *clamps: Clamp) -> Answer:
        found.clear()
        reader.ask(Question(1, trained, Probe(inputs, ""), clamps))

        def answered() -> bool:
            found.extend(reader.poll())
            return bool(found)

        bell.until(answered)
        assert isinstance(found[0], Answer)
        return found[0]

    try:
        free = answer(trained, drawn)
        for clamp in (shut, wide):
            held = answer(trained, drawn.copy(), clamp)
            assert held.beliefs is free.beliefs and held.trace is free.trace and held.held is not None
            assert held.seconds >= free.seconds
            x = torch.from_numpy(drawn)
            network = trained.network()
            assert isinstance(network, Network)
            np.testing.assert_allclose(held.held.beliefs, clamped_answer(network, x, [clamp])[0], atol=1e-6)
        assert len(counted) == 1
        drawn[3] = 0.5  # whoever gave the picture may go on drawing on it
        assert not np.array_equal(answer(trained, drawn).beliefs, free.beliefs)
        answer(other, drawn)
        assert len(counted) == 3
    finally:
        reader.close()
