"""Clamps are read from text, written as text, and refused by name."""

import pytest

from workbench.config import Recurrent, stacked
from workbench.errors import BadInput
from workbench.insight.clamp import Clamp, checked, clamp_from_text, fitting, ranges_text, units_from_text

MODEL = Recurrent(stack=stacked("lstm", 8, 2, True))


def test_all_parts_are_read_and_written() -> None:
    clamp = clamp_from_text("layer=1,direction=backward,gate=forget,value=0.5,units=3-5+7,steps=10:20")
    assert clamp == Clamp(1, "backward", "f", 0.5, (3, 4, 5, 7), 10, 20)
    assert clamp_from_text(clamp.text()) == clamp
    assert clamp_from_text("gate=i,value=mean") == Clamp(0, "forward", "i", None)
    assert clamp_from_text(Clamp(0, "forward", "i", None).text()) == Clamp(0, "forward", "i", None)


@pytest.mark.parametrize(
    ("steps", "held"),
    [("10:", [10, 11, 12]), (":2", [0, 1]), ("3:5", [3, 4]), ("4", [4]), (":", list(range(13)))],
)
def test_steps_are_those_of_a_slice(steps: str, held: list[int]) -> None:
    clamp = clamp_from_text(f"gate=f,value=1,steps={steps}")
    assert [step for step in range(13) if clamp.holds_at(step)] == held
    assert clamp_from_text(clamp.text()) == clamp


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("value=1", "gate: must be given"),
        ("gate=f", "value: must be given"),
        ("gate=f,value=much", "value = 'much'"),
        ("gate=f,value=1,value=0", "value = '0': is there twice"),
        ("gate=f,value=1,direction=up", "direction = 'up': expected forward or backward"),
        ("gate=f,value=1,layer=-1", "layer = '-1'"),
        ("gate=f,value=1,units=5-3", "units = '5-3'"),
        ("gate=f,value=1,steps=9:3", "steps = '9:3'"),
        ("gate=f,value=1,steps=a", "steps = 'a'"),
        ("gate=f,value=1,colour=red", "'colour=red'"),
        ("", "''"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        clamp_from_text(text)
    assert str(refused.value).startswith("--clamp")
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("gate=f,value=1,layer=2", "layer = 2: expected a layer of 0 to 1"),
        ("gate=z,value=1", "gate = 'z': expected one of i, f, o, g, c, h"),
        ("gate=f,value=1.5", "value = 1.5: f lies between 0 and 1"),
        ("gate=c,value=nan", "value = nan: expected a finite number"),
        ("gate=f,value=1,units=7-8", "units = '7-8': expected units of 0 to 7"),
    ],
)
def test_what_does_not_fit_a_model_is_said(text: str, said: str) -> None:
    clamp = clamp_from_text(text)
    with pytest.raises(BadInput) as refused:
        checked(clamp, MODEL)
    assert said in str(refused.value)
    assert fitting([clamp, Clamp(0, "forward", "f", 1.0)], MODEL) == (Clamp(0, "forward", "f", 1.0),)


def test_a_layer_that_reads_forward_has_no_backward_half() -> None:
    with pytest.raises(BadInput, match="the layer reads forward only"):
        checked(Clamp(0, "backward", "f", 1.0), Recurrent(stack=stacked("lstm", 8)))


def test_units_are_ranges() -> None:
    assert ranges_text([9, 3, 4, 5]) == "3-5+9"
    assert units_from_text("3-5, 9 1") == (1, 3, 4, 5, 9)
    assert ranges_text(()) == ""
