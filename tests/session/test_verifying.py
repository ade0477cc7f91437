"""The verification desk: checks that come one by one, a mistake that turns its stacks red, and twins that can stop."""

import pytest

from tests.session.conftest import Opened
from workbench.config import Layer
from workbench.errors import BadInput
from workbench.scratch.mistakes import MISTAKES
from workbench.scratch.twins import twins
from workbench.session.change import Change
from workbench.session.verifying import VerifyDesk


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two cells, one layer each, so that it is done in a moment."""
    layers = {"LSTM": Layer(cell="lstm", units=4), "GRU": Layer(cell="gru", units=4)}
    monkeypatch.setattr("workbench.insight.verify.VARIANTS", layers)
    monkeypatch.setattr("workbench.insight.verify.DEPTHS", (1,))
    monkeypatch.setattr("workbench.session.verifying.TWIN_STEPS", 5)


@pytest.fixture
def desk(opened: Opened) -> VerifyDesk:
    return opened.session.verifying


def state(desk: VerifyDesk) -> tuple[bool, bool]:
    return desk.is_checking, desk.is_whole


def test_everything_is_checked_in_the_background(desk: VerifyDesk, opened: Opened) -> None:
    assert state(desk) == (False, False)
    desk.verify()
    assert state(desk) == (True, False)
    opened.until(lambda: not desk.is_checking)
    assert state(desk) == (False, True)
    assert Change.VERIFYING in opened.seen
    assert not desk.red and desk.failure is None
    assert desk.plan is not None and list(desk.verdicts) == list(desk.plan.stacks)
    assert all(verdict.worst < desk.plan.limit for verdict in desk.verdicts.values())
    assert opened.session.poll() == Change.NONE


def test_a_mistake_turns_red_where_it_can_be_made_and_trains_its_twins(desk: VerifyDesk, opened: Opened) -> None:
    desk.switch_on("forget-delta")
    opened.until(lambda: not desk.is_checking and not desk.is_training)
    assert [verdict.stack[:2] for verdict in desk.red] == [("LSTM", 1)] * 2
    assert desk.twin_cell == "lstm"
    assert desk.twins == list(twins(MISTAKES["forget-delta"], "lstm", steps=5))
    desk.switch_on("")
    assert desk.twins == []
    opened.until(lambda: not desk.is_checking)
    assert not desk.red and not desk.is_training


def test_a_new_mistake_does_not_hear_of_the_one_before(desk: VerifyDesk, opened: Opened) -> None:
    desk.switch_on("forget-delta")
    desk.switch_on("gate-order")
    desk.train_twins("gru")
    opened.until(lambda: not desk.is_checking and not desk.is_training)
    assert {verdict.stack.variant for verdict in desk.red} == {"LSTM", "GRU"}
    assert desk.twins == list(twins(MISTAKES["gate-order"], "gru", steps=5))


def test_both_can_be_stopped_and_what_was_found_stays(
    desk: VerifyDesk, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.insight.verify.DEPTHS", (1,) * 1000)
    monkeypatch.setattr("workbench.session.verifying.TWIN_STEPS", 1_000_000)
    desk.switch_on("off-by-one")
    opened.until(lambda: len(desk.verdicts) > 1 and len(desk.twins) > 1)
    desk.stop()
    opened.until(lambda: not desk.is_checking and not desk.is_training)
    assert desk.plan is not None and not desk.is_whole
    assert len(desk.red) == len(desk.verdicts) > 1
    assert 1 < len(desk.twins) < 1_000_000


def test_what_breaks_off_is_said(desk: VerifyDesk, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr("workbench.insight.verify.verify", fails)
    desk.verify()
    opened.until(lambda: not desk.is_checking)
    assert desk.failure is not None and "by nothing" in desk.failure.sentence
    desk.verify()
    assert desk.failure is None


def test_what_cannot_be_is_refused_by_name(desk: VerifyDesk) -> None:
    with pytest.raises(BadInput, match="mistake = 'typo': expected one of forget-delta"):
        desk.switch_on("typo")
    with pytest.raises(BadInput, match="switched on first"):
        desk.train_twins("lstm")
    desk.switch_on("forget-delta")
    with pytest.raises(BadInput, match="cell = 'gru': expected lstm"):
        desk.train_twins("gru")
