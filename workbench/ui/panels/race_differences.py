"""What the lanes of a race differ in: the settings that are not the same, and no others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from workbench.config import Preset
from workbench.engine.lanes import differences, lane_names
from workbench.ui.choice_names import choice_name, model_name
from workbench.ui.text import tr
from workbench.ui.theme import LIGHT, Theme, font
from workbench.ui.widgets.number_edit import shown

_SWATCH = 10


class DifferencesTable(QTableWidget):
    """A row a setting, a column a lane."""

    def __init__(self, parent: QWidget | None = None, *, has_swatches: bool = True) -> None:
        """``has_swatches``: whether each lane's colour stands before its name."""
        super().__init__(parent)
        self._has_swatches = has_swatches
        self.setObjectName("raceDifferences")
        self.setAccessibleName(tr("Settings in which the lanes differ"))
        self._theme = LIGHT
        self._shown: tuple[Preset, ...] = ()
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setFont(font("caption", tabular=True))
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)

    def set_theme(self, theme: Theme) -> None:
        """The colours of the lanes."""
        self._theme = theme
        presets, self._shown = self._shown, ()
        self.show_lanes(presets)

    def show_lanes(self, presets: Sequence[Preset]) -> None:
        """The lanes' settings."""
        presets = tuple(presets)
        if presets == self._shown:
            return
        self._shown = presets
        found = differences(presets)
        self.setColumnCount(len(presets))
        self.setRowCount(max(1, len(found)))
        self.clearSpans()
        self.clearContents()
        for column, name in enumerate(lane_names(presets, choice_name)):
            head = QTableWidgetItem(name)
            if self._has_swatches:
                swatch = QPixmap(_SWATCH, _SWATCH)
                swatch.fill(QColor(self._theme.series_colour(column)))
                head.setIcon(swatch)
            head.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            self.setHorizontalHeaderItem(column, head)
        # Four lanes at most share the width; runs may be more, and are scrolled through.
        fits = QHeaderView.ResizeMode.Stretch if self._has_swatches else QHeaderView.ResizeMode.ResizeToContents
        self.horizontalHeader().setSectionResizeMode(fits)
        for row, each in enumerate(found):
            self.setVerticalHeaderItem(row, QTableWidgetItem(setting_title(each.key, each.title)))
            for column, value in enumerate(each.values):
                item = QTableWidgetItem(value_words(each.key, value))
                item.setToolTip(each.key)
                self.setItem(row, column, item)
        if not found:
            self.setVerticalHeaderItem(0, QTableWidgetItem(""))
            self.setItem(0, 0, QTableWidgetItem(tr("All settings are the same.")))
            self.setSpan(0, 0, 1, max(1, len(presets)))


def setting_title(key: str, title: str) -> str:
    """``Units``; of a further layer ``Layer 1: units``."""
    match key.split("."):
        case [_, "stack", number, _] if number != "0":
            return tr("Layer {number}: {title}").format(number=number, title=tr(title).lower())
        case _:
            return tr(title)


def value_words(key: str, value: Any) -> str:
    """A value as a form shows it; a dash where the lane has no such setting."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if isinstance(value, int | float):
        return shown(value)
    return model_name(value) if key == "model.kind" else choice_name(str(value))
