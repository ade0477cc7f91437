"""Contrast of every pair of colours, and following the system."""

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QSpinBox

from workbench.ui import stylesheet
from workbench.ui.theme import DARK, LIGHT, Theme, ThemeSource, body_font, contrast, current, font, gate_name, mixed
from workbench.ui.widgets.story_text import STRONGEST

THEMES = pytest.mark.parametrize("theme", (LIGHT, DARK), ids=lambda theme: theme.name)


def test_contrast_of_black_on_white() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@THEMES
@pytest.mark.parametrize("paper", ("window", "surface"))
def test_every_text_colour_can_be_read(theme: Theme, paper: str) -> None:
    words = ("text", "secondary", "disabled", "accent", "error", "warning", "success")
    colours = [getattr(theme, name) for name in words] + list(theme.gates.values()) + list(theme.series)
    for colour in colours:
        assert contrast(colour, getattr(theme, paper)) >= 4.5, colour


@THEMES
def test_text_on_what_is_pressed_chosen_or_tinted(theme: Theme) -> None:
    assert contrast(theme.on_accent, theme.accent) >= 4.5
    for paper in (theme.selection, theme.hover, mixed(theme.gates["g"], theme.surface, STRONGEST)):
        assert contrast(theme.text, paper) >= 4.5
    assert contrast(theme.outline, theme.surface) >= 3.0
    assert contrast(theme.outline, theme.window) >= 3.0


def test_a_gate_has_its_colour_and_name_everywhere() -> None:
    assert set(LIGHT.gates) == set(DARK.gates) == set("ifgochrzn")
    assert LIGHT.gate("r") == LIGHT.gate("f") and LIGHT.gate("n") == LIGHT.gate("g")
    assert gate_name("f") == "forget" and gate_name("unheard-of") == "unheard-of"


def test_follows_the_system(qapp: QApplication) -> None:
    owner = QObject()
    seen: list[Theme] = []
    source = ThemeSource(owner)
    source.changed.connect(seen.append)
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert seen == [DARK, LIGHT]
    source.choose("dark")
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert seen == [DARK, LIGHT, DARK] and source.theme is DARK
    assert current(Qt.ColorScheme.Unknown) is LIGHT


def test_sizes_follow_the_persons_own_font() -> None:
    small, large = QFont(), QFont()
    small.setPointSizeF(6.0)
    large.setPointSizeF(20.0)
    assert body_font(small, 96.0).pointSizeF() == pytest.approx(9.75)
    assert body_font(large, 96.0).pointSizeF() == pytest.approx(20.0)
    assert font("title").pointSizeF() / font("caption").pointSizeF() == pytest.approx(2.0)


@THEMES
def test_the_style_sheet_is_understood(qapp: QApplication, theme: Theme, qtbot: object) -> None:
    stylesheet.apply(qapp, theme)
    stylesheet.apply(qapp, theme)  # Again: the font must not grow.
    assert "$" not in qapp.styleSheet()
    title, plain, button, box = QLabel("Aa"), QLabel("Aa"), QPushButton("Train"), QSpinBox()
    title.setProperty("role", "title")
    button.setProperty("primary", True)
    stylesheet.inset(box)
    for widget in (title, plain, button, box):
        widget.ensurePolished()
    assert title.sizeHint().height() > plain.sizeHint().height()
    assert box.lineEdit().textMargins().left() > 0
    button.resize(80, 30)
    assert button.grab().toImage().pixelColor(40, 4).name().upper() == theme.accent
