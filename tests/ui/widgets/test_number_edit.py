"""Numbers as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from workbench.config import Layer, Training
from workbench.fields import Field, fields_of
from workbench.ui.widgets.number_edit import NumberEdit, doubled, parsed, shown, stepped

FIELDS = {field.name: field for group in (Layer, Training) for field in fields_of(group)}
NUMBERS = [field for field in FIELDS.values() if field.kind in ("int", "float")]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("units", "128", 128), ("units", " 4,096 ", 4096), ("units", "60 000", 60000), ("units", "1,2", "1,2"),
        ("units", "1.5", "1.5"), ("units", "", ""), ("units", "-3", -3), ("units", "many", "many"),
        ("rate", "1e-3", 0.001), ("rate", ".5", 0.5), ("rate", "0,5", "0,5"), ("rate", "1e", "1e"),
    ],
)  # fmt: skip
def test_reads_numbers_and_leaves_the_rest_as_it_stands(name: str, text: str, value: object) -> None:
    assert parsed(FIELDS[name], text) == value


@pytest.mark.parametrize(
    ("value", "text"), [(60000, "60,000"), (0.002, "0.002"), (1e-5, "1e-5"), (1.0, "1"), (1e22, "1e22"), (0.1, "0.1")]
)
def test_shows_numbers_as_they_are_read_best(value: float, text: str) -> None:
    assert shown(value) == text


@given(st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False)))
def test_what_is_shown_reads_back_exactly(value: float) -> None:
    field = FIELDS["units" if isinstance(value, int) else "rate"]
    assert parsed(field, shown(value)) == value


@pytest.mark.parametrize("field", NUMBERS, ids=lambda field: field.name)
@pytest.mark.parametrize("direction", [1, -1])
def test_steps_stay_in_the_range_and_get_somewhere(field: Field, direction: int) -> None:
    value = field.default
    for step in (stepped, doubled):
        for _ in range(60):
            value = step(field, value, direction)
            assert field.low is not None and field.high is not None
            assert field.low <= value <= field.high and (value > field.low or not field.low_excluded)
            assert type(value) is type(field.default)


def test_learning_rates_go_through_one_two_five() -> None:
    up = [1e-3]
    for _ in range(4):
        up.append(float(stepped(FIELDS["rate"], up[-1], 1)))
    assert up == [1e-3, 2e-3, 5e-3, 1e-2, 2e-2]
    assert stepped(FIELDS["rate"], 1e-3, -1) == 5e-4
    assert stepped(FIELDS["weight_decay"], 1e-4, -1) == 0.0
    assert doubled(FIELDS["units"], 128, 1) == 256 and doubled(FIELDS["units"], 128, -1) == 64


def test_keys_and_wheel_step_only_with_the_focus(qtbot: QtBot) -> None:
    edit = NumberEdit(FIELDS["units"])
    qtbot.addWidget(edit)
    said: list[object] = []
    edit.edited.connect(said.append)
    edit.show_value(128)
    assert said == []
    _turn(edit)
    assert said == [] and edit.text() == "128"
    edit.show()
    qtbot.waitExposed(edit)
    edit.setFocus()
    edit.activateWindow()
    qtbot.waitUntil(edit.hasFocus, timeout=60_000)
    _turn(edit)
    QTest.keyClick(edit, Qt.Key.Key_Down)
    QTest.keyClick(edit, Qt.Key.Key_PageUp)
    assert said == [129, 128, 256]


def test_the_same_number_written_otherwise_is_left_alone(qtbot: QtBot) -> None:
    edit = NumberEdit(FIELDS["rate"])
    qtbot.addWidget(edit)
    said: list[object] = []
    edit.edited.connect(said.append)
    QTest.keyClicks(edit, "1e-3")
    edit.show_value(0.001)
    assert edit.text() == "1e-3" and said == [1.0, "1e", "1e-", 0.001]
    edit.editingFinished.emit()
    assert edit.text() == "0.001"


def _turn(edit: NumberEdit) -> None:
    middle = QPointF(edit.rect().center())
    event = QWheelEvent(
        middle, edit.mapToGlobal(middle), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(edit, event)
