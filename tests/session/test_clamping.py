"""Gates are held, undone and reset; what that does is measured by really running the network."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from msgspec.structs import replace as changed

from tests.session.conftest import Opened
from workbench.config import Recurrent
from workbench.data.strokes import generate
from workbench.engine.test_samples import try_out_samples
from workbench.errors import BadInput
from workbench.insight.clamp import Clamp
from workbench.insight.clamped import clamped_answer, clamped_scores
from workbench.models.network import Network
from workbench.outcome import outcome
from workbench.session.clamping import ClampDesk

SHUT = Clamp(0, "forward", "i", 0.0, first=14)
OPEN = Clamp(0, "forward", "f", 1.0)


@pytest.fixture
def held(opened: Opened) -> Opened:
    """A session that looks at a digit."""
    opened.session.load_networks()
    opened.until_loaded()
    opened.session.look_at("digits")
    opened.until_answered()
    return opened


def desk_of(opened: Opened) -> tuple[ClampDesk, Network, Recurrent]:
    in_use = opened.session.network_for("digits")
    assert in_use is not None
    network, model = in_use.trained.network(), in_use.trained.preset.model
    assert isinstance(network, Network)
    assert isinstance(model, Recurrent)
    return opened.session.clamping, network, model


def until(opened: Opened, done: Callable[[], bool]) -> None:
    opened.until(done)


def test_the_answer_comes_free_and_held_side_by_side(held: Opened) -> None:
    desk, network, model = desk_of(held)
    free = held.session.answer
    assert free is not None
    assert free.held is None
    desk.hold(SHUT, model)
    until(held, lambda: held.session.answer is not None and held.session.answer.held is not None)
    answer = held.session.answer
    assert answer is not None
    assert answer.held is not None
    x = torch.from_numpy(answer.question.probe.inputs)
    np.testing.assert_array_equal(answer.beliefs, free.beliefs)
    np.testing.assert_allclose(answer.held.beliefs, clamped_answer(network, x, [SHUT])[0], atol=1e-6)
    assert (answer.held.trace.layers[0].gates["i"][:, 14:] == 0).all()
    assert (answer.trace.layers[0].gates["i"][:, 14:] > 0).all()
    desk.reset()
    until(held, lambda: held.session.answer is not None and held.session.answer.held is None)


def test_the_score_is_a_count_of_real_runs(held: Opened) -> None:
    desk, network, model = desk_of(held)
    desk.hold(SHUT, model)
    until(held, lambda: desk.measured is not None and desk.measured.score is not None)
    assert desk.measured is not None
    score = desk.measured.score
    assert score is not None
    in_use = held.session.network_for("digits")
    assert in_use is not None
    split = outcome(try_out_samples(in_use.trained, 500))
    x = torch.from_numpy(split.inputs).float() / 255
    y = torch.from_numpy(split.targets)
    assert score.count == 500
    assert score.right == int((network(x).argmax(-1) == y).sum())
    assert score.held_right == int((clamped_scores(network, x, [SHUT]).argmax(-1) == y).sum())
    assert score.held_loss == pytest.approx(
        float(torch.nn.functional.cross_entropy(clamped_scores(network, x, [SHUT]), y)), abs=1e-6
    )
    assert score.difference == (score.held_right - score.right) / 500


def test_a_gate_is_held_at_its_mean_once_that_is_known(held: Opened) -> None:
    desk, _, model = desk_of(held)
    at_mean = Clamp(0, "forward", "o", None)
    desk.hold(at_mean, model)
    until(held, lambda: held.session.answer is not None and held.session.answer.held is not None)
    answer = held.session.answer
    assert answer is not None
    assert answer.held is not None
    assert desk.measured is not None
    values = answer.held.trace.layers[0].gates["o"]
    mean = desk.measured.means[0, "forward", "o"].numpy()
    np.testing.assert_allclose(values, np.broadcast_to(mean[:, None], values.shape), atol=1e-7)


def test_undo_redo_reset_and_drags(held: Opened) -> None:
    desk, _, model = desk_of(held)
    desk.hold(OPEN, model)
    for value in (0.2, 0.4, 0.6):  # one drag of a slider
        desk.hold(Clamp(0, "forward", "o", value), model, joins="o")
    assert list(desk.clamps) == [OPEN, Clamp(0, "forward", "o", 0.6)]
    desk.undo()
    assert list(desk.clamps) == [OPEN]
    desk.redo()
    assert list(desk.clamps) == [OPEN, Clamp(0, "forward", "o", 0.6)]
    desk.free(OPEN)
    desk.reset()
    assert list(desk.clamps) == []
    desk.undo()
    desk.undo()
    assert list(desk.clamps) == [OPEN, Clamp(0, "forward", "o", 0.6)]
    desk.undo()
    desk.undo()
    desk.undo()  # nothing more
    assert not desk.can_undo
    assert list(desk.clamps) == []


def test_what_does_not_fit_is_refused_and_changes_nothing(held: Opened) -> None:
    desk, _, model = desk_of(held)
    with pytest.raises(BadInput, match="expected one of i, f, o, g, c, h"):
        desk.hold(Clamp(0, "forward", "z", 1.0), model)
    assert desk.clamps == ()
    assert not desk.can_undo


def test_a_lesson_holds_what_it_says(held: Opened) -> None:
    desk, _, _ = desk_of(held)
    in_use = held.session.network_for("digits")
    assert in_use is not None
    desk.lesson("lstm-1997", in_use.trained)
    assert desk.clamps == (OPEN,)
    desk.lesson("shut", in_use.trained)
    assert desk.clamps == (Clamp(0, "forward", "i", 0.0, first=15),)  # after row 14
    with pytest.raises(BadInput):
        desk.lesson("unheard of", in_use.trained)


def test_every_unit_is_switched_off_in_turn_on_samples_of_the_class(held: Opened) -> None:
    desk, network, _ = desk_of(held)
    in_use = held.session.network_for("digits")
    assert in_use is not None
    desk.switch_off_each(in_use.trained, 3)
    until(held, lambda: desk.removed is not None and desk.removed.is_whole)
    assert desk.removed is not None
    assert desk.removed.on == "20 test samples of “3”"
    assert {one.unit for one in desk.removed.units} == set(range(6))
    images, labels = generate(500, in_use.trained.preset.data.seed, start=62_000)  # type: ignore[union-attr]
    threes = torch.from_numpy(images[labels == 3][:20]).float() / 255
    worst = desk.removed.units[0]
    without = clamped_scores(network, threes, [Clamp(0, "forward", "h", 0.0, units=(worst.unit,))]).softmax(-1)[:, 3]
    free = network(threes).softmax(-1)[:, 3]
    assert worst.change == pytest.approx(float((without - free).mean()), abs=1e-6)


def test_the_means_of_another_network_with_the_same_layers_are_not_taken(held: Opened) -> None:
    desk, _, model = desk_of(held)
    in_use = held.session.network_for("digits")
    assert in_use is not None
    desk.hold(Clamp(0, "forward", "o", None), model)
    until(held, lambda: desk.measured is not None)
    assert desk.for_network(in_use.trained) == (desk.clamps, desk.measured.means if desk.measured else {})
    other = replace(in_use.trained, preset=changed(in_use.trained.preset, title="Another"))
    assert desk.for_network(other) == ((), {})
