"""Real handwriting for tests: pen traces drawn on the pad as their writers would have, and where MNIST lies."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from workbench.data.drawing import THICKNESS, Drawing, Stroke

#: Tests skip where these are absent.
PEN_TRACES = Path(__file__).parents[2] / "shared" / "data" / "pen" / "pendigits-orig.tra"
MNIST_RAW = Path(__file__).parents[2] / "shared" / "data" / "MNIST" / "raw"

#: The part of the pad that a drawn digit's longer side takes.
SHARE = 0.7


def pen_drawings(path: Path, limit: int | None = None, thickness: float = THICKNESS) -> list[tuple[Drawing, int]]:
    """The first ``limit`` digits of a UNIPEN file and their labels. A tablet's y grows upwards, the pad's downwards."""
    traces = islice(_traces(path), limit)
    return [(_on_the_pad(strokes, thickness), label) for strokes, label in traces]


def mnist(part: str, limit: int | None = None) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """MNIST's images (n, 28, 28) and labels (n,); ``part`` is ``train`` or ``t10k``."""
    images = np.frombuffer((MNIST_RAW / f"{part}-images-idx3-ubyte").read_bytes()[16:], dtype=np.uint8)
    labels = np.frombuffer((MNIST_RAW / f"{part}-labels-idx1-ubyte").read_bytes()[8:], dtype=np.uint8)
    return images.reshape(-1, 28, 28)[:limit], labels[:limit]


def _traces(path: Path) -> Iterator[tuple[list[list[tuple[float, float]]], int]]:
    strokes: list[list[tuple[float, float]]] = []
    label = -1
    pen_down = False
    for line in path.read_text(encoding="latin-1").splitlines():
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
