"""The estimating desk: it follows the settings, gives way to a training, and remembers what it timed."""

import pytest

from tests.session.conftest import Opened
from workbench.engine.length import Length
from workbench.session import estimating
from workbench.session.change import Change


@pytest.fixture(autouse=True)
def no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimating, "REST_SECONDS", 0.0)


@pytest.fixture
def counting_opened(opened: Opened, counting: str) -> Opened:
    opened.session.choose(counting)
    opened.session.tell_lengths()
    return opened


def length(opened: Opened) -> Length | None:
    return opened.session.estimating.length_of(opened.session.choices.preset)


def test_the_length_of_what_is_chosen_is_known_soon(counting_opened: Opened) -> None:
    counting_opened.until(lambda: length(counting_opened) is not None)
    found = length(counting_opened)
    assert found is not None
    assert (found.steps, found.device.startswith("cpu")) == (30, True)
    assert Change.TRAINING in counting_opened.seen
    counting_opened.session.set("training.steps", 60)
    assert length(counting_opened) is None
    counting_opened.until(lambda: length(counting_opened) is not None)
    counting_opened.session.set("training.steps", 30)
    assert length(counting_opened) is found


def test_nobody_is_told_who_did_not_ask(opened: Opened, counting: str) -> None:
    opened.session.choose(counting)
    opened.until_loaded()
    for _ in range(3):
        opened.session.poll()
    assert not opened.session.estimating.is_timing(opened.session.choices.preset)


def test_settings_that_cannot_be_are_not_timed(counting_opened: Opened) -> None:
    counting_opened.session.set("training.steps", 0)
    counting_opened.until_loaded()
    counting_opened.session.poll()
    assert not counting_opened.session.estimating.is_timing(counting_opened.session.choices.preset)


def test_a_training_is_not_slowed_down(counting_opened: Opened) -> None:
    session = counting_opened.session
    counting_opened.until_loaded()
    session.poll()
    assert session.estimating.is_timing(session.choices.preset)
    session.train()
    session.poll()
    assert not session.estimating.is_timing(session.choices.preset)
    counting_opened.until_phase("finished")
    counting_opened.until(lambda: length(counting_opened) is not None)


def test_settings_that_are_being_typed_are_not_timed(counting_opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    counting_opened.until_loaded()
    monkeypatch.setattr(estimating, "REST_SECONDS", 1e9)
    counting_opened.session.set("model.units", 5)
    counting_opened.session.poll()
    assert not counting_opened.session.estimating.is_timing(counting_opened.session.choices.preset)


def test_what_breaks_an_estimate_is_noted(counting_opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr("workbench.engine.estimate.begin", broken)
    session = counting_opened.session
    counting_opened.until(lambda: any("could not be estimated" in note.sentence for note in session.notes))
    assert length(counting_opened) is None
    session.poll()
    assert not session.estimating.is_timing(session.choices.preset)  # nor is it tried again and again
