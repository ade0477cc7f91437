"""Presets as files: what is shipped is right, what is wrong is named."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from workbench import paths
from workbench.config import DATA_KINDS, Preset, Words
from workbench.errors import BadInput
from workbench.fields import problems
from workbench.preset_files import (
    LARGEST_PRESET,
    load_preset,
    preset_from_document,
    preset_from_toml,
    preset_to_document,
    preset_to_toml,
    with_setting,
)

SHIPPED = sorted(paths.shipped_presets().glob("*.toml"))
TEXTS = [path.read_text(encoding="utf-8") for path in SHIPPED]

SMALL = """
title = "Small"
[data]
kind = "mnist"
[model]
kind = "recurrent"
[[model.stack]]
units = 8
[training]
rate = 0.01
"""


def small() -> Preset:
    return preset_from_toml(SMALL, "small.toml")


def refusal(text: str) -> str:
    with pytest.raises(BadInput) as caught:
        preset_from_toml(text, "small.toml")
    return str(caught.value)


# --- what is shipped --------------------------------------------------------------------------------------------------


def test_the_shipped_presets_are_found() -> None:
    assert {path.stem for path in SHIPPED} >= {"strokes-digits", "mnist-lstm", "mnist-bilstm", "story-belling-the-cat"}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_preset_can_be_trained_and_explains_itself(path: Path) -> None:
    preset = load_preset(path)
    assert problems(preset) == {}
    assert preset.promise
    assert preset.shows
    assert preset.look_for


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_preset_survives_being_written_and_read(path: Path) -> None:
    preset = load_preset(path)
    assert preset_from_toml(preset_to_toml(preset), "again.toml") == preset
    assert preset_from_document(preset_to_document(preset), "again") == preset


# --- one setting changed ----------------------------------------------------------------------------------------------


def test_one_setting_is_changed_and_the_rest_stays() -> None:
    changed = with_setting(small(), "model.units", "256")
    assert changed.stack[0].units == 256
    assert changed.training == small().training
    assert with_setting(small(), "model.bidirectional", "true").stack[0].bidirectional is True
    assert with_setting(small(), "training.rate", "2e-3").training.rate == 0.002
    assert with_setting(small(), "model.cell", "gru").stack[0].cell == "gru"


def test_a_stack_grows_by_copies_of_its_top_and_each_layer_is_its_own() -> None:
    grown = with_setting(with_setting(small(), "model.units", 24), "model.layers", "3")
    grown = with_setting(grown, "model.stack.1.cell", "gru")
    assert [(layer.cell, layer.units) for layer in grown.stack] == [("lstm", 24), ("gru", 24), ("lstm", 24)]
    everywhere = with_setting(grown, "model.units", 7)
    assert [(layer.cell, layer.units) for layer in everywhere.stack] == [("lstm", 7), ("gru", 7), ("lstm", 7)]
    assert with_setting(grown, "model.layers", 2).stack == grown.stack[:2]


def test_another_source_starts_with_its_defaults() -> None:
    for kind, settings_class in DATA_KINDS.items():
        assert with_setting(small(), "data.kind", kind).data == settings_class()
    assert with_setting(with_setting(small(), "data.kind", "words"), "data.window", 5).data == Words(window=5)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("model.stack.0.unit", "3", "--set, model.stack.0.unit: there is no such setting; did you mean units?"),
        ("model.stack.1.units", "3", "--set, model.stack.1.units: the stack has the layers 0 to 0."),
        ("model.layers", "17", "--set, model.layers = '17': expected a whole number from 1 to 16."),
        ("model.layers", "two", "--set, model.layers = 'two': expected a whole number from 1 to 16."),
        ("model.unit", "3", "--set, model.unit: there is no such setting; did you mean units?"),
        ("model.units", "0", "--set, model.units = '0': expected int >= 1."),
        ("model.units", "many", "--set, model.units = 'many': expected int, got str."),
        ("model.cell", "LSTM", "--set, model.cell = 'LSTM': right are lstm, gru, rnn-tanh, rnn-relu, rnn-sigmoid."),
        ("data.kind", "minst", f"--set, data.kind = 'minst': right are {', '.join(DATA_KINDS)}."),
        (
            "units",
            "3",
            "--set, units: settings are named data.NAME, model.NAME, model.stack.NUMBER.NAME or training.NAME.",
        ),
        (
            "model.units.more",
            "3",
            "--set, model.units.more: settings are named data.NAME, model.NAME, model.stack.NUMBER.NAME or "
            "training.NAME.",
        ),
        ("training.rate", "nan", "--set, training.rate = 'nan': expected float > 0.0."),
        (
            "data.window",
            "3",
            "--set, data.window: there is no such setting; known are folder, train, validation, read.",
        ),
    ],
)
def test_a_wrong_change_is_refused_by_name(key: str, value: str, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        with_setting(small(), key, value)
    assert str(caught.value) == said


# --- wrong files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("units = 8", "unitz = 8", "small.toml, model.stack.0.unitz: there is no such setting; did you mean units?"),
        ("[training]", "[trainings]", "small.toml, trainings: there is no such setting; did you mean training?"),
        ("units = 8", "units = 0", "small.toml, model.stack.0.units = 0: expected int >= 1."),
        ("units = 8", "units = 5000", "small.toml, model.stack.0.units = 5000: expected int <= 4096."),
        ("units = 8", 'units = "8"', "small.toml, model.stack.0.units = '8': expected int, got str."),
        ("units = 8", "units = true", "small.toml, model.stack.0.units = True: expected int, got bool."),
        ("units = 8", "cell = 'LSTM'", "small.toml, model.stack.0.cell = 'LSTM': right are lstm, gru, "),
        ("rate = 0.01", "rate = nan", "small.toml, training.rate = nan: expected float > 0.0."),
        ("rate = 0.01", "rate = inf", "small.toml, training.rate = inf: expected float <= 100.0."),
        ('"mnist"', '"minst"', f"small.toml, data.kind = 'minst': right are {', '.join(DATA_KINDS)}."),
        ('kind = "mnist"', "", "small.toml, data.kind: this is needed and missing."),
        ('title = "Small"', "", "small.toml, title: this is needed and missing."),
        ('title = "Small"', "title = 3", "small.toml, title = 3: expected str, got int."),
        ("[data]", "[data", "small.toml: is not valid TOML: "),
        ("rate = 0.01", f"seed = {'9' * 5000}", "small.toml: is not valid TOML: "),
        ("rate = 0.01", f"seed = {'9' * 30}", "small.toml, training.seed = 999999999999999999999999999999: "),
        ("rate = 0.01", f"seed = {'[' * 50_000}", "small.toml: is not a preset: its values are nested thousands deep."),
    ],
)
def test_a_wrong_file_is_refused_by_file_key_value_and_what_was_expected(old: str, new: str, said: str) -> None:
    assert old in SMALL
    assert refusal(SMALL.replace(old, new)).startswith(said)


def test_a_file_that_cannot_be_a_preset_is_refused(tmp_path: Path) -> None:
    huge, binary, absent = tmp_path / "huge.toml", tmp_path / "binary.toml", tmp_path / "absent.toml"
    huge.write_text("#" * (LARGEST_PRESET + 1))
    binary.write_bytes(b'title = "\xff\xfe"')
    for path, said in (
        (huge, "is larger than a preset can be (256 KB)"),
        (binary, "a preset is a UTF-8 text file"),
        (absent, "cannot be read: No such file or directory"),
        (tmp_path, "cannot be read: Is a directory"),
    ):
        with pytest.raises(BadInput, match=re.escape(f"{path}: {said}")):
            load_preset(path)


# --- anything at all --------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=150)
@given(some.text() | some.binary().map(lambda content: content.decode("utf-8", "replace")))
def test_any_text_is_a_preset_or_refused(text: str) -> None:
    with pytest.raises(BadInput):
        preset_from_toml(text, "any.toml")


mutations = some.tuples(
    some.sampled_from(TEXTS),
    some.floats(0, 1),
    some.integers(0, 12),
    some.sampled_from(["", "9", "-", "e", '"', "'", "[", "]", ".", "\n", "=", "nan", "é", "\0", "true", "kind", "{}"]),
)


@settings(deadline=None, max_examples=400)
@given(mutations)
def test_a_shipped_preset_with_a_slip_of_the_pen_is_a_preset_or_refused(
    mutation: tuple[str, float, int, str],
) -> None:
    text, place, removed, added = mutation
    start = int(place * len(text))
    try:
        preset = preset_from_toml(text[:start] + added + text[start + removed :], "slip.toml")
    except BadInput as refused:
        assert str(refused).startswith("slip.toml")
        return
    assert preset_from_toml(preset_to_toml(preset), "again.toml") == preset


values = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(), inner, max_size=3),
    max_leaves=5,
)
KEYS = [
    f"{group}.{name}"
    for group in ("data", "model", "training")
    for name in ("kind", "units", "layers", "stack", "stack.0.cell", "stack.-1.units", "rate", "window", "")
]


@settings(deadline=None, max_examples=200)
@given(some.sampled_from(KEYS) | some.text(), values)
def test_any_change_gives_a_preset_or_is_refused(key: str, value: object) -> None:
    try:
        changed = with_setting(small(), key, value)
    except BadInput as refused:
        assert str(refused).startswith("--set")
    else:
        assert preset_from_toml(preset_to_toml(changed), "again.toml") == changed


def test_names_of_thousands_of_parts_are_refused_at_once() -> None:
    """tomllib takes hours over 128,000 of them, which a file small enough for a preset has room for."""
    for text in (".".join("a" * 120_000) + " = 1", "[" + " . ".join("a" * 50_000) + "]"):
        with pytest.raises(BadInput, match=r"small\.toml: is not a preset: a line of it has more than 200 dots"):
            preset_from_toml(text, "small.toml")


@settings(deadline=None, max_examples=80)
@given(
    some.sampled_from(TEXTS), some.text(min_size=1, max_size=80), some.text(max_size=300),
    some.fixed_dictionaries({}, optional={
        "training.rate": some.floats(1e-9, 100.0), "training.batch": some.integers(1, 5_000),
        "training.steps": some.integers(1, 10**8), "training.seed": some.integers(0, 2**31 - 1),
        "training.clip": some.floats(0.0, 1e3), "training.weight_decay": some.floats(0.0, 1.0),
    }),
)  # fmt: skip
def test_every_setting_comes_back_to_the_bit(text: str, title: str, shows: str, changes: dict[str, Any]) -> None:
    preset = msgspec.structs.replace(preset_from_toml(text, "shipped.toml"), title=title, shows=shows)
    for key, value in changes.items():
        preset = with_setting(preset, key, value)
    assert preset_from_toml(preset_to_toml(preset), "again.toml") == preset
