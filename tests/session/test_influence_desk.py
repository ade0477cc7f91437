"""What mattered follows what is looked at; what was erased is really gone for the network, and can come back."""

from typing import Any

import numpy as np
import pytest
import torch

from tests.session.conftest import Opened
from tests.small import digit_reader, story_teller
from workbench.data.drawing import Stroke
from workbench.engine.trained import Trained
from workbench.errors import BadInput
from workbench.insight.influence import influence
from workbench.session.influence_desk import InfluenceDesk


@pytest.fixture
def watched(opened: Opened) -> Opened:
    """A drawn 4 before a small network, watched."""
    opened.session.networks.use(digit_reader(), "bundled")
    opened.session.influence.watch(True)
    opened.session.look_at("digits")
    opened.until(lambda: opened.session.influence.mattered is not None)
    return opened


def of(opened: Opened) -> InfluenceDesk:
    return opened.session.influence


def belief(trained: Trained, inputs: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    with torch.inference_mode():
        return trained.network()(torch.from_numpy(inputs)[None])[0].softmax(-1).numpy()  # type: ignore[no-any-return]


def until_found(opened: Opened) -> None:
    """Until what was found is what is asked for."""

    def found() -> bool:
        m, desk = of(opened).mattered, of(opened)
        if m is None or desk.answer is None:
            return False
        now = (desk.answer.question.trained, desk.method, desk.class_name, desk.against, desk.step)
        asked = m.asked
        return now == (asked.trained, asked.method, asked.class_name, asked.against, asked.step) and np.array_equal(
            asked.inputs, desk.answer.question.probe.inputs
        )

    opened.until(found)


def test_nothing_is_worked_out_while_nobody_watches(opened: Opened) -> None:
    opened.session.networks.use(digit_reader(), "bundled")
    opened.session.look_at("digits")
    opened.until_answered()
    assert of(opened).answer is not None and of(opened).mattered is None
    of(opened).watch(True)
    opened.until(lambda: of(opened).mattered is not None)


def test_it_is_the_influence_of_the_network_that_answers(watched: Opened) -> None:
    found, answer = of(watched).mattered, watched.session.answer
    assert found is not None and found.influence is not None and answer is not None
    expected = influence(answer.question.trained, answer.question.probe.inputs, methods=("gradients",))
    np.testing.assert_array_equal(found.influence.parts("gradients"), expected.parts("gradients"))
    assert found.influence.explained.name == str(answer.probabilities.argmax())


def test_class_difference_and_method_can_be_chosen(watched: Opened) -> None:
    of(watched).explain("3", "5")
    until_found(watched)
    found = of(watched).mattered
    assert found is not None and found.influence is not None
    assert (found.influence.explained.name, found.influence.explained.against_name) == ("3", "5")
    of(watched).choose_method("erasing")
    until_found(watched)
    found = of(watched).mattered
    assert found is not None and found.influence is not None
    assert found.influence.erasures is not None and found.influence.gradients is None
    with pytest.raises(BadInput, match="another class"):
        of(watched).explain("3", "3")


def test_what_cannot_be_explained_is_said(watched: Opened) -> None:
    of(watched).explain("eleven")
    until_found(watched)
    found = of(watched).mattered
    assert found is not None and found.influence is None and "expected one of 0" in found.problem


def test_belief_after_erasing_is_the_network_s_own_for_the_erased_picture(watched: Opened) -> None:
    answer = watched.session.answer
    assert answer is not None and of(watched).shape == (28, 28)
    inputs = answer.question.probe.inputs
    rows = range(28 * 5, 28 * 20)
    of(watched).erase(rows)
    watched.until(lambda: of(watched).remains is not None)
    remains = of(watched).remains
    assert remains is not None
    left = inputs.copy()
    left[5:20] = 0.0
    np.testing.assert_allclose(remains.before, belief(answer.question.trained, inputs), atol=1e-6)
    np.testing.assert_allclose(remains.after, belief(answer.question.trained, left), atol=1e-6)
    assert np.abs(remains.after - remains.before).max() > 1e-4


def test_a_stroke_of_the_eraser_is_one_step_to_undo(watched: Opened) -> None:
    desk = of(watched)
    desk.erase([0])
    desk.erase([1])
    desk.erase([2], goes_on=True)
    desk.erase([3], goes_on=True)
    assert desk.erased == {0, 1, 2, 3}
    desk.undo()
    assert desk.erased == {0} and desk.can_redo
    desk.redo()
    desk.restore()
    assert not desk.erased and desk.remains is None
    desk.undo()
    assert desk.erased == {0, 1, 2, 3}
    desk.erase([-1, 28 * 28])
    assert desk.erased == {0, 1, 2, 3}, "there are no such parts"


def test_a_stroke_that_begins_beside_the_picture_can_be_undone(watched: Opened) -> None:
    desk = of(watched)
    desk.erase([])
    desk.erase([7], goes_on=True)
    assert desk.can_undo
    desk.undo()
    assert not desk.erased


def test_another_sample_begins_anew_and_another_network_does_not(watched: Opened) -> None:
    desk = of(watched)
    desk.erase(range(300))
    watched.until(lambda: desk.remains is not None)
    other = digit_reader("other", units=9)
    watched.session.networks.use(other, "bundled")
    watched.session.look_at("digits")
    watched.until(lambda: desk.remains is not None and desk.remains.erased.trained is other)
    assert len(desk.erased) == 300
    until_found(watched)
    watched.session.add_stroke(Stroke.through([(0.5, 0.2), (0.5, 0.8)]))
    watched.until(lambda: not desk.erased)
    assert desk.remains is None and not desk.can_undo
    until_found(watched)


def test_a_network_in_training_is_not_asked_too_often(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter(np.arange(0.0, 1000.0, 0.01))
    desk = InfluenceDesk(lambda: None, lambda: float(next(times)))
    desk.watch(True)
    asked: list[object] = []
    monkeypatch.setattr(desk._reader, "ask", asked.append)
    opened.session.networks.use(digit_reader(), "bundled")
    for units in (4, 5, 6, 7, 8, 9):
        opened.session.networks.use(digit_reader(units=units), "training")
        opened.session.look_at("digits")
        opened.until_answered()
        for _ in range(10):
            desk.poll(opened.session.answer)
    assert len(asked) == 2, "0.6 seconds have room for two questions"


def test_a_word_that_is_erased_is_left_out(opened: Opened) -> None:
    trained = story_teller()
    opened.session.networks.use(trained, "bundled")
    of(opened).watch(True)
    opened.session.set_seed_text("one two three")
    opened.session.look_at("words")
    opened.until(lambda: of(opened).mattered is not None)
    answer = opened.session.answer
    assert answer is not None and of(opened).shape == (3,)
    of(opened).erase([1])
    opened.until(lambda: of(opened).remains is not None)
    remains = of(opened).remains
    assert remains is not None
    np.testing.assert_allclose(remains.after, belief(trained, answer.question.probe.inputs[[0, 2]]), atol=1e-6)
