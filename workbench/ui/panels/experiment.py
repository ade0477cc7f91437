"""The Experiment panel: choose a preset, change its settings, train."""

from itertools import groupby, pairwise
from typing import ClassVar

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from workbench.config import Layer, Model, Preset, Published, Recurrent
from workbench.engine.comparison import figure_words
from workbench.errors import BadInput
from workbench.runs.figures import Figure
from workbench.session.change import Change
from workbench.session.choices import Choices
from workbench.session.session import Session
from workbench.ui.choice_names import choice_name, source_name
from workbench.ui.form import Form
from workbench.ui.panels.network_size import NetworkSize
from workbench.ui.panels.panel import Panel
from workbench.ui.panels.preset_chooser import PresetChooser
from workbench.ui.panels.run_controls import RunControls
from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme
from workbench.ui.widgets.section import Section


class ExperimentPanel(Panel):
    """Preset above, settings in between, and what is always in sight below: the buttons and the progress."""

    listens: ClassVar[Change] = Change.PRESETS | Change.SETTINGS | Change.TRAINING | Change.HISTORY
    interval_ms: ClassVar[int] = 100

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.setObjectName("experimentPanel")
        self.setAccessibleName(tr("Experiment"))
        self.chooser = PresetChooser(self)
        self.promise = self._text("presetPromise", "caption")
        self.changed = QLabel(self)
        self.changed.setObjectName("changedMark")
        self.changed.setProperty("role", "caption")
        self.reset = self._button("resetButton", tr("Reset"), flat=True)
        self.save_as = self._button("savePresetButton", tr("Save as…"), flat=True)
        self.save_as.setAccessibleName(tr("Save as preset"))
        self.name = QLineEdit(self)
        self.name.setObjectName("presetName")
        self.name.setAccessibleName(tr("Name of the preset"))
        self.name.setPlaceholderText(tr("Name of your preset"))
        self.name.setMaxLength(80)
        self.save = self._button("savePresetNow", tr("Save"))
        self.message = self._text("presetMessage", "error")
        self.message.hide()
        self.naming = QWidget(self)
        self.naming.hide()

        self.about = self._text("presetAbout", "secondary")
        self.data = Form("data", parent=self)
        self.model = Form("model", parent=self)
        self.network_size = NetworkSize(self)
        self.training = Form("training", names={"training.device": "deviceChooser"}, parent=self)
        self.for_next = self._text("forNext", "caption")
        self.for_next.setText(tr("The running training keeps its settings; these are for the next one."))
        architecture = QWidget(self)
        under = QVBoxLayout(architecture)
        under.setContentsMargins(0, 0, 0, 0)
        under.setSpacing(GRID // 2)
        under.addWidget(self.model)
        under.addWidget(self.network_size)
        self.sections = {
            "about": Section(tr("About this experiment"), self.about, is_open=False, parent=self),
            "data": Section(tr("Data"), self.data, is_open=False, parent=self),
            "model": Section(tr("Architecture"), architecture, parent=self),
            "training": Section(tr("Training"), self.training, parent=self),
        }
        self.controls = RunControls(session, theme, self)
        self._shown: tuple[object, ...] = (None,) * 4
        self._lay_out()
        self.chooser.chosen.connect(self._choose)
        self.reset.clicked.connect(self._reset)
        self.save_as.clicked.connect(self._ask_name)
        self.save.clicked.connect(self._save)
        self.name.returnPressed.connect(self._save)
        for form in (self.data, self.model, self.training):
            form.edited.connect(self._set)
            form.rebuilt.connect(self._order_tabs)
        self.controls.findings.wanted.connect(self.lead_to)
        self.set_theme(theme)
        self.refresh()

    def refresh(self) -> None:
        """All of it, from the session."""
        choices = self.session.choices
        # While a network trains this comes many times a second, and the settings stay as they are: every change of them
        # makes these anew.
        settings = (choices.entries, choices.problems, choices.interface, choices.figures.get(choices.chosen))
        if any(now is not shown for now, shown in zip(settings, self._shown, strict=True)):
            self._shown = settings
            self._show_settings(choices)
        self.for_next.setVisible(self.session.training.is_busy and self.session.training.preset is not choices.preset)
        self.controls.show_session()

    def _show_settings(self, choices: Choices) -> None:
        preset = choices.preset
        self.chooser.show_choices(choices)
        self.promise.setText(preset.promise)
        self.promise.setVisible(bool(preset.promise))
        measured = measured_sentence(choices.figures.get(choices.chosen), preset)
        about = [preset.shows.strip(), preset.look_for.strip(), published_sentence(preset.published), measured]
        self.about.setText("\n\n".join(part for part in about if part))
        self.sections["about"].setVisible(bool(self.about.text()))
        is_changed = choices.is_changed or bool(choices.rejected)
        self.changed.setText(tr("● Changed") if is_changed else tr("As saved"))
        self.reset.setEnabled(is_changed)
        self.reset.setToolTip(
            tr("Back to the preset as it was saved") if is_changed
            else tr("Nothing to reset: the settings are those of the preset")
        )  # fmt: skip
        self.save_as.setEnabled(not choices.rejected)
        self.save_as.setToolTip(
            tr("Keep these settings as a preset of your own") if not choices.rejected
            else tr("Mend the settings marked in red first")
        )  # fmt: skip
        for form in (self.data, self.model, self.training):
            form.show_choices(choices)
        self.network_size.show_choices(choices)
        model, training = preset.model, preset.training
        self.sections["data"].set_summary(source_name(str(preset.data.__struct_config__.tag)))
        self.sections["model"].set_summary(model_summary(model))
        self.sections["training"].set_summary(f"{choice_name(training.optimiser)} {training.rate:g}")
        for key in choices.problems:
            self._reveal(key)

    def set_theme(self, theme: Theme) -> None:
        """Icons and arrows in the theme's colours."""
        super().set_theme(theme)
        self.chooser.set_theme(theme)
        self.network_size.set_theme(theme)
        self.controls.set_theme(theme)
        for section in self.sections.values():
            section.set_theme(theme)

    @Slot(str)
    def lead_to(self, key: str) -> None:
        """Brings a setting into sight, ready to be typed into, where the chosen experiment has it."""
        row = next((form.rows[key] for form in (self.data, self.model, self.training) if key in form.rows), None)
        if row is not None:
            self._reveal(key)
            self._scroll.ensureWidgetVisible(row)
            row.stops()[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _reveal(self, key: str) -> None:
        """A problem in a closed section could not be found."""
        section = self.sections.get(key.partition(".")[0])
        if section is not None and not section.is_open:
            section.open()

    def _lay_out(self) -> None:
        state = QHBoxLayout()
        state.setContentsMargins(0, 0, 0, 0)
        state.setSpacing(2)
        state.addWidget(self.changed, 1)
        state.addWidget(self.reset)
        state.addWidget(self.save_as)
        naming = QHBoxLayout(self.naming)
        naming.setContentsMargins(0, 0, 0, 0)
        naming.setSpacing(GRID)
        naming.addWidget(self.name, 1)
        naming.addWidget(self.save)
        content = QWidget(self)
        inside = QVBoxLayout(content)
        inside.setContentsMargins(0, 0, GRID // 2, 0)
        inside.setSpacing(GRID // 2)
        inside.addWidget(self.for_next)
        for section in self.sections.values():
            inside.addWidget(section)
        inside.addStretch(1)
        scroll = self._scroll = QScrollArea(self)
        scroll.setObjectName("settings")
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(content)
        line = QFrame(self)
        line.setProperty("role", "hairline")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID + 4, GRID, GRID + 4, GRID)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self.chooser)
        layout.addWidget(self.promise)
        layout.addLayout(state)
        layout.addWidget(self.naming)
        layout.addWidget(self.message)
        layout.addWidget(scroll, 1)
        layout.addWidget(line)
        layout.addSpacing(GRID // 2)
        layout.addWidget(self.controls)

    def _text(self, name: str, role: str) -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setProperty("role", role)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _button(self, name: str, text: str, *, flat: bool = False) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        if flat:
            button.setProperty("flat", "true")
        return button

    def _say(self, text: str) -> None:
        self.message.setText(text)
        self.message.setVisible(bool(text))

    @Slot()
    def _order_tabs(self) -> None:
        """From top to bottom, whenever rows were made."""
        order: list[QWidget] = [self.chooser, self.reset, self.save_as, self.name, self.save]
        forms = {"about": None, "data": self.data, "model": self.model, "training": self.training}
        for group, form in forms.items():
            order.append(self.sections[group].header)
            order += [stop for row in form.rows.values() for stop in row.stops()] if form is not None else []
            if group == "model":
                order += [self.network_size.section.header, self.network_size.list]
        order += self.controls.buttons()
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    @Slot(str)
    def _choose(self, preset_id: str) -> None:
        self._say("")
        self.session.choose(preset_id)

    @Slot(str, object)
    def _set(self, key: str, value: object) -> None:
        self.session.set(key, value)

    @Slot()
    def _reset(self) -> None:
        self.session.reset_settings()

    @Slot()
    def _ask_name(self) -> None:
        """Opens the line for the name, or closes it again."""
        self.naming.setVisible(self.naming.isHidden())
        self._say("")
        if not self.naming.isHidden():
            self.name.setFocus()

    @Slot()
    def _save(self) -> None:
        try:
            self.session.save_preset(self.name.text())
        except BadInput as error:
            self._say(str(error))
            return
        self._say("")
        self.name.clear()
        self.naming.hide()


def model_summary(model: Model) -> str:
    """A recurrent network's stack, or a convolution net's widths: ``6 + 16 maps, 120, 84``."""
    if isinstance(model, Recurrent):
        return stack_summary(model.stack)
    return tr("{first} + {second} maps, {wide}, {narrow}").format(
        first=model.first_maps, second=model.second_maps, wide=model.first_units, narrow=model.second_units
    )


def stack_summary(stack: tuple[Layer, ...]) -> str:
    """``BiLSTM 2 × 128 + GRU 64``: equal layers counted, the lowest first."""
    parts = []
    for layer, equal in groupby(stack):
        count = len(list(equal))
        name = (tr("Bi") if layer.bidirectional else "") + choice_name(layer.cell)
        parts.append(f"{name} {layer.units}" if count == 1 else f"{name} {count} × {layer.units}")
    return " + ".join(parts)


def published_sentence(published: Published | None) -> str:
    """``Published: 95.3 % right on the first 256 digits (source)``; empty when there is no figure to compare with."""
    if published is None:
        return ""
    figure = figure_words(published.figure, published.unit).replace(" %", "\N{NO-BREAK SPACE}%")
    parts = [tr("Published: {figure}").format(figure=figure)]
    if published.test_set:
        parts.append(tr("on {test_set}").format(test_set=published.test_set))
    if published.source:
        parts.append(f"({published.source})")
    return " ".join(parts)


def measured_sentence(figure: Figure | None, preset: Preset) -> str:
    """What this preset reached when its figure was recorded; empty when it was not, or with other settings."""
    if figure is None or not figure.is_of(preset):
        return ""
    words = figure.words(preset.published).replace(" %", "\N{NO-BREAK SPACE}%")
    return tr("Measured with these settings: {figure}, of {test_set}").format(figure=words, test_set=figure.test["on"])
