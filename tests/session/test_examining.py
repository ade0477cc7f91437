"""Test samples are read while somebody looks, follow the step travelled to, and go to their place when chosen."""

from dataclasses import replace

import numpy as np
import pytest

from tests.adders import adder, teller
from tests.session.conftest import Opened
from workbench.config import Primes, stacked
from workbench.insight.confusion import counts, examine_samples
from workbench.outcome import outcome
from workbench.session.examining import Examination


def examined(opened: Opened) -> Examination:
    """What the desk comes to for the network in use."""
    session = opened.session
    in_use = session.network_for(session.looking.at)
    assert in_use is not None
    opened.until(
        lambda: session.examining.examination is not None and session.examining.examination.trained is in_use.trained
    )
    assert session.examining.examination is not None
    return session.examining.examination


@pytest.fixture
def digits(opened: Opened) -> Opened:
    """A reader of digits that came along, looked at."""
    opened.session.load_networks()
    opened.until_loaded()
    opened.session.look_at("digits")
    opened.session.examining.read(100)
    return opened


def test_nothing_is_read_until_somebody_looks(digits: Opened) -> None:
    desk = digits.session.examining
    digits.until_answered()
    assert desk.examination is None
    assert not desk.is_busy
    desk.want(True)
    found = examined(digits)
    assert found.matrix is not None
    assert found.matrix.sum() == len(found.split) == 100
    again = outcome(examine_samples(found.trained.network(), found.split))
    assert again is not None
    assert found.matrix.tolist() == counts(again.right, again.told, 10).tolist()
    assert "drawn digits" in found.split.caption


def test_wrong_hardest_and_one_cell_are_looked_at(digits: Opened) -> None:
    desk = digits.session.examining
    desk.want(True)
    found = examined(digits)
    wrong = desk.samples()
    assert all(sample.is_right is False and sample.right != sample.told for sample in wrong)
    desk.show("hardest")
    losses = [sample.loss for sample in desk.samples()]
    assert losses == sorted(losses, reverse=True)
    assert found.matrix is not None
    right, told = (int(n) for n in np.unravel_index(found.matrix.argmax(), (10, 10)))
    desk.show_cell(right, told)
    cell = desk.samples()
    assert len(desk.numbers) == found.matrix[right, told] > 0
    assert {(sample.right, sample.told) for sample in cell} == {(str(right), str(told))}


def test_a_chosen_digit_goes_to_the_pad_with_its_right_answer(digits: Opened) -> None:
    session = digits.session
    session.examining.want(True)
    found = examined(digits)
    sample = found.sample(7)
    assert sample.picture is not None
    assert np.array_equal(sample.picture, found.split.inputs[7].astype(np.float32) / 255)
    session.show_examined(7)
    assert session.digits.sample_label == sample.right
    image = session.pad.content.image
    assert image is not None
    assert np.array_equal(image.ink, sample.picture)
    digits.until_answered()
    answer = session.answer
    assert answer is not None
    assert answer.question.probe.caption == f"a test digit, a {sample.right}"
    session.undo()
    assert session.pad.content.is_empty


def test_words_are_examined_at_the_step_travelled_to(opened: Opened, counting: str) -> None:
    session = opened.session
    session.choose(counting)
    session.set("model.stack", stacked(units=7))
    session.train()
    opened.until_phase("finished")
    session.examining.want(True)
    end = examined(opened)
    session.times.travel(2)
    opened.until(lambda: True)
    early = examined(opened)
    assert early.trained.step == 2
    assert end.trained.step == 30
    assert early.examined.losses.mean() > end.examined.losses.mean()
    session.examining.show("hardest")
    sample = session.examining.samples()[0]
    session.show_examined(sample.number)
    assert session.story.seed_text == sample.reads == early.words(sample.number)
    assert len(sample.reads.split()) == 2
    assert session.looking.at == "words"


def test_a_chosen_sum_is_added_and_a_chosen_step_of_a_series_pointed_at(opened: Opened) -> None:
    session = opened.session
    session.networks.use(adder(right=False), "file")
    session.look_at("bits")
    session.examining.read(100)
    session.examining.want(True)
    sums = examined(opened)
    assert sums.names == ("0", "1")
    assert "evenly spread" in sums.caption
    wrong = session.examining.samples()[0]
    session.show_examined(wrong.number)
    a, b = session.adder.a, session.adder.b
    assert wrong.reads == f"{a:,} + {b:,}"
    assert wrong.right == f"{a + b:,}"
    assert wrong.told == f"{a ^ b:,}"  # what comes of adding without a carry
    session.networks.use(replace(teller(Primes(), 0.25), classes=("prime",)), "file")
    session.look_at("series")
    primes = examined(opened)
    assert primes.matrix is None
    farthest = session.examining.samples()[0]  # nothing is wrong, so that these are the hardest
    assert farthest.right == "0.02"
    session.show_examined(farthest.number)
    assert session.looking.cursor == 0
    assert farthest.reads == "step 0"
