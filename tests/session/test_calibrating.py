"""The calibration desk: measured when asked, of these weights alone; and which preset can be taught on the way."""

import numpy as np
import pytest
import torch

from tests.session.conftest import Opened
from tests.small import digit_reader, story_teller
from workbench.data.dataset import Split
from workbench.data.strokes import generate
from workbench.insight.belief import belief_by_step
from workbench.session.calibrating import STREAM, CalibrationDesk, preset_for_every_step
from workbench.session.change import Change
from workbench.session.networks import InUse


@pytest.fixture
def desk(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> CalibrationDesk:
    monkeypatch.setattr("workbench.session.calibrating.SAMPLES", 12)
    return opened.session.calibrating


def test_it_is_measured_in_the_background_on_digits_drawn_for_it(desk: CalibrationDesk, opened: Opened) -> None:
    in_use = InUse(digit_reader(), "bundled")
    assert desk.found(in_use) is None and not desk.is_measuring(in_use)
    desk.measure(in_use)
    assert desk.is_measuring(in_use)
    opened.until(lambda: desk.found(in_use) is not None)
    assert Change.CALIBRATION in opened.seen
    found = desk.found(in_use)
    assert found is not None and found.caption == "12 drawn digits"
    inputs, targets = generate(12, STREAM)
    network = in_use.trained.network()
    winners = [belief_by_step(network, torch.tensor(x / 255, dtype=torch.float32)).argmax(1) for x in inputs]
    np.testing.assert_allclose(found.calibration.right, (np.array(winners) == targets[:, None]).mean(axis=0))
    # The same network after another step of training is not the one that was measured.
    assert desk.found(InUse(digit_reader(), "bundled")) is None
    opened.until(lambda: not desk.is_measuring(in_use))


def test_tests_that_are_at_hand_are_read_and_what_cannot_be_is_said(desk: CalibrationDesk, opened: Opened) -> None:
    in_use = InUse(digit_reader(), "run")
    inputs, targets = generate(20, 3)
    desk.measure(in_use, Split(inputs, targets, "20 test digits"))
    opened.until(lambda: desk.found(in_use) is not None)
    found = desk.found(in_use)
    assert found is not None and found.caption == "the first 12 of 20 test digits"
    assert found.calibration.samples == 12
    words = InUse(story_teller(), "run")
    desk.measure(words)
    opened.until(lambda: desk.why_not(words) != "")
    assert desk.found(words) is None and desk.why_not(in_use) == ""


def test_the_preset_that_can_be_taught_every_step(opened: Opened) -> None:
    session = opened.session
    best = InUse(digit_reader("digits-best"), "bundled")  # whose preset reads backwards, too
    assert preset_for_every_step(session.choices, best, "digits") == "strokes-digits"
    session.choose("mnist-gru")
    assert preset_for_every_step(session.choices, best, "digits") == "mnist-gru"
    session.set("model.bidirectional", True)
    assert preset_for_every_step(session.choices, best, "digits") == "strokes-digits"
    assert preset_for_every_step(session.choices, InUse(digit_reader("mnist-lstm"), "run"), "digits") == "mnist-lstm"
    assert preset_for_every_step(session.choices, InUse(story_teller(), "run"), "words") == "story-belling-the-cat"
