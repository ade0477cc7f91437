"""A form made from the declarations of a group of settings, with what is wrong said beside each field."""

import html
from collections.abc import Mapping
from typing import Any, Literal

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from workbench.config import DATA_KINDS, MODEL_KINDS, Preset
from workbench.fields import STACK_HEIGHT, Field, expectation, settings_of
from workbench.session.choices import Choices
from workbench.ui.choice_names import choice_name, model_name, source_name
from workbench.ui.text import tr
from workbench.ui.theme import GRID
from workbench.ui.widgets.choice import Choice
from workbench.ui.widgets.number_edit import NumberEdit
from workbench.ui.widgets.path_edit import PathEdit
from workbench.ui.widgets.switch import Switch

Group = Literal["data", "model", "training"]

#: Width of the labels' column: the longest title of the settings fits into it.
_LABEL_WIDTH = 104


class TextEdit(QLineEdit):
    """The control for a setting that is free text."""

    edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.textEdited.connect(self._typed)

    def show_value(self, value: str) -> None:
        """Show the session's text."""
        if value != self.text():
            self.setText(value)

    @Slot(str)
    def _typed(self, text: str) -> None:
        self.edited.emit(text)


Control = NumberEdit | Switch | Choice | PathEdit | TextEdit


def control_for(field: Field) -> Control:
    """The control for a field, by its kind."""
    title = tr(field.title)
    match field.kind:
        case "int" | "float":
            return NumberEdit(field)
        case "bool":
            return Switch(title)
        case "choice":
            return Choice([(option, choice_name(option)) for option in field.choices])
        case "text":
            return PathEdit(field.path, title) if field.path else TextEdit()


class Row(QWidget):
    """One setting: its title, its control, its unit, and what is wrong with it."""

    edited = Signal(str, object)

    def __init__(self, key: str, title: str, description: str, control: Control, unit: str = "") -> None:
        super().__init__()
        self.key, self.control = key, control
        control.setParent(self)
        control.setObjectName(key)
        control.setAccessibleName(title)
        control.setAccessibleDescription(description)
        self.setToolTip(f"<p>{html.escape(description)}</p>")
        #: Made when something is wrong for the first time: there are dozens of rows, and mostly nothing is.
        self.problem: QLabel | None = None
        layout = self._layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        # The space between the columns is the first one's: Qt would leave it out where nothing stands in that.
        layout.setHorizontalSpacing(0)
        layout.setVerticalSpacing(2)
        layout.setColumnMinimumWidth(0, _LABEL_WIDTH + GRID)
        layout.setColumnStretch(1, 1)
        place = QHBoxLayout()
        place.setSpacing(GRID // 2 + 2)
        place.addWidget(control, 1)
        if not isinstance(control, Switch):
            label = QLabel(title, self)
            label.setWordWrap(True)
            label.setFixedWidth(_LABEL_WIDTH + GRID)
            label.setContentsMargins(0, 0, GRID, 0)
            label.setBuddy(control)
            layout.addWidget(label, 0, 0)
        if unit:
            after = QLabel(unit, self)
            after.setProperty("role", "caption")
            place.addWidget(after)
        layout.addLayout(place, 0, 1)
        control.edited.connect(self._edited)

    def show_state(self, value: Any, problem: str, *, is_shown: bool, is_rejected: bool) -> None:
        """The session's value, unless the person typed one that the session refused: that stays, with the reason."""
        # A problem that cannot be seen could not be mended.
        self.setVisible(is_shown or bool(problem))
        if not is_rejected:
            self.control.show_value(value)
        if self.problem is None and problem:
            self.problem = self._problem_label()
        if self.problem is not None and problem != self.problem.text():
            self.problem.setText(problem)
            self.problem.setVisible(bool(problem))
            editor = self.control.line if isinstance(self.control, PathEdit) else self.control
            editor.setProperty("invalid", bool(problem))
            editor.style().unpolish(editor)
            editor.style().polish(editor)

    def _problem_label(self) -> QLabel:
        label = QLabel(self)
        label.setProperty("role", "error")
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._layout.addWidget(label, 1, 0, 1, 2)
        return label

    def stops(self) -> list[QWidget]:
        """What the tab key comes by."""
        control = self.control
        return [control.line, control.browse] if isinstance(control, PathEdit) else [control]

    @Slot(object)
    def _edited(self, value: object) -> None:
        self.edited.emit(self.key, value)


class Form(QWidget):
    """All settings of one group. ``edited(key, value)`` says what the person typed; the form keeps no values."""

    edited = Signal(str, object)
    #: There are other rows now.
    rebuilt = Signal()

    def __init__(self, group: Group, *, names: Mapping[str, str] | None = None, parent: QWidget | None = None) -> None:
        """``names``: other object names than the key, by key."""
        super().__init__(parent)
        self._group, self._names = group, names or {}
        self._keys: tuple[str, ...] = ()
        self._shown: tuple[object, ...] = ()
        self.rows: dict[str, Row] = {}
        self.headings: list[QLabel] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(GRID // 2 + 2)
        if group == "data":
            kinds = [(kind, source_name(kind)) for kind in DATA_KINDS]
            self._add(Row("data.kind", tr("Source"), tr("Where the samples come from."), Choice(kinds)))
        if group == "model" and len(MODEL_KINDS) > 1:
            kinds = [(kind, model_name(kind)) for kind in MODEL_KINDS]
            self._add(Row("model.kind", tr("Model"), tr("What kind of network it is."), Choice(kinds)))

    def show_choices(self, choices: Choices) -> None:
        """Shows the settings as the session has them."""
        state = (choices.preset, dict(choices.rejected), dict(choices.problems))
        if self._shown and self._shown[0] is state[0] and self._shown[1:] == state[1:]:
            return
        self._shown = state
        values = self._values(choices.preset)
        if tuple(values) != self._keys:
            self._keys = tuple(values)
            self._rebuild(choices.preset)
        for key, row in self.rows.items():
            row.show_state(
                values[key],
                tr(choices.problems.get(key, "")),
                is_shown=key in _ALWAYS or key in choices.applicable,
                is_rejected=key in choices.rejected,
            )

    def _values(self, preset: Preset) -> dict[str, Any]:
        """What stands in each row."""
        settings = getattr(preset, self._group)
        found: dict[str, Any] = {}
        if f"{self._group}.kind" in self.rows:
            found[f"{self._group}.kind"] = settings.__struct_config__.tag
        if hasattr(settings, "stack"):
            found["model.layers"] = len(settings.stack)
        found |= {
            setting.key: setting.value for setting in settings_of(preset) if setting.key.startswith(f"{self._group}.")
        }
        return found

    def _rebuild(self, preset: Preset) -> None:
        for key in [key for key in self.rows if not key.endswith(".kind")]:
            row = self.rows.pop(key)
            row.hide()
            row.deleteLater()
        while self.headings:
            heading = self.headings.pop()
            heading.hide()
            heading.deleteLater()
        height = len(getattr(getattr(preset, self._group), "stack", ()))
        if height:
            self._add_field("model.layers", STACK_HEIGHT)
        layer = ""
        for setting in settings_of(preset):
            group, *path = setting.key.split(".")
            if group != self._group:
                continue
            if height > 1 and len(path) == 3 and path[1] != layer:
                layer = path[1]
                self._add_heading(_layer_heading(int(layer), height))
            elif height > 1 and len(path) == 1 and layer:
                layer = ""
                self._add_heading(tr("All layers and what is around them"))
            self._add_field(setting.key, setting.field)
        self.rebuilt.emit()

    def _add_field(self, key: str, field: Field) -> None:
        description = tr(field.description)
        if field.kind in ("int", "float"):
            how = tr("Arrow keys step it, Page Up and Page Down go further.")
            description = f"{description} {tr(expectation(field)).capitalize()}. {how}"
        unit = tr(field.unit) if field.unit else ""
        self._add(Row(key, tr(field.title), description, control_for(field), unit))

    def _add_heading(self, text: str) -> None:
        heading = QLabel(text, self)
        heading.setProperty("role", "caption")
        self.headings.append(heading)
        self._layout.addWidget(heading)

    def _add(self, row: Row) -> None:
        row.control.setObjectName(self._names.get(row.key, row.key))
        row.edited.connect(self.edited)
        self.rows[row.key] = row
        self._layout.addWidget(row)


#: Rows that mean something whatever the others say.
_ALWAYS = ("data.kind", "model.kind", "model.layers")


def _layer_heading(number: int, height: int) -> str:
    """Which layer the rows below are of; the stack stands as it is built, the lowest first."""
    if number == 0:
        return tr("Layer {number}, reads the input").format(number=number)
    if number == height - 1:
        return tr("Layer {number}, read by the head").format(number=number)
    return tr("Layer {number}").format(number=number)
