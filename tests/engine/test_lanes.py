"""Lanes: what they must share, in what they differ, what they are called, and sizes that match."""

from typing import Any

import msgspec
import pytest

from tests.engine.toy import dataset, preset
from tests.recurrents import recurrent
from workbench.config import Convnet, Interface, Layer, Mnist, Preset, Recurrent, StrokesDigits, Training, Words
from workbench.engine.lanes import (
    Difference,
    apart,
    changed,
    check_lanes,
    default_changes,
    differences,
    lane_names,
    matched,
    size_words,
)
from workbench.errors import BadInput
from workbench.models.build import build

DIGITS = Interface(steps=28, width=28, symbols=0, classes=10, picture=(28, 28, 1))
LSTM = Preset(title="Digits", data=StrokesDigits(), model=recurrent(units=128))


def lanes(preset: Preset = LSTM) -> list[Preset]:
    return [changed(preset, changes) for changes in default_changes(preset)]


def counted(preset: Preset, interface: Interface = DIGITS) -> int:
    """Numbers in the network itself, as torch has built it."""
    return sum(weight.numel() for weight in build(preset.model, interface).parameters())


# --- what they share --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("data.train", 1000), ("training.batch", 64), ("training.seed", 3), ("training.epochs", 2),
        ("training.steps", 10), ("training.turn", 5.0), ("training.mirror", True), ("training.validate_every", 7),
        ("training.device", "cpu"), ("data.kind", "mnist"),
    ],
)  # fmt: skip
def test_what_would_be_no_race_is_refused_by_its_key(key: str, value: object) -> None:
    with pytest.raises(BadInput) as refused:
        check_lanes([LSTM, LSTM, changed(LSTM, {key: value})])
    assert (refused.value.key, refused.value.where, refused.value.value) == (key, "race, lane 2", value)
    assert "as in lane 0: all lanes take the same steps over the same samples in the same order" in str(refused.value)


@pytest.mark.parametrize(
    ("key", "value"),
    [("model.cell", "gru"), ("model.layers", 3), ("training.rate", 0.5), ("training.optimiser", "sgd"),
     ("training.clip", 2.0), ("model.dropout", 0.5), ("model.readout", "mean"), ("model.kind", "convnet")],
)  # fmt: skip
def test_what_may_differ(key: str, value: object) -> None:
    check_lanes([LSTM, changed(LSTM, {key: value})])


def test_a_lane_that_cannot_be_trained_is_refused() -> None:
    with pytest.raises(BadInput, match=r"race, lane 1, model\.readout: Only a bidirectional layer has two ends"):
        check_lanes([LSTM, changed(LSTM, {"model.readout": "both_ends"})])


@pytest.mark.parametrize("count", [0, 1, 5])
def test_too_few_and_too_many(count: int) -> None:
    with pytest.raises(BadInput, match="expected 2 to 4 lanes"):
        check_lanes([LSTM] * count)


@pytest.mark.parametrize(
    ("model", "cells"),
    [
        (recurrent(cell="lstm"), ["lstm", "gru", "rnn-tanh"]), (recurrent(cell="gru"), ["gru", "lstm", "rnn-tanh"]),
        (recurrent(cell="rnn-relu", layers=2), ["rnn-relu", "lstm", "gru"]),
    ],
)  # fmt: skip
def test_by_default_the_three_kinds_of_cell_race(model: Recurrent, cells: list[str]) -> None:
    found = lanes(msgspec.structs.replace(LSTM, model=model))
    assert [[layer.cell for layer in each.stack] for each in found] == [[cell] * len(model.stack) for cell in cells]
    assert found[0].model == model
    check_lanes(found)


def test_a_convolution_net_races_a_recurrent_one() -> None:
    net = msgspec.structs.replace(LSTM, model=Convnet())
    assert [type(each.model) for each in lanes(net)] == [Convnet, Recurrent]
    assert lane_names(lanes(net)) == ("convolutions", "LSTM 128")
    assert differences(lanes(net))[0] == Difference("model.kind", "Kind", ("convnet", "recurrent"))


# --- in what they differ ----------------------------------------------------------------------------------------------


def of(found: tuple[Difference, ...]) -> dict[str, tuple[Any, ...]]:
    return {each.key: each.values for each in found}


def test_equal_lanes_differ_in_nothing() -> None:
    assert differences([LSTM, LSTM, LSTM]) == ()


def test_only_what_differs_is_told() -> None:
    assert of(differences(lanes())) == {"model.stack.0.cell": ("lstm", "gru", "rnn-tanh")}
    small = changed(LSTM, {"model.units": 64, "training.rate": 0.01})
    assert of(differences([LSTM, small])) == {"model.stack.0.units": (128, 64), "training.rate": (0.001, 0.01)}
    assert [each.title for each in differences([LSTM, small])] == ["Units", "Learning rate"]


def test_what_means_nothing_in_a_lane_has_no_value_there() -> None:
    peepholes = changed(LSTM, {"model.peepholes": True})
    gru = changed(LSTM, {"model.cell": "gru"})
    assert of(differences([peepholes, gru])) == {
        "model.stack.0.cell": ("lstm", "gru"), "model.stack.0.peepholes": (True, None),
    }  # fmt: skip
    rnn = changed(gru, {"model.cell": "rnn-tanh", "model.peepholes": True})
    assert of(differences([gru, rnn])) == {"model.stack.0.cell": ("gru", "rnn-tanh")}


def test_a_further_layer_is_told_by_what_sets_it_apart_from_the_one_below() -> None:
    two = changed(LSTM, {"model.layers": 2})
    assert of(differences([LSTM, two])) == {"model.layers": (1, 2)}
    narrow = changed(two, {"model.stack.1.units": 32})
    assert of(differences([LSTM, narrow])) == {"model.layers": (1, 2), "model.stack.1.units": (None, 32)}


def test_names() -> None:
    assert lane_names(lanes()) == ("LSTM 128", "GRU 128", "RNN-tanh 128")
    assert lane_names(lanes(), str.title) == ("Lstm 128", "Gru 128", "Rnn-Tanh 128")
    fast = changed(LSTM, {"training.rate": 0.01})
    slow = changed(LSTM, {"training.rate": 0.001, "model.dropout": 0.5})
    assert lane_names([fast, slow]) == ("LSTM 128, dropout 0, learning rate 0.01",
                                        "LSTM 128, dropout 0.5, learning rate 0.001")  # fmt: skip
    assert lane_names([LSTM, LSTM]) == ("LSTM 128 (0)", "LSTM 128 (1)")
    stack = (Layer(cell="gru", units=8, bidirectional=True), Layer(units=4), Layer(units=4))
    mixed = msgspec.structs.replace(LSTM, model=Recurrent(stack=stack))
    assert lane_names([mixed, LSTM])[0] == "BiGRU 8 + LSTM 2 × 4"


# --- how many parameters ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "model",
    [
        recurrent(cell="gru"), recurrent(cell="rnn-tanh", units=3), recurrent(cell="gru", layers=3),
        recurrent(cell="lstm", peepholes=True, bidirectional=True, readout="attention"), recurrent(bias=False),
        Recurrent(stack=(Layer(cell="gru", units=90), Layer(cell="rnn-relu", units=30))),
    ],
)  # fmt: skip
def test_matched_units_come_as_near_as_any(model: Recurrent) -> None:
    """Held to torch's own count of every width around the one that was found."""
    wanted = counted(LSTM)
    found = matched([LSTM, msgspec.structs.replace(LSTM, model=model)], DIGITS)
    assert found[0] is LSTM
    best = abs(counted(found[1]) - wanted)
    widest = max(layer.units for layer in found[1].stack)
    for width in range(max(1, widest - 6), widest + 7):
        ratio = width / max(layer.units for layer in model.stack)
        stack = tuple(msgspec.structs.replace(each, units=max(1, round(each.units * ratio))) for each in model.stack)
        other = msgspec.structs.replace(LSTM, model=msgspec.structs.replace(model, stack=stack))
        assert abs(counted(other) - wanted) >= best
    assert abs(apart(counted(found[1]), wanted)) <= 0.02
    assert "matched" in size_words(counted(found[1]), wanted)


def test_nothing_but_the_units_is_changed() -> None:
    gru = changed(LSTM, {"model.cell": "gru", "model.dropout": 0.5, "training.rate": 0.01})
    [_, found] = matched([LSTM, gru], DIGITS)
    assert of(differences([gru, found])) == {"model.stack.0.units": (128, found.stack[0].units)}


def test_matching_counts_the_words_of_a_text() -> None:
    words = Interface(steps=3, width=0, symbols=50, classes=50)
    teller = msgspec.structs.replace(LSTM, data=Words())
    found = matched([teller, changed(teller, {"model.cell": "gru"})], words)
    assert abs(apart(*(counted(each, words) for each in reversed(found)))) <= 0.02


def test_what_cannot_be_matched_says_how_far_it_is() -> None:
    net = msgspec.structs.replace(LSTM, model=Convnet())
    assert matched([LSTM, net], DIGITS) == (LSTM, net)
    tiny = preset(units=1)
    interface = dataset().interface
    found = matched([tiny, changed(tiny, {"model.cell": "gru"})], interface)
    first, other = (counted(each, interface) for each in found)
    assert abs(apart(other, first)) > 0.02  # one unit more or less is more than that
    assert "matched" not in size_words(other, first)


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        (1000, "as many parameters"), (752, "24.8 % fewer parameters"), (1300, "30.0 % more parameters"),
        (1020, "2.0 % more parameters, matched"), (979, "2.1 % fewer parameters"),
        (996, "0.4 % fewer parameters, matched"),
    ],
)  # fmt: skip
def test_how_sizes_compare_in_words(parameters: int, words: str) -> None:
    assert size_words(parameters, 1000) == words


def test_a_difference_too_small_to_show_is_still_said() -> None:
    assert size_words(10_001, 10_000) == "under 0.1 % more parameters, matched"


def test_the_lanes_of_shipped_presets_may_race() -> None:
    training = Training(batch=128, clip=1.0)
    for data in (StrokesDigits(), Mnist()):
        check_lanes(lanes(Preset(title="Digits", data=data, model=Recurrent(), training=training)))
