"""Colours, type sizes and the spacing grid, for light and dark, following the system live."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QGuiApplication

from workbench.ui.text import tr

#: Every distance is a multiple of this, or half of it. Logical pixels.
GRID = 8

Role = Literal["caption", "body", "heading", "title"]
Choice = Literal["system", "light", "dark"]

#: 11 / 13 / 16 / 22 on a screen where a point is a pixel; elsewhere the same proportions around the system's own size.
_PROPORTION: Mapping[Role, float] = MappingProxyType(
    {"caption": 11 / 13, "body": 1.0, "heading": 16 / 13, "title": 22 / 13}
)
_BODY_PIXELS = 13.0


@dataclass(frozen=True, eq=False)  # There are two, compared by identity.
class Theme:
    """One set of colours, each ``#RRGGBB``. Text colours reach 4.5:1 on ``window`` and on ``surface``."""

    name: str
    dark: bool
    window: str
    surface: str
    hairline: str
    text: str
    secondary: str
    disabled: str
    accent: str
    on_accent: str
    #: Behind selected rows and hovered buttons; ``text`` stays readable on it.
    selection: str
    hover: str
    #: The outline of a control one can press or type into (3:1 on ``surface``).
    outline: str
    error: str
    warning: str
    success: str
    #: A value that is not a number: on no colour map.
    missing: str
    #: By gate id: i f g o c h of the LSTM, r z n of the GRU.
    gates: Mapping[str, str]
    #: Curves to tell apart.
    series: tuple[str, ...]

    def gate(self, gate: str) -> QColor:
        """The colour of a gate, the same wherever it is named; an unknown id is painted as plain text."""
        return QColor(self.gates.get(gate, self.text))

    def run_colour(self, place: int) -> QColor:
        """The colour of a run behind the live curves."""
        return self.series_colour(run_series(place))

    def series_colour(self, index: int) -> QColor:
        """The colour of the ``index``-th curve."""
        return QColor(self.series[index % len(self.series)])


def _gates(f: str, i: str, g: str, o: str, c: str, h: str) -> Mapping[str, str]:
    return MappingProxyType({"i": i, "f": f, "g": g, "o": o, "c": c, "h": h, "r": f, "z": i, "n": g})


LIGHT = Theme(
    name="light", dark=False,
    window="#F7F7F5", surface="#FFFFFF", hairline="#DFDFDA",
    text="#1F2328", secondary="#57606A", disabled="#6A727B",
    accent="#2563C9", on_accent="#FFFFFF", selection="#DCE8FA", hover="#EEEEEA", outline="#8A8F96",
    error="#B3261E", warning="#8A5A00", success="#1E7A4C", missing="#C9177A",
    gates=_gates(f="#B8374C", i="#1E7A4C", g="#946200", o="#1F6FA8", c="#6B46A8", h="#3B3F46"),
    series=("#2563C9", "#B4530A", "#0F7B6C", "#A0337F", "#6B46A8", "#5C6670"),
)  # fmt: skip

DARK = Theme(
    name="dark", dark=True,
    window="#15171C", surface="#1D2027", hairline="#2E333D",
    text="#E6E8EC", secondary="#A3ABB8", disabled="#8A92A0",
    accent="#7AB0FF", on_accent="#0E1726", selection="#27395A", hover="#272B34", outline="#6C7482",
    error="#FF8A80", warning="#F2BE5C", success="#6FD39B", missing="#FF4FB0",
    gates=_gates(f="#FF8A9A", i="#6FD39B", g="#F2BE5C", o="#7CC4F5", c="#BFA2F5", h="#C9CED6"),
    series=("#7AB0FF", "#FFA35C", "#5FD0BC", "#F08BD0", "#BFA2F5", "#A9B3C0"),
)  # fmt: skip


def run_series(place: int) -> int:
    """Which of the series a run behind the live curves has: any but those of training and validation."""
    return 2 + place % (len(LIGHT.series) - 2)


def gate_name(gate: str) -> str:
    """The word for a gate id: ``f`` is "forget". An id without a word is its own name."""
    names = {
        "i": tr("input"), "f": tr("forget"), "g": tr("candidate"), "o": tr("output"), "c": tr("cell"),
        "h": tr("hidden"), "r": tr("reset"), "z": tr("update"), "n": tr("candidate"),
    }  # fmt: skip
    return names.get(gate, gate)


def current(scheme: Qt.ColorScheme | None = None) -> Theme:
    """The theme for a colour scheme; without one, for the system's. A system that does not say is light."""
    if scheme is None:
        scheme = QGuiApplication.styleHints().colorScheme()
    return DARK if scheme == Qt.ColorScheme.Dark else LIGHT


def body_font(system: QFont, dots_per_inch: float) -> QFont:
    """The interface font at the person's own size, but never below 13 pixels."""
    font = QFont(system)
    points = system.pointSizeF() if system.pointSizeF() > 0 else 0.0
    font.setPointSizeF(max(points, _BODY_PIXELS * 72.0 / dots_per_inch))
    return font


def font(role: Role = "body", *, bold: bool = False, tabular: bool = False) -> QFont:
    """The interface font in one of four sizes; ``tabular`` gives figures of equal width, for numbers in columns."""
    result = QFont(QGuiApplication.font())
    result.setPointSizeF(result.pointSizeF() * _PROPORTION[role])
    if bold:
        result.setWeight(QFont.Weight.DemiBold)
    return tabular_figures(result) if tabular else result


def tabular_figures(base: QFont) -> QFont:
    """``base`` with OpenType's tabular figures, which fonts without the feature ignore."""
    result = QFont(base)
    result.setFeature(QFont.Tag("tnum"), 1)
    return result


def mixed(over: str, under: str, share: float) -> QColor:
    """``share`` (0..1) of the colour ``over`` on the colour ``under``, opaque, so that contrast can be computed."""
    top, bottom = QColor(over), QColor(under)
    return QColor(
        round(top.red() * share + bottom.red() * (1 - share)),
        round(top.green() * share + bottom.green() * (1 - share)),
        round(top.blue() * share + bottom.blue() * (1 - share)),
    )


def contrast(first: QColor | str, second: QColor | str) -> float:
    """The contrast ratio of two colours, 1..21 (WCAG 2.2, "contrast ratio" and "relative luminance")."""
    lighter, darker = sorted((_luminance(QColor(first)), _luminance(QColor(second))), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: QColor) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


class ThemeSource(QObject):
    """The theme in use: the system's, as it changes, or the one a person chose."""

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choice: Choice = "system"
        self._theme = current()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._scheme_changed)

    @property
    def theme(self) -> Theme:
        """The theme to paint with now."""
        return self._theme

    @property
    def choice(self) -> Choice:
        """What was chosen: ``system``, ``light`` or ``dark``."""
        return self._choice

    def choose(self, choice: Choice) -> None:
        """Follow the system, or stay light or dark whatever the system does."""
        self._choice = choice
        self._scheme_changed(QGuiApplication.styleHints().colorScheme())

    @Slot(Qt.ColorScheme)
    def _scheme_changed(self, scheme: Qt.ColorScheme) -> None:
        theme = {"light": LIGHT, "dark": DARK}.get(self._choice) or current(scheme)
        if theme is not self._theme:
            self._theme = theme
            self.changed.emit(theme)
