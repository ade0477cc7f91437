"""Choices: presets found and broken ones named, settings taken or rejected with a reason, presets saved and opened."""

import os
from pathlib import Path

import pytest

from workbench import paths
from workbench.config import DATA_KINDS, Recurrent
from workbench.errors import BadInput
from workbench.preset_files import load_preset, preset_to_toml
from workbench.session.choices import DEFAULT, Choices, find_presets, preset_entry


@pytest.fixture
def choices() -> Choices:
    return Choices()


def write_own(name: str, text: str) -> Path:
    path = paths.user_presets() / f"{name}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def units(choices: Choices) -> int:
    assert isinstance(choices.preset.model, Recurrent)
    return choices.preset.stack[0].units


def test_the_shipped_presets_are_there_the_default_first(choices: Choices) -> None:
    assert next(iter(choices.entries)) == choices.chosen == DEFAULT
    assert {"strokes-digits", "mnist-lstm", "mnist-bilstm", "story-belling-the-cat"} <= choices.entries.keys()
    assert not choices.broken
    assert not choices.is_changed
    for preset_id in choices.entries:
        choices.choose(preset_id)
        assert not choices.problems
        assert choices.shapes


@pytest.mark.parametrize("text", ["", "[", "title = 3", "\0", "x = " + "[" * 5000])
def test_a_broken_preset_of_one_s_own_is_named_and_in_nobody_s_way(text: str) -> None:
    path = write_own("mine", text)
    choices = Choices()
    assert [error.where for error in choices.broken] == [str(path)]
    assert DEFAULT in choices.entries
    assert "mine" not in choices.entries
    with pytest.raises(BadInput, match=r"mine\.toml"):
        preset_entry("mine")


def test_one_s_own_preset_takes_a_shipped_one_s_place() -> None:
    shipped = load_preset(paths.shipped_presets() / f"{DEFAULT}.toml")
    write_own(DEFAULT, preset_to_toml(shipped).replace("units = 128", "units = 64"))
    found, _ = find_presets()
    assert found[DEFAULT].own
    assert Choices().shapes[0].shape[0] == 4 * 64


def test_a_setting_is_taken_and_shapes_follow(choices: Choices) -> None:
    choices.set("model.units", 64)
    assert units(choices) == 64
    assert choices.is_changed
    assert choices.shapes[0].shape == (256, 28)
    choices.set("model.cell", "gru")
    assert choices.shapes[0].shape == (192, 28)
    choices.choose(choices.chosen)
    assert not choices.is_changed


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("model.units", 0, "Expected a whole number from 1 to 4,096."),
        ("model.units", "many", "Expected a whole number from 1 to 4,096."),
        ("model.units", None, "Expected a whole number from 1 to 4,096."),
        ("training.rate", "0", "Expected a number above 0, at most 100."),
        ("training.rate", float("nan"), "Expected a number above 0, at most 100."),
        ("model.cell", "lsmt", "Expected one of lstm, gru, rnn-tanh, rnn-relu, rnn-sigmoid."),
        ("data.kind", "pictures", f"Right are {', '.join(DATA_KINDS)}."),
    ],
)
def test_a_value_that_cannot_be_is_kept_out_and_said(choices: Choices, key: str, value: object, why: str) -> None:
    before = choices.preset
    choices.set(key, value)
    assert choices.preset == before
    assert choices.problems == choices.rejected == {key: why}


def test_a_right_value_takes_the_reason_away(choices: Choices) -> None:
    choices.set("model.units", "x")
    choices.set("model.units", "32")
    assert choices.problems == {}
    assert units(choices) == 32


def test_settings_impossible_together_are_said_beside_their_field(choices: Choices) -> None:
    choices.set("model.readout", "both_ends")
    assert list(choices.problems) == ["model.readout"]
    choices.set("model.bidirectional", True)
    assert choices.problems == {}
    choices.set("training.batch", 60_001)
    assert list(choices.problems) == ["training.batch"]


def test_a_text_that_is_not_there_is_said_beside_its_field(choices: Choices) -> None:
    choices.choose("story-belling-the-cat")
    choices.set("data.text", "nowhere")
    assert "There is no such file" in choices.problems["data.text"]
    assert choices.shapes == ()


def test_only_settings_that_mean_something_are_applicable(choices: Choices) -> None:
    assert {"model.projection", "model.readout", "model.forget_bias", "data.train"} <= choices.applicable
    assert "model.embedding" not in choices.applicable
    choices.set("model.cell", "gru")
    assert "model.forget_bias" not in choices.applicable
    choices.choose("story-belling-the-cat")
    assert "model.embedding" in choices.applicable
    assert "model.projection" not in choices.applicable


def test_what_was_rejected_in_a_field_that_has_gone_stands_in_nobody_s_way(choices: Choices) -> None:
    choices.set("model.forget_bias", "much")
    assert choices.problems
    choices.set("model.cell", "gru")
    assert choices.problems == {}


def test_settings_are_saved_as_a_preset_that_loads_again(choices: Choices) -> None:
    choices.set("model.units", 33)
    preset_id = choices.save_as("  My Größter: Versuch!  ")
    assert preset_id == choices.chosen == "my-größter-versuch"
    assert not choices.is_changed
    assert choices.entries[preset_id].own
    again = Choices()
    again.choose(preset_id)
    assert (again.preset.title, units(again)) == ("My Größter: Versuch!", 33)


@pytest.mark.parametrize("title", ["", "   ", "!?", "../..", "---"])
def test_a_preset_needs_a_name(choices: Choices, title: str) -> None:
    with pytest.raises(BadInput, match="letters or digits"):
        choices.save_as(title)


def test_a_name_with_a_path_stays_in_the_folder(choices: Choices) -> None:
    choices.save_as("../../etc/x")
    assert [path.name for path in paths.user_presets().iterdir()] == ["etc-x.toml"]


def test_a_very_long_name_is_cut(choices: Choices) -> None:
    preset_id = choices.save_as("word " * 200)
    assert len(preset_id) <= 60
    assert load_preset(paths.user_presets() / f"{preset_id}.toml").title.startswith("word word")


def test_no_preset_is_overwritten_not_even_a_broken_one() -> None:
    mine = write_own("mine", "[broken")
    choices = Choices()
    for title in (DEFAULT, "Mine"):
        with pytest.raises(BadInput, match="already"):
            choices.save_as(title)
    assert mine.read_text() == "[broken"


def test_a_folder_that_takes_no_files_is_said(choices: Choices) -> None:
    paths.user_data().mkdir(parents=True)
    paths.user_presets().write_text("a file in the way")
    with pytest.raises(BadInput, match="cannot be written"):
        choices.save_as("Mine")


@pytest.mark.skipif(os.name == "nt", reason="names differ there")
def test_a_preset_from_anywhere_joins_the_list_and_stays_when_another_is_saved(
    choices: Choices, tmp_path: Path
) -> None:
    path = tmp_path / "Elsewhere.toml"
    path.write_text(preset_to_toml(choices.preset))
    choices.open(path)
    assert choices.chosen == "Elsewhere"
    choices.save_as("Another")
    assert "Elsewhere" in choices.entries
    with pytest.raises(BadInput, match="nowhere"):
        choices.open(tmp_path / "nowhere.toml")
    assert choices.chosen == "another"


def test_an_unknown_preset_is_refused_with_the_list_of_right_ones(choices: Choices) -> None:
    with pytest.raises(BadInput, match=r"preset = 'nosuch'.*mnist-lstm"):
        choices.choose("nosuch")
    assert choices.chosen == DEFAULT
