"""Colour maps for heatmaps: viridis for a share, and a diverging map whose middle is zero."""

from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor

from workbench.ui.theme import Theme

Colours = Literal["sequential", "diverging"]

#: Index 255 of a colour table is a value that is not a number; 0..254 is the range.
MISSING = 255
_LAST = 254

# Nine points of viridis (van der Walt and Smith, 2015), equally spaced; its lightness rises all the way.
_VIRIDIS = ("#440154", "#472D7B", "#3B528B", "#2C728E", "#21918C", "#28AE80", "#5EC962", "#ADDC30", "#FDE725")
# Blue is negative and orange positive: the pair most eyes can tell apart. The middle is the paper it is printed on.
_DIVERGING_LIGHT = ("#0B3C7D", "#2F73B8", "#8DB8DE", "#F4F4F1", "#EFB27C", "#C96A1B", "#7A3400")
_DIVERGING_DARK = ("#B9DCFF", "#6FB0F0", "#2E6299", "#20242C", "#96551A", "#EE9A4D", "#FFDCB5")


@lru_cache(maxsize=8)
def colour_table(colours: Colours, theme: Theme) -> tuple[int, ...]:
    """256 colours as Qt's indexed images want them (0xAARRGGBB)."""
    stops = _VIRIDIS if colours == "sequential" else (_DIVERGING_DARK if theme.dark else _DIVERGING_LIGHT)
    colour_stops = [QColor(stop) for stop in stops]
    points = np.array([(c.red(), c.green(), c.blue()) for c in colour_stops], dtype=np.float64)  # (stops, 3)
    at = np.linspace(0.0, 1.0, len(stops))
    where = np.linspace(0.0, 1.0, _LAST + 1)
    channels = np.stack([np.interp(where, at, points[:, k]) for k in range(3)], axis=1)  # (255, 3)
    red, green, blue = np.rint(channels).astype(np.uint32).T
    table = (np.uint32(0xFF000000) | red << 16 | green << 8 | blue).tolist()
    return (*table, QColor(theme.missing).rgba())


def quantise(values: npt.NDArray[np.float32], low: float, high: float) -> npt.NDArray[np.uint8]:
    """Indices into a colour table, for colour only: beyond the range takes the end's colour, NaN is ``MISSING``."""
    missing = np.isnan(values)
    scaled = (values - np.float32(low)) * np.float32(_LAST / (high - low))
    np.clip(scaled, 0.0, _LAST, out=scaled)
    if not missing.any():
        return (scaled + np.float32(0.5)).astype(np.uint8)
    scaled[missing] = 0.0
    indices = (scaled + np.float32(0.5)).astype(np.uint8)
    indices[missing] = MISSING
    return indices
