"""Pen traces in UNIPEN's text format: digits as they were written, by whom, and as they look on the pad."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path

import numpy as np

from workbench.data.drawing import THICKNESS, Drawing, Stroke
from workbench.errors import BadInput
from workbench.files import content_of

#: The part of the pad that a drawn digit's longer side takes.
SHARE = 0.7

#: All the pen digits there are to be had take a twentieth of it.
LARGEST_FILE = 256 * 2**20

#: A tablet counts in thousandths of an inch or finer; no tablet is so wide.
FARTHEST = 1e9

#: Of the writers, the first part to learn from and the next to watch while training; the others are for the test.
LEARNT, WATCHED = 0.65, 0.1


@dataclass(frozen=True)
class PenDigit:
    """One digit: strokes of places (x right, y down, in the tablet's units), and its writer, 0 where none is named."""

    strokes: tuple[tuple[tuple[float, float], ...], ...]
    label: int
    writer: int = 0

    def drawing(self, thickness: float = THICKNESS) -> Drawing:
        """The digit as its writer would have drawn it on the pad, in the pad's middle."""
        places = np.array([place for stroke in self.strokes for place in stroke])
        low, high = places.min(axis=0), places.max(axis=0)
        scale = SHARE / max(float((high - low).max()), 1.0)
        move = 0.5 - (low + high) / 2 * scale
        return Drawing(
            tuple(
                Stroke.through((x * scale + move[0], y * scale + move[1]) for x, y in stroke) for stroke in self.strokes
            ),
            thickness,
        )


def pen_digits(path: Path, limit: int | None = None) -> list[PenDigit]:
    """The first ``limit`` digits of the file. A tablet's y grows upwards, ours downwards.

    Raises BadInput when the file cannot be read or holds no labelled traces.
    """
    try:
        content = content_of(path, LARGEST_FILE, f"is larger than {LARGEST_FILE // 2**20} MB")
        digits = list(islice(_digits(content.decode("latin-1")), limit))
    except (OSError, RuntimeError) as error:
        raise BadInput(str(path), f"cannot be read: {getattr(error, 'strerror', None) or error}") from error
    except ValueError as error:
        raise BadInput(str(path), f"is not UNIPEN text with digits as labels ({error})") from error
    if not digits:
        raise BadInput(str(path), "holds no pen traces (.SEGMENT, .PEN_DOWN, x y, .PEN_UP)")
    return digits


def by_writer(digits: Sequence[PenDigit]) -> tuple[list[PenDigit], list[PenDigit], list[PenDigit]]:
    """Digits to learn from, to watch and to test with, nobody's hand in two of them.

    Where the file names its writers they are dealt out in the order of their numbers. Where it does not, digits that
    follow each other are taken to be by one hand, so the file is cut into three stretches, and around each cut a
    hundredth of it is left out.
    """
    writers = sorted({digit.writer for digit in digits})
    cuts = (0.0, LEARNT, LEARNT + WATCHED, 1.0)
    if len(writers) >= 3 and 0 not in writers:
        rank = {writer: number / len(writers) for number, writer in enumerate(writers)}
        places, gap = [rank[digit.writer] for digit in digits], 0.0
    else:
        places, gap = [number / len(digits) for number in range(len(digits))], 0.005
    learnt, watched, tested = (
        [
            digit
            for digit, place in zip(digits, places, strict=True)
            if low + gap * (low > 0) <= place < high - gap * (high < 1)
        ]
        for low, high in pairwise(cuts)
    )
    return learnt, watched, tested


def _digits(text: str) -> Iterator[PenDigit]:
    strokes: list[list[tuple[float, float]]] = []
    label, writer = -1, 0
    pen_down = False

    def written() -> PenDigit:
        return PenDigit(tuple(tuple(stroke) for stroke in strokes if stroke), label, writer)

    for line in text.splitlines():
        words = line.split()
        if not words:
            continue
        if words[0] == ".SEGMENT":
            if any(strokes):
                yield written()
            strokes, label, writer, pen_down = [], int(words[-1].strip('"')), 0, False
            if not 0 <= label <= 9:
                raise ValueError(f"{label} is no digit")
        elif words[0] == ".COMMENT":
            # UNIPEN leaves comments free. Alimoglu and Alpaydin (1996), whose digits these may be, write into them
            # the digit, the number of its writer, and which of the writer's digits it is.
            if len(words) == 4 and words[1] == str(label) and words[2].isdigit() and words[3].isdigit():
                writer = int(words[2])
        elif words[0] == ".PEN_DOWN":
            strokes.append([])
            pen_down = True
        elif words[0] == ".PEN_UP":
            pen_down = False
        elif pen_down and not words[0].startswith("."):
            x, y = (float(word) for word in words[:2])
            if not (abs(x) <= FARTHEST and abs(y) <= FARTHEST):  # nor NaN
                raise ValueError("a place is no number of a tablet")
            strokes[-1].append((x, -y))
    if any(strokes):
        yield written()
