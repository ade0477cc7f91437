"""The adder desk: numbers as people write them, their bits, and what a network says of them."""

import numpy as np
import pytest

from tests.adders import adder
from tests.session.conftest import Opened
from workbench.errors import BadInput
from workbench.session.adder_desk import AdderDesk, Addition, summand, told_number, wrong_bits
from workbench.session.change import Change
from workbench.session.networks import InUse


@pytest.mark.parametrize(("a", "b", "places"), [(57, 70, 8), (0, 0, 2), (2**63, 2**63 - 1, 64), (1, 2**20 - 1, 21)])
def test_an_addition_bit_by_bit(a: int, b: int, places: int) -> None:
    addition = Addition(a, b, places)

    def number(bits: list[int]) -> int:
        return sum(bit << place for place, bit in enumerate(bits))

    assert (number(addition.a_bits), number(addition.b_bits)) == (a, b)
    assert number(addition.total_bits) == a + b
    # The sum differs from the sum without carries just where a carry comes in.
    assert 2 * number(addition.carry_bits) == (a + b) ^ a ^ b
    assert addition.inputs.shape == (places, 2) and addition.inputs.dtype == np.float32


def test_what_is_told_is_the_number_of_its_bits() -> None:
    said = np.array([0.9, 0.2, 0.51, 0.5, 0.99], dtype=np.float32)
    assert told_number(said) == 0b10101
    assert wrong_bits(Addition(0b10000, 0b00110, 5), said) == [0, 1]


@pytest.mark.parametrize(
    ("text", "number"),
    [("57", 57), (" 1,234 ", 1234), ("12 345", 12345), ("0b1011", 11), ("0xFF", 255), ("007", 7), ("0", 0)],
)
def test_numbers_as_people_write_them(text: str, number: int) -> None:
    assert summand(text, "a") == number


@pytest.mark.parametrize("text", ["", "seven", "3.5", "-2", "0b12", "1e3", "٣x"])
def test_what_is_no_number_is_refused_by_name(text: str) -> None:
    with pytest.raises(BadInput, match="b"):
        summand(text, "b")


def test_the_last_sum_stands_while_something_else_is_being_typed() -> None:
    desk = AdderDesk()
    desk.type("57", "70")
    desk.type("57", "")
    assert (desk.a, desk.b, desk.texts) == (57, 70, ("57", "")) and desk.problem.startswith("b")
    desk.type("57", str(2**64))
    assert (desk.a, desk.b) == (57, 70) and "64 bits" in desk.problem
    desk.type("57", "9")
    assert (desk.a, desk.b, desk.problem) == (57, 9, "")


def test_a_sum_is_read_in_as_many_bits_as_in_training_or_as_it_takes_or_as_were_asked_for() -> None:
    desk, in_use = AdderDesk(), InUse(adder(), "bundled")
    desk.type("1", "2")
    assert desk.addition(in_use).places == 8 == desk.addition(None).places
    desk.type("200", "100")
    assert desk.addition(in_use).places == 9
    desk.set_bits(64)
    assert desk.probe(in_use).inputs.shape == (64, 2)
    for bits in (1, 65):
        with pytest.raises(BadInput, match="2 to 64"):
            desk.set_bits(bits)
    for _ in range(50):
        desk.draw(in_use)
        assert desk.addition(in_use).places == 64, "there is always room for the last carry"


def test_a_network_adds_what_was_typed_and_its_carrier_is_named(opened: Opened) -> None:
    session = opened.session
    session.networks.use(adder(), "bundled")
    session.add("91", "55")
    opened.until_answered()
    assert Change.SUM in opened.seen
    answer = session.looking.answers["bits"]
    assert answer is not None and session.answer is answer
    assert told_number(answer.beliefs[:, 0]) == 146
    first = answer.carriers[0]
    assert (first.gate, first.unit, round(first.correlation, 4)) == ("h", 1, 1.0)
    session.set_adder_bits(64)
    session.add(str(2**62 + 12345), str(2**62 - 1))
    opened.until_answered()
    long = session.looking.answers["bits"]
    assert long is not None and told_number(long.beliefs[:, 0]) == 2**63 + 12344
    session.networks.use(adder(right=False), "bundled")
    session.add("1", "1")
    opened.until_answered()
    wrong = session.looking.answers["bits"]
    assert wrong is not None
    assert wrong_bits(session.adder.addition(session.network_for("bits")), wrong.beliefs[:, 0]) == [1]


def test_the_numbers_are_there_again_after_a_restart(opened: Opened) -> None:
    opened.session.add("12", "0b11")
    opened.session.set_adder_bits(24)
    opened.session.screen.remember()
    opened.session.adder.type("1", "1")
    opened.session.recall()
    assert (opened.session.adder.texts, opened.session.adder.bits) == (("12", "0b11"), 24)
    assert (opened.session.adder.a, opened.session.adder.b) == (12, 3)


def test_the_sum_is_answered_anew_while_a_network_learns_by_hand(opened: Opened) -> None:
    session = opened.session
    session.choose("binary-addition")
    for key, value in (("data.bits", 4), ("data.train", 200), ("training.validate_every", 100)):
        session.set(key, value)
    session.add("3", "2")
    session.train()
    opened.until_phase("finished")
    opened.until_answered()
    answer = session.looking.answers["bits"]
    assert answer is not None and answer.question.trained.step == 200
    assert answer.question.probe.inputs.shape == (4, 2) and answer.beliefs.shape == (4, 1)
    assert {carrier.gate for carrier in answer.carriers} == {"h"}
