"""Strokes to the 28x28 picture a network sees, made as MNIST's pictures were.

MNIST's makers fitted the black ink of each digit into a box of 20x20 pixels keeping its aspect, let anti-aliasing make
grey levels, and moved the centre of mass of the grey levels to the centre of a field of 28x28 (Y. LeCun, C. Cortes and
C. J. C. Burges, The MNIST database of handwritten digits). The files themselves tell the rest: the longer side is
exactly 20 pixels in 59,987 of the 60,000 training digits, and their centres of mass lie evenly between 13.5 and 14.5 in
pixel numbers. So the ink was moved by whole pixels, and that is done here.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from workbench.data.drawing import (
    Drawing,
    Stroke,
    drawing_from_json,
    drawing_to_json,
    load_drawing,
    save_drawing,
)
from workbench.data.pen import FIELD, Floats, Segments, drawn

__all__ = [
    "BOX",
    "FIELD",
    "Drawing",
    "Segments",
    "Stroke",
    "centred",
    "drawing_from_json",
    "drawing_to_json",
    "fit_ink",
    "ink_of_segments",
    "load_drawing",
    "picture",
    "pictures",
    "save_drawing",
]

# Ink fainter than this does not count where a loaded picture's digit begins and ends.
_FAINT = 0.1

#: Side in pixels of the box inside the field that the ink is fitted into.
BOX = 20


def picture(drawing: Drawing, fit: bool = True) -> Floats:
    """What a network sees of a drawing: (28, 28), ink 1 on 0.

    ``fit=False`` scales the whole pad down instead, to show what the fitting is for.
    """
    seen: Floats = pictures((drawing,), fit)[0]
    return seen


def pictures(drawings: Sequence[Drawing], fit: bool = True) -> Floats:
    """``picture`` of each drawing: (drawings, 28, 28)."""
    segments = _segments_of(drawings)
    if fit:
        return ink_of_segments(segments, len(drawings))
    pad = Segments(segments.owner, segments.start * FIELD, segments.end * FIELD, segments.radius * FIELD)
    return drawn(pad, len(drawings))


def ink_of_segments(segments: Segments, count: int) -> Floats:
    """Ink of ``count`` drawings, each fitted into the box and centred by mass: (count, 28, 28)."""
    return centred(drawn(_fitted(segments), count))


def centred(fields: Floats) -> Floats:
    """Each field (n, 28, 28) moved by whole pixels, its centre of mass to the centre; never off the field."""
    count = len(fields)
    order = np.arange(FIELD, dtype=np.float32)
    columns, rows = fields.sum(axis=1), fields.sum(axis=2)  # (n, 28): ink in each column, in each row
    mass = np.maximum(columns.sum(axis=1), np.float32(1e-6))
    moved = fields
    for axis, profile in ((1, rows), (2, columns)):
        middle = profile @ order / mass
        # The last term keeps ink that lies evenly about the middle where it is, however its sum was rounded.
        shift = np.ceil(FIELD / 2 - 0.5 - middle - 1e-3).astype(np.intp)
        inked = profile > 0
        first = np.where(inked.any(axis=1), inked.argmax(axis=1), 0)
        last = np.where(inked.any(axis=1), FIELD - 1 - inked[:, ::-1].argmax(axis=1), FIELD - 1)
        shift = np.clip(shift, -first, FIELD - 1 - last)
        source = (np.arange(FIELD) - shift[:, None]) % FIELD  # what wraps around holds no ink
        drawing = np.arange(count)[:, None]
        moved = moved[drawing, source] if axis == 1 else moved.swapaxes(1, 2)[drawing, source].swapaxes(1, 2)
    return np.ascontiguousarray(moved)


def fit_ink(image: Floats) -> Floats:
    """The same treatment for a picture that is pixels already: ink (height, width) in 0..1 to (28, 28).

    Grey levels become the mean over the area that each new pixel covers. A picture made this way before comes back as
    it is. One without ink comes back empty.
    """
    if image.ndim != 2:
        raise ValueError(f"ink has two dimensions, not {image.ndim}")
    ink = np.clip(np.nan_to_num(image), 0, 1).astype(np.float32)
    field = np.zeros((FIELD, FIELD), dtype=np.float32)
    top, bottom, left, right = _bounds(ink > 0)
    if max(bottom - top, right - left) != BOX:
        # Not fitted before: its faintest greys may be the paper's.
        top, bottom, left, right = _bounds(ink > _FAINT)
    height, width = bottom - top, right - left
    side = max(height, width)
    if side == 0:
        return field
    square = np.zeros((side, side), dtype=np.float32)
    down, across = (side - height) // 2, (side - width) // 2
    square[down : down + height, across : across + width] = ink[top:bottom, left:right]
    means = _area_means(side)
    margin = (FIELD - BOX) // 2
    field[margin : margin + BOX, margin : margin + BOX] = means @ square @ means.T
    seen: Floats = centred(field[None])[0]
    return seen


def _bounds(inked: npt.NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """First and one past the last row, then column, that holds ink; zeros when none does."""
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    if not len(rows):
        return 0, 0, 0, 0
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def _area_means(side: int) -> Floats:
    """Matrix (20, side) that shrinks or stretches a line of pixels to the box: each row averages what it covers."""
    edges = np.arange(BOX + 1) * (side / BOX)
    old = np.arange(side)
    overlap = np.minimum(edges[1:, None], old + 1) - np.maximum(edges[:-1, None], old)
    means: Floats = (np.maximum(overlap, 0) * (BOX / side)).astype(np.float32)
    return means


def _segments_of(drawings: Iterable[Drawing]) -> Segments:
    """Every drawing's strokes, cut into segments."""
    points, owner, last = [], [], []
    for number, drawing in enumerate(drawings):
        for stroke in drawing.strokes:
            if not stroke.points:
                continue
            array = np.array(stroke.points, dtype=np.float32).reshape(-1, 3)
            if len(array) == 1:
                array = np.repeat(array, 2, axis=0)  # a dot is a segment of no length
            array[:, 2] *= drawing.thickness / 2
            points.append(array)
            owner.append(np.full(len(array), number, dtype=np.intp))
            last.append(np.arange(len(array)) == len(array) - 1)
    if not points:
        nothing = np.zeros((0, 2), dtype=np.float32)
        return Segments(np.zeros(0, dtype=np.intp), nothing, nothing, nothing[:, 0])
    ink, owners = np.concatenate(points), np.concatenate(owner)
    begins = np.flatnonzero(~np.concatenate(last))
    radius = (ink[begins, 2] + ink[begins + 1, 2]) / 2
    return Segments(owners[begins], ink[begins, :2], ink[begins + 1, :2], radius)


def _fitted(segments: Segments) -> Segments:
    """Each drawing scaled and moved so that its ink, pen width included, just fills the box in the field's middle."""
    if not len(segments):
        return segments
    firsts = np.flatnonzero(np.diff(segments.owner, prepend=-1))
    runs = np.diff(firsts, append=len(segments))
    pen = segments.radius[:, None]
    low = np.minimum.reduceat(np.minimum(segments.start, segments.end) - pen, firsts)  # (drawings with ink, 2)
    high = np.maximum.reduceat(np.maximum(segments.start, segments.end) + pen, firsts)
    scale = BOX / np.maximum((high - low).max(axis=1), np.float32(1e-6))
    move = FIELD / 2 - (low + high) / 2 * scale[:, None]
    scale, move = np.repeat(scale, runs), np.repeat(move, runs, axis=0)
    return Segments(
        segments.owner,
        segments.start * scale[:, None] + move,
        segments.end * scale[:, None] + move,
        segments.radius * scale,
    )
