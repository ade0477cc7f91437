"""Every setting says what it is, in a form's and in an error's words."""

from dataclasses import replace
from typing import Any

import pytest

from tests.recurrents import recurrent
from workbench.config import DATA_KINDS, MODEL_KINDS, Interface, Layer, Mnist, Preset, StrokesDigits, Training, Words
from workbench.fields import Field, choices_at, fields_of, problems, settings_of

GROUPS = (*DATA_KINDS.values(), *MODEL_KINDS.values(), Layer, Training)
FIELDS = [pytest.param(field, id=f"{group.__name__}.{field.name}") for group in GROUPS for field in fields_of(group)]


def preset(data: StrokesDigits | Mnist | Words | None = None, **settings: Any) -> Preset:
    """A preset with some settings of the model or the training changed."""
    of_training = {name: settings.pop(name) for name in Training.__struct_fields__ if name in settings}
    training = Training(**of_training)
    return Preset(title="A test", data=data or StrokesDigits(), model=recurrent(**settings), training=training)


@pytest.mark.parametrize("field", FIELDS)
def test_every_setting_has_a_title_and_a_sentence(field: Field) -> None:
    assert field.title
    assert field.title != field.name
    assert field.title[0].isupper()
    assert field.description.endswith(".")


@pytest.mark.parametrize("field", FIELDS)
def test_every_default_is_within_its_own_range(field: Field) -> None:
    if field.kind == "choice":
        assert field.default in field.choices
    elif field.kind in ("int", "float"):
        assert field.low is not None
        assert field.high is not None
        assert field.low <= field.default <= field.high
    else:
        assert isinstance(field.default, bool if field.kind == "bool" else str)


def test_a_field_carries_what_its_declaration_says() -> None:
    fields = {field.name: field for field in fields_of(Words)}
    assert fields["window"] == Field(
        name="window", kind="int", default=3, title="Window",
        description="How many words the network reads to tell the next.", low=1, high=1024, unit="words",
    )  # fmt: skip
    assert fields["split"].choices == ("spaces", "words", "segments", "characters")
    assert fields["text"].path == "file"


def test_settings_that_mean_nothing_here_do_not_apply() -> None:
    def applicable(some: Preset) -> set[str]:
        return {setting.key for setting in settings_of(some) if setting.applies}

    digits, words, gru = applicable(preset()), applicable(preset(Words())), applicable(preset(cell="gru"))
    assert "model.embedding" in words - digits
    assert "model.projection" in digits - words
    assert {"model.forget_bias", "model.stack.0.peepholes"} <= digits - gru
    assert "model.stack.0.units" in digits & words & gru


@pytest.mark.parametrize(
    ("impossible", "key"),
    [
        (preset(epochs=0, steps=0), "training.epochs"),
        (preset(Words(), bidirectional=True), "model.stack.0.bidirectional"),
        (preset(readout="both_ends"), "model.readout"),
        (preset(longest_memory=784, bias=False), "model.longest_memory"),
        (preset(Mnist(train=60_000, validation=5_000)), "data.train"),
        (preset(StrokesDigits(train=100), batch=101), "training.batch"),
    ],
)
def test_an_impossible_pair_of_settings_says_why_beside_its_field(impossible: Preset, key: str) -> None:
    found = problems(impossible)
    assert list(found) == [key]
    assert found[key].endswith(".")


def test_a_possible_preset_has_no_problems() -> None:
    assert problems(preset()) == {}
    assert problems(preset(bidirectional=True, readout="both_ends")) == {}


def test_choices_are_found_by_group_and_name() -> None:
    assert choices_at("data", "kind") == list(DATA_KINDS)
    assert choices_at("model", "cell") == ["lstm", "gru", "rnn-tanh", "rnn-relu", "rnn-sigmoid"]
    assert choices_at("training", "device") == ["auto", "cpu", "cuda", "mps"]
    assert choices_at("training", "rate") == []


def test_fields_can_be_changed_only_by_making_another() -> None:
    field = fields_of(Training)[0]
    assert replace(field, title="Other") != field
    with pytest.raises(AttributeError):
        Training().rate = 1.0  # type: ignore[misc]  # that it is refused is what is tested


@pytest.mark.parametrize(
    ("interface", "rows"),
    [
        (Interface(4, 3, 0, 2, picture=(4, 3, 1)), [[0], [1], [2], [3]]),
        (Interface(2, 18, 0, 2, picture=(4, 3, 3)), [[0, 1], [2, 3]]),
        (Interface(8, 3, 0, 2, picture=(4, 6, 1)), [[0], [0], [1], [1], [2], [2], [3], [3]]),
        (Interface(3, 5, 0, 2), [[0], [1], [2]]),
    ],
)
def test_a_step_reads_rows_of_a_picture(interface: Interface, rows: list[list[int]]) -> None:
    assert [list(interface.rows_at(step)) for step in range(interface.steps)] == rows


@pytest.mark.parametrize(
    ("interface", "columns"),
    [
        (Interface(2, 18, 0, 2, picture=(4, 3, 3)), [[0, 1, 2], [0, 1, 2]]),
        (Interface(6, 1, 0, 2, picture=(2, 3, 1)), [[0], [1], [2], [0], [1], [2]]),
        (Interface(4, 6, 0, 2, picture=(2, 4, 3)), [[0, 1], [2, 3], [0, 1], [2, 3]]),
        (Interface(3, 5, 0, 2), [[], [], []]),
    ],
)
def test_a_step_reads_columns_of_a_picture(interface: Interface, columns: list[list[int]]) -> None:
    assert [list(interface.columns_at(step)) for step in range(interface.steps)] == columns


def test_pictures_are_the_same_however_many_rows_a_step_reads() -> None:
    rows, pairs = Interface(4, 3, 0, 2, picture=(4, 3, 1)), Interface(2, 6, 0, 2, picture=(4, 3, 1))
    assert rows.reads_alike(pairs)
    assert pairs.reads_alike(rows)
    assert not rows.reads_alike(replace(pairs, classes=3))
    assert not rows.reads_alike(replace(pairs, picture=(2, 6, 1)))
    assert not replace(rows, picture=None).reads_alike(replace(pairs, picture=None))
