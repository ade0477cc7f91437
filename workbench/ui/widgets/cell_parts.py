"""What a drawn cell is made of: pipes, valves, boxes and joints, and how wide and bright a pipe is.

A pipe is as wide and as bright as the absolute value that flows in it, and dashed where the value is below 0. A valve
is a disc with a slot that is open as far as its gate: shut at 0, all of it at 1.
"""

from dataclasses import dataclass
from typing import Literal

Point = tuple[float, float]

#: Width of a pipe in which nothing flows, and of one in which as much flows as its reach, in the drawing's pixels.
THINNEST, WIDEST = 1.0, 9.0

#: Share of its colour that a pipe has in which nothing flows.
FAINTEST = 0.25

#: Radius of a valve, and the height of its slot when it is wide open.
VALVE_RADIUS, SLOT = 13.0, 18.0

#: Shares of a pre-activation are drawn up to here: a logistic function that is given more is 0 or 1 as far as one sees.
SHARE_REACH = 5.0

#: As how much a full pipe counts: a share of a pre-activation, what lies between -1 and 1, or the unit's largest state.
Reach = Literal["share", "one", "state"]


def fullness(value: float, reach: float) -> float:
    """How full a pipe is, 0..1: |value| / reach, and no more than full."""
    return min(1.0, abs(value) / reach)


def pipe_width(value: float, reach: float) -> float:
    """``THINNEST`` when nothing flows, ``WIDEST`` when full, in proportion between."""
    return THINNEST + (WIDEST - THINNEST) * fullness(value, reach)


def pipe_strength(value: float, reach: float) -> float:
    """``FAINTEST`` when nothing flows, 1 when full, in proportion between."""
    return FAINTEST + (1.0 - FAINTEST) * fullness(value, reach)


def slot_height(opening: float) -> float:
    """Height of a valve's slot for an opening 0..1."""
    return SLOT * min(1.0, max(0.0, opening))


@dataclass(frozen=True)
class Pipe:
    """A line from point to point in which ``flow`` flows, by its name in ``CellEquations.flows``.

    ``gate``: whose colour it has; empty for what is read. ``stage``: in which of the cell's stages it fills. ``over``:
    it crosses others, which are cut where it does. ``dot``: it begins at a tap in another pipe.
    """

    flow: str
    gate: str
    points: tuple[Point, ...]
    stage: int
    reach: Reach = "one"
    arrow: bool = False
    over: bool = False
    dot: bool = False


@dataclass(frozen=True)
class Valve:
    """Opens as far as ``flow``, in the colour of ``gate``; what it lets through passes across, or upwards."""

    flow: str
    gate: str
    centre: Point
    stage: int
    across: bool = True


@dataclass(frozen=True)
class Box:
    """A function or a matrix: filled with its gate's colour, or only outlined."""

    text: str
    gate: str
    centre: Point
    stage: int
    filled: bool = True
    size: Point = (40.0, 26.0)


@dataclass(frozen=True)
class Joint:
    """Where two pipes add up."""

    gate: str
    centre: Point
    stage: int


@dataclass(frozen=True)
class Label:
    """A symbol and the value of ``flow`` beside it, the value ``below`` the symbol or after it.

    ``align``: which of its edges stands at ``at``, or its middle. Without a symbol the value stands alone, small.
    """

    symbol: str
    flow: str
    gate: str
    at: Point
    stage: int
    align: Literal["left", "middle", "right"] = "left"
    below: bool = False


@dataclass(frozen=True)
class Plan:
    """A whole drawing, in its own pixels. ``body``: left, top, width and height of the cell's own outline."""

    size: Point
    body: tuple[float, float, float, float]
    pipes: tuple[Pipe, ...]
    valves: tuple[Valve, ...]
    boxes: tuple[Box, ...]
    joints: tuple[Joint, ...]
    labels: tuple[Label, ...]
