"""A drawing as pen strokes: the value that the pad, the generator and a drawing's file share."""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from workbench.errors import BadInput
from workbench.files import content_of, write_text

#: Pen diameter as a fraction of the pad's side, when nothing else is chosen.
THICKNESS = 0.08
THINNEST, THICKEST = 0.005, 0.5

MOST_STROKES = 2_000
MOST_POINTS = 100_000
MOST_BYTES = 16 * 2**20
#: Ink may leave the pad, but not by more than one pad's side.
NEAREST, FARTHEST = -1.0, 2.0
WIDEST = 8.0

#: x to the right and y down in pad units (the pad is the unit square), and the pen's width there: 1 is the thickness.
Point = tuple[float, float, float]


@dataclass(frozen=True)
class Stroke:
    """What the pen drew between touching down and lifting; one point is a dot."""

    points: tuple[Point, ...]

    @staticmethod
    def through(places: Iterable[tuple[float, float]]) -> "Stroke":
        """A stroke of even width through places (x, y)."""
        return Stroke(tuple((float(x), float(y), 1.0) for x, y in places))

    def with_point(self, x: float, y: float, width: float = 1.0) -> "Stroke":
        return Stroke((*self.points, (float(x), float(y), float(width))))


@dataclass(frozen=True)
class Drawing:
    """Strokes in the order they were drawn. ``thickness`` is the pen's diameter as a fraction of the pad's side."""

    strokes: tuple[Stroke, ...] = ()
    thickness: float = THICKNESS

    @property
    def is_empty(self) -> bool:
        return not any(stroke.points for stroke in self.strokes)

    def with_stroke(self, stroke: Stroke) -> "Drawing":
        return replace(self, strokes=(*self.strokes, stroke))


def drawing_to_json(drawing: Drawing) -> dict[str, Any]:
    """The drawing as a JSON object; ``drawing_from_json`` gives back an equal drawing."""
    return {
        "kind": "drawing",
        "version": 1,
        "thickness": drawing.thickness,
        "strokes": [[list(point) for point in stroke.points] for stroke in drawing.strokes],
    }


def drawing_from_json(document: object, where: str = "drawing") -> Drawing:
    """A drawing from a JSON object as ``drawing_to_json`` makes it, or from a plain list of strokes.

    A stroke is a list of points, a point ``[x, y]`` or ``[x, y, width]``. Raises BadInput, naming ``where``.
    """
    thickness = THICKNESS
    strokes = document
    if isinstance(document, dict):
        kind, version = document.get("kind", "drawing"), document.get("version", 1)
        if kind != "drawing":
            raise BadInput(where, "expected a drawing", key="kind", value=kind)
        if version != 1 or isinstance(version, bool):
            raise BadInput(where, "expected version 1", key="version", value=version)
        thickness = _number(document.get("thickness", THICKNESS), THINNEST, THICKEST, where, "thickness")
        if "strokes" not in document:
            raise BadInput(where, "expected a list of strokes", key="strokes", value=sorted(map(str, document)))
        strokes = document["strokes"]
    if not isinstance(strokes, list):
        raise BadInput(where, "expected a list of strokes", key="strokes", value=strokes)
    if len(strokes) > MOST_STROKES:
        raise BadInput(where, f"expected at most {MOST_STROKES} strokes", key="strokes", value=len(strokes))
    for number, stroke in enumerate(strokes):
        if not isinstance(stroke, list):
            raise BadInput(where, "expected a list of points", key=f"strokes[{number}]", value=stroke)
    points = sum(map(len, strokes))
    if points > MOST_POINTS:
        raise BadInput(where, f"expected at most {MOST_POINTS} points", key="strokes", value=points)
    return Drawing(
        tuple(
            Stroke(tuple(_point(point, where, f"strokes[{i}][{j}]") for j, point in enumerate(stroke)))
            for i, stroke in enumerate(strokes)
        ),
        thickness,
    )


def load_drawing(path: Path | str) -> Drawing:
    """Read a drawing's JSON file. Raises BadInput."""
    path = Path(path)
    try:
        content = content_of(path, MOST_BYTES, f"expected a drawing of at most {MOST_BYTES} bytes")
        document = json.loads(content.decode())
    except OSError as error:
        raise BadInput(str(path), f"expected a drawing that can be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise BadInput(str(path), f"expected a drawing in JSON ({error})") from error
    return drawing_from_json(document, str(path))


def save_drawing(drawing: Drawing, path: Path | str) -> None:
    """Write a drawing's JSON file; a crash on the way leaves what was there before. Raises BadInput."""
    path = Path(path)
    try:
        write_text(path, json.dumps(drawing_to_json(drawing), separators=(",", ":")))
    except OSError as error:
        raise BadInput(str(path), f"expected a place where a drawing can be saved ({error.strerror})") from error


def _point(value: object, where: str, key: str) -> Point:
    if not isinstance(value, list) or len(value) not in (2, 3):
        raise BadInput(where, "expected [x, y] or [x, y, width]", key=key, value=value)
    x = _number(value[0], NEAREST, FARTHEST, where, f"{key}[0]")
    y = _number(value[1], NEAREST, FARTHEST, where, f"{key}[1]")
    return (x, y, _number(value[2], 0.0, WIDEST, where, f"{key}[2]") if len(value) == 3 else 1.0)


def _number(value: object, least: float, most: float, where: str, key: str) -> float:
    # Comparing before converting: an integer of a thousand digits would not become a float. NaN fails both.
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise BadInput(where, f"expected a number from {least:g} to {most:g}", key=key, value=value)
    number = float(value)
    assert math.isfinite(number)
    return number
