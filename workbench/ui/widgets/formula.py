"""Formulas as text for the screen: symbols in a serif italic, everything in the colour of its gate."""

import html
import re

from PySide6.QtGui import QFont

from workbench.insight.arithmetic import Token, Tokens
from workbench.ui.theme import Theme

SERIFS = ["STIX Two Text", "Cambria", "Libertinus Serif", "DejaVu Serif", "Times New Roman", "serif"]
_FAMILY = ", ".join(f"'{name}'" for name in SERIFS)

#: A symbol with what stands below it: W_f.
_INDEXED = re.compile(r"(\w)_(\w)")


def symbol_font(pixels: int, *, italic: bool = True) -> QFont:
    """A serif for symbols, so many pixels high."""
    font = QFont()
    font.setFamilies(SERIFS)
    font.setStyleHint(QFont.StyleHint.Serif)
    font.setPixelSize(pixels)
    font.setItalic(italic)
    return font


def symbols(tokens: Tokens, theme: Theme) -> str:
    """A formula of symbols as rich text."""
    return f'<span style="font-family: {_FAMILY};">{"".join(_symbol(*token, theme) for token in tokens)}</span>'


def numbers(tokens: Tokens, theme: Theme) -> str:
    """A formula of numbers as rich text; figures are those of the interface."""
    return "".join(_coloured(_escaped(text), gate, theme) for text, gate in tokens)


def symbol(gate: str, theme: Theme) -> str:
    """A quantity's letter as rich text; ``a`` is a pre-activation, and has the colour of text."""
    return symbols((Token(gate, gate),), theme)


def _symbol(text: str, gate: str, theme: Theme) -> str:
    indexed = _INDEXED.sub(r"\1<sub>\2</sub>", _escaped(text))
    return _coloured(f"<i>{indexed}</i>" if gate else indexed, gate, theme)


def _escaped(text: str) -> str:
    """Fit for rich text; a formula is not broken into lines."""
    return html.escape(text).replace(" ", "\N{NO-BREAK SPACE}")


def _coloured(text: str, gate: str, theme: Theme) -> str:
    colour = theme.gate(gate).name() if gate else theme.secondary
    return f'<span style="color: {colour};">{text}</span>'
