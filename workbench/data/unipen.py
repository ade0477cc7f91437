"""Pen traces in UNIPEN's text format, drawn on the pad as their writers would have."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from workbench.data.drawing import THICKNESS, Drawing, Stroke
from workbench.errors import BadInput

#: The part of the pad that a drawn digit's longer side takes.
SHARE = 0.7


def pen_drawings(path: Path, limit: int | None = None, thickness: float = THICKNESS) -> list[tuple[Drawing, int]]:
    """The first ``limit`` digits of the file and their labels. A tablet's y grows upwards, the pad's downwards.

    Raises BadInput when the file cannot be read or holds no labelled traces.
    """
    try:
        traces = list(islice(_traces(path.read_text(encoding="latin-1")), limit))
    except OSError as error:
        raise BadInput(str(path), f"cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise BadInput(str(path), f"is not UNIPEN text with digits as labels ({error})") from error
    if not traces:
        raise BadInput(str(path), "holds no pen traces (.SEGMENT, .PEN_DOWN, x y, .PEN_UP)")
    return [(_on_the_pad(strokes, thickness), label) for strokes, label in traces]


def _traces(text: str) -> Iterator[tuple[list[list[tuple[float, float]]], int]]:
    strokes: list[list[tuple[float, float]]] = []
    label = -1
    pen_down = False
    for line in text.splitlines():
        words = line.split()
        if not words:
            continue
        if words[0] == ".SEGMENT":
            if strokes:
                yield strokes, label
            strokes, label, pen_down = [], int(words[-1].strip('"')), False
        elif words[0] == ".PEN_DOWN":
            strokes.append([])
            pen_down = True
        elif words[0] == ".PEN_UP":
            pen_down = False
        elif pen_down and not words[0].startswith("."):
            strokes[-1].append((float(words[0]), -float(words[1])))
    if strokes:
        yield strokes, label


def _on_the_pad(strokes: list[list[tuple[float, float]]], thickness: float) -> Drawing:
    places = np.array([place for stroke in strokes for place in stroke])
    low, high = places.min(axis=0), places.max(axis=0)
    scale = SHARE / max(float((high - low).max()), 1.0)
    move = 0.5 - (low + high) / 2 * scale
    return Drawing(
        tuple(Stroke.through((x * scale + move[0], y * scale + move[1]) for x, y in stroke) for stroke in strokes),
        thickness,
    )
