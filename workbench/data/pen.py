"""Anti-aliased pen strokes on a field of 28x28 pixels, tens of thousands of drawings at a time."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

#: Side of the field in pixels.
FIELD = 28

Floats = npt.NDArray[np.float32]

# Pieces longer than this would make the window of pixels around each of them needlessly large.
_LONGEST_PIECE = 2.0
# Fainter than half a step of 8-bit grey: no ink, but the rounding of an edge that lies exactly between two pixels.
_NOTHING = np.float32(0.5 / 255)
# Elements of one window array: small enough to stay in a processor's cache.
_WINDOW_ELEMENTS = 1 << 17


@dataclass(frozen=True, eq=False)
class Segments:
    """Straight pieces of ink of many drawings, sorted by drawing, all in one unit of length."""

    owner: npt.NDArray[np.intp]  # (n,): number of the drawing
    start: Floats  # (n, 2): x right, y down
    end: Floats  # (n, 2)
    radius: Floats  # (n,): half the pen's width

    def __len__(self) -> int:
        return len(self.owner)


def drawn(segments: Segments, count: int) -> Floats:
    """Anti-aliased ink of segments in pixels: (count, 28, 28) in 0..1.

    A pixel at distance d from the middle of a stroke of half width r is covered by
    clip(1/2 + r - d, 0, 1) - clip(1/2 - r - d, 0, 1), exact for an edge along the pixels; of all segments the darkest
    counts. Only a window of pixels around each segment is looked at.
    """
    ink = np.zeros(count * FIELD * FIELD, dtype=np.float32)
    if not len(segments):
        return ink.reshape(count, FIELD, FIELD)
    pieces = _in_pieces(segments)
    reach = pieces.radius[:, None] + np.float32(1.0)
    corner = np.ceil(np.minimum(pieces.start, pieces.end) - reach)  # first pixel that can have ink
    size = (np.maximum(pieces.start, pieces.end) + reach - corner).max(axis=1)
    side = np.clip(np.ceil(size), 1, FIELD).astype(np.intp)
    by_size = np.argsort(side, kind="stable")
    sorted_side = side[by_size]
    at = 0
    while at < len(by_size):
        some = by_size[at : at + max(1, int(_WINDOW_ELEMENTS // sorted_side[at] ** 2))]
        at += len(some)
        width = int(sorted_side[at - 1])
        first = np.clip(corner[some], 0, FIELD - width).astype(np.intp)  # (some, 2)
        cover = _coverage(pieces, some, first, width)
        place = pieces.owner[some] * FIELD * FIELD + first[:, 1] * FIELD + first[:, 0]
        window = np.arange(width)[:, None] * FIELD + np.arange(width)
        np.maximum.at(ink, (place[:, None] + window.ravel()).ravel(), cover.ravel())
    ink[ink < _NOTHING] = 0
    return ink.reshape(count, FIELD, FIELD)


def _coverage(pieces: Segments, some: npt.NDArray[np.intp], first: npt.NDArray[np.intp], width: int) -> Floats:
    """How much of each pixel of a window (some, width, width) at ``first`` each piece covers."""
    middles = np.arange(width, dtype=np.float32) + np.float32(0.5)
    start = pieces.start[some]
    along = pieces.end[some] - start
    square = np.maximum((along * along).sum(axis=1, keepdims=True), np.float32(1e-12))
    offset = first.astype(np.float32) - start
    across = (middles + offset[:, :1])[:, None, :]  # (some, 1, width): x of each pixel from the piece's start
    down = (middles + offset[:, 1:])[:, :, None]  # (some, width, 1)
    share = along / square
    nearest = across * share[:, :1, None] + down * share[:, 1:, None]  # 0 at the start, 1 at the end
    np.clip(nearest, 0, 1, out=nearest)
    aside = across - nearest * along[:, :1, None]
    np.multiply(nearest, along[:, 1:, None], out=nearest)
    np.subtract(down, nearest, out=nearest)
    aside *= aside
    nearest *= nearest
    aside += nearest
    distance = np.sqrt(aside, out=aside)
    radius = pieces.radius[some][:, None, None]
    cover: Floats = np.clip(np.float32(0.5) + radius - distance, 0, 1)
    if radius.min() < 0.5:  # a stroke thinner than a pixel does not fill one
        cover -= np.clip(np.float32(0.5) - radius - distance, 0, 1)
    return cover


def _in_pieces(segments: Segments) -> Segments:
    """The same ink in pieces of at most ``_LONGEST_PIECE`` pixels."""
    along = segments.end - segments.start
    length = np.sqrt((along * along).sum(axis=1))
    count = np.maximum(np.ceil(length / _LONGEST_PIECE), 1).astype(np.intp)
    if count.max(initial=1) == 1:
        return segments
    which = np.repeat(np.arange(len(segments)), count)
    number = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    step = (along / count[:, None].astype(np.float32))[which]
    start = segments.start[which] + step * number[:, None].astype(np.float32)
    return Segments(segments.owner[which], start, start + step, segments.radius[which])
