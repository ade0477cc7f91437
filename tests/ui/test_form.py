"""Forms made from the settings' own fields."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from workbench.config import DATA_KINDS, Words
from workbench.fields import fields_of
from workbench.session.choices import Choices
from workbench.ui.form import Form, Group, TextEdit
from workbench.ui.widgets.choice import Choice
from workbench.ui.widgets.number_edit import NumberEdit
from workbench.ui.widgets.path_edit import PathEdit
from workbench.ui.widgets.switch import Switch


class Wired:
    """A form wired to choices as the panel does it."""

    def __init__(self, group: Group, choices: Choices) -> None:
        self.form, self.choices = Form(group), choices
        self.edits: list[tuple[str, object]] = []
        self.form.edited.connect(self._set)
        self.form.show_choices(choices)

    def _set(self, key: str, value: object) -> None:
        self.edits.append((key, value))
        self.choices.set(key, value)
        self.form.show_choices(self.choices)

    def number(self, key: str) -> NumberEdit:
        control = self.form.rows[key].control
        assert isinstance(control, NumberEdit)
        return control


@pytest.fixture
def choices() -> Choices:
    return Choices()


@pytest.fixture
def model(qtbot: QtBot, choices: Choices) -> Iterator[Wired]:
    wired = Wired("model", choices)
    qtbot.addWidget(wired.form)
    yield wired


@pytest.mark.parametrize("kind", DATA_KINDS)
def test_every_field_of_every_source_has_a_row(qtbot: QtBot, choices: Choices, kind: str) -> None:
    choices.set("data.kind", kind)
    wired = Wired("data", choices)
    qtbot.addWidget(wired.form)
    names = [key.partition(".")[2] for key in wired.form.rows]
    assert names == ["kind", *(field.name for field in fields_of(DATA_KINDS[kind]))]
    for row in wired.form.rows.values():
        assert row.control.accessibleName() and row.toolTip()
    assert wired.edits == []


def test_free_text_is_taken_as_it_is_typed(qtbot: QtBot, choices: Choices) -> None:
    choices.set("data.kind", "series")
    wired = Wired("data", choices)
    qtbot.addWidget(wired.form)
    control = wired.form.rows["data.values"].control
    assert isinstance(control, TextEdit)
    control.clear()
    QTest.keyClicks(control, "0.5 1")
    assert wired.edits[-1] == ("data.values", "0.5 1")
    assert control.text() == "0.5 1"


@pytest.mark.parametrize("group", ["model", "training"])
def test_every_field_has_a_row_that_shows_the_setting(qtbot: QtBot, choices: Choices, group: Group) -> None:
    wired = Wired(group, choices)
    qtbot.addWidget(wired.form)
    settings = getattr(choices.preset, group)
    for field in fields_of(type(settings)):
        control = wired.form.rows[f"{group}.{field.name}"].control
        value = getattr(settings, field.name)
        match control:
            case NumberEdit():
                assert float(control.text().replace(",", "")) == value
            case Switch():
                assert control.isChecked() == value
            case Choice():
                assert control.currentData() == value


def test_what_is_typed_is_set_and_stays_as_typed(qtbot: QtBot, model: Wired) -> None:
    edit = model.number("model.stack.0.units")
    edit.selectAll()
    QTest.keyClicks(edit, "256")
    assert model.choices.preset.stack[0].units == 256
    assert model.edits == [("model.stack.0.units", 2), ("model.stack.0.units", 25), ("model.stack.0.units", 256)]


def test_a_number_out_of_range_can_be_typed_and_says_why(qtbot: QtBot, model: Wired) -> None:
    edit, row = model.number("model.stack.0.units"), model.form.rows["model.stack.0.units"]
    edit.selectAll()
    QTest.keyClicks(edit, "5000")
    assert edit.text() == "5000" and model.choices.preset.stack[0].units == 500
    assert row.problem is not None and row.problem.text() == "Expected a whole number from 1 to 4,096."
    assert not row.problem.isHidden() and edit.property("invalid") is True
    QTest.keyClick(edit, Qt.Key.Key_Backspace)
    assert row.problem.isHidden() and edit.property("invalid") is False
    edit.clear()
    QTest.keyClicks(edit, "x")
    model.choices.choose(model.choices.chosen)
    model.form.show_choices(model.choices)
    assert edit.text() == "128" and row.problem.isHidden()


def test_rows_that_mean_nothing_are_hidden(model: Wired) -> None:
    assert model.form.rows["model.embedding"].isHidden()
    assert not model.form.rows["model.forget_bias"].isHidden()
    model.choices.set("model.stack.0.cell", "gru")
    model.form.show_choices(model.choices)
    assert model.form.rows["model.forget_bias"].isHidden()


def test_what_was_refused_in_a_row_that_goes_no_longer_stands_in_the_way(model: Wired) -> None:
    model.choices.set("model.forget_bias", "much")
    assert model.choices.problems
    model.choices.set("model.stack.0.cell", "gru")
    assert not model.choices.problems


def test_a_problem_between_two_settings_is_said_beside_its_field_even_if_hidden(model: Wired) -> None:
    row = model.form.rows["model.readout"]
    model.choices.set("model.readout", "both_ends")
    model.form.show_choices(model.choices)
    assert row.problem is not None and "two ends" in row.problem.text()
    model.choices.set("data.kind", "words")
    model.form.show_choices(model.choices)
    assert not row.isHidden()


def test_another_source_brings_its_own_rows(qtbot: QtBot, choices: Choices) -> None:
    wired = Wired("data", choices)
    qtbot.addWidget(wired.form)
    source = wired.form.rows["data.kind"].control
    assert isinstance(source, Choice)
    source.activated.emit(source.findData("words"))
    assert list(wired.form.rows) == ["data.kind", *(f"data.{field.name}" for field in fields_of(Words))]
    path = wired.form.rows["data.text"].control
    assert isinstance(path, PathEdit) and path.line.text() == "belling-the-cat"
    path.line.setText("no such file")
    path.line.editingFinished.emit()
    assert "no such file" in wired.choices.preset.data.text  # type: ignore[union-attr]  # It is words now.
    problem = wired.form.rows["data.text"].problem
    assert problem is not None and "belling-the-cat" in problem.text()


def test_units_stand_beside_their_fields(qtbot: QtBot, choices: Choices) -> None:
    wired = Wired("training", choices)
    qtbot.addWidget(wired.form)
    texts = [label.text() for label in wired.form.rows["training.batch"].findChildren(QLabel)]
    assert "samples" in texts
