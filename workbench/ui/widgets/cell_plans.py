"""Where everything stands in the drawn LSTM, GRU and plain cell."""

from typing import Literal

from workbench.insight.equations import CellEquations
from workbench.ui.widgets.cell_parts import VALVE_RADIUS, Box, Joint, Label, Pipe, Plan, Point, Reach, Valve

_WIDTH, _EDGE = 412.0, 48.0
_R = VALVE_RADIUS
_JOINT = 9.0

#: Where the rails begin, right of their names.
_RAIL = 30.0

#: Heights, from above: the state's conveyor, the valves on the way to it, the gates, and the rails of h' and x.
_CONVEYOR, _SECOND, _GATES, _PAST, _READ = 46.0, 114.0, 178.0, 234.0, 254.0
_TOP, _BOTTOM = _GATES - 13.0, _GATES + 13.0

#: How far beside the middle of its gate bias and x come in, and how long the pipe of a bias is.
_BESIDE, _STUB = 13.0, 17.0


def plan_of(cell: CellEquations) -> Plan:
    """The drawing of this kind of cell."""
    if cell.cell == "lstm":
        return _lstm(cell)
    return _gru(cell) if cell.cell == "gru" else _plain(cell)


def _lstm(cell: CellEquations) -> Plan:
    """The conveyor of c across the top: f is a valve on it, i g joins it, and o lets tanh(c) out to h."""
    f, i, g, o, tap = 84.0, 147.0, 210.0, 302.0, 260.0
    peepholes = "p f" in cell.flows
    bounded: Reach = "one" if "tanh(c)" in str(cell.stages[-1].equations[-1]) else "state"
    pipes = [
        *_rails(o),
        *_feeds(cell, "f", f, 0), *_feeds(cell, "i", i, 1), *_feeds(cell, "g", g, 1), *_feeds(cell, "o", o, 3),
        Pipe("f", "f", ((f, _TOP), (f, _CONVEYOR + _R)), 0),
        Pipe("i", "i", ((i, _TOP), (i, _SECOND), (g - _R, _SECOND)), 1),
        Pipe("g", "g", ((g, _TOP), (g, _SECOND + _R)), 1),
        Pipe("i g", "g", ((g, _SECOND - _R), (g, _CONVEYOR + _JOINT)), 2, "state"),
        Pipe("c'", "c", ((2, _CONVEYOR), (f - _R, _CONVEYOR)), 0, "state"),
        Pipe("f c'", "c", ((f + _R, _CONVEYOR), (g - _JOINT, _CONVEYOR)), 2, "state"),
        Pipe("c", "c", ((g + _JOINT, _CONVEYOR), (_WIDTH - 2, _CONVEYOR)), 2, "state", arrow=True),
        Pipe("o", "o", ((o, _TOP), (o, _SECOND + _R)), 3),
        Pipe("c", "c", ((tap, _CONVEYOR), (tap, 70)), 3, "state", dot=True),
        Pipe("tanh c", "c", ((tap, 92), (tap, _SECOND), (o - _R, _SECOND)), 3, bounded),
        Pipe("h", "h", ((o + _R, _SECOND), (_WIDTH - 2, _SECOND)), 3, bounded, arrow=True),
    ]  # fmt: skip
    if peepholes:
        left, right = 56.0, 346.0
        pipes += [
            Pipe("p f", "f", ((left, _CONVEYOR), (left, _GATES), (f - 20, _GATES)), 0, "share", dot=True),
            Pipe("p i", "i", ((left, 142), (i - 7, 142), (i - 7, _TOP)), 1, "share", dot=True, over=True),
            Pipe("p o", "o", ((right, _CONVEYOR), (right, _GATES), (o + 20, _GATES)), 3, "share", dot=True, over=True),
        ]
    boxes = [_gate("f", f, 0), _gate("i", i, 1), _gate("g", g, 1, "tanh"), _gate("o", o, 3)]
    if bounded == "one":
        boxes.append(Box("tanh", "c", (tap, 81), 3, filled=False, size=(36, 22)))
    else:
        boxes.append(Box("1", "c", (tap, 81), 3, filled=False, size=(22, 22)))
    return Plan(
        (_WIDTH, 268), (_EDGE, 12, _WIDTH - 2 * _EDGE, 252), tuple(pipes),
        (
            Valve("f", "f", (f, _CONVEYOR), 0),
            Valve("i", "i", (g, _SECOND), 1, across=False),
            Valve("o", "o", (o, _SECOND), 3),
        ),
        tuple(boxes), (Joint("c", (g, _CONVEYOR), 2),),
        (
            *_ends("c", _CONVEYOR, 0, 2), _end("h", _SECOND, 3),
            _over("f", f, 0, rise=26.0 if peepholes else 0.0), _over("i", i, 1), _over("g", g, 1), _over("o", o, 3),
            Label("f · c′", "f c'", "c", ((f + g) / 2 + 2, 28), 2, "middle"),
            Label("i · g", "i g", "g", (g - 8, 80), 2, "right"),
            Label("", "tanh c", "c", (tap - 7, 100), 3, "right"),
            *_shares(cell, "f", f, 0), *_shares(cell, "i", i, 1), *_shares(cell, "g", g, 1),
            *_shares(cell, "o", o, 3), *_names(),
        ),
    )  # fmt: skip


def _gru(cell: CellEquations) -> Plan:
    """The conveyor of h across the top: z is the switch between old and new, r a valve on the candidate's past."""
    r, past, n, z, new = 84.0, 134.0, 180.0, 264.0, 342.0
    middle, low = 128.0, 156.0
    return Plan(
        (_WIDTH, 268), (_EDGE, 12, _WIDTH - 2 * _EDGE, 252),
        (
            *_rails(z, n),
            *_feeds(cell, "r", r, 0), *_feeds(cell, "z", z, 2),
            *_bias(cell, "n", ((n + _BESIDE, middle + 13 + _STUB), (n + _BESIDE, middle + 13)), 1),
            Pipe("past", "n", ((past, _PAST), (past, low + _R)), 0, "share", dot=True),
            Pipe("r", "r", ((r, _TOP), (r, low), (past - _R, low)), 0),
            Pipe("r past", "n", ((past, low - _R), (past, middle), (n - 20, middle)), 1, "share"),
            Pipe("W n", "n", ((n, _READ), (n, middle + 13)), 1, "share", over=True, dot=True),
            Pipe("n", "n", ((n + 20, middle), (new, middle), (new, 88 + _R)), 1),
            Pipe("z", "z", ((z, _TOP), (z, _CONVEYOR + _R)), 2, over=True),
            Pipe("1-z", "z", ((z, 88), (new - _R, 88)), 2, dot=True),
            Pipe("(1-z) n", "n", ((new, 88 - _R), (new, _CONVEYOR + _JOINT)), 3),
            Pipe("h'", "h", ((2, _CONVEYOR), (z - _R, _CONVEYOR)), 2),
            Pipe("z h'", "h", ((z + _R, _CONVEYOR), (new - _JOINT, _CONVEYOR)), 3),
            Pipe("h", "h", ((new + _JOINT, _CONVEYOR), (_WIDTH - 2, _CONVEYOR)), 3, arrow=True),
        ),
        (
            Valve("r", "r", (past, low), 0, across=False),
            Valve("z", "z", (z, _CONVEYOR), 2),
            Valve("1-z", "z", (new, 88), 2, across=False),
        ),
        (_gate("r", r, 0), Box("tanh", "n", (n, middle), 1), _gate("z", z, 2)),
        (Joint("h", (new, _CONVEYOR), 3),),
        (
            *_ends("h", _CONVEYOR, 2, 3),
            Label("r", "r", "r", (r, 142), 0, "middle"),
            Label("z", "z", "z", (z + 7, 148), 2),
            Label("n", "n", "n", (n + 24, 115), 1),
            Label("1−z", "1-z", "z", ((z + new - _R) / 2 + 5, 107), 2, "middle"),
            Label("", "z h'", "h", ((z + new) / 2 + 2, 30), 3, "middle"),
            Label("", "(1-z) n", "n", (new - 7, 66), 3, "right"),
            Label("", "past", "n", (past + 7, 200), 0),
            Label("", "r past", "n", (past + 5, 115), 1, "middle"),
            Label("", "W n", "n", (n + 7, 184), 1),
            *_bias_label(cell, "n", (n + _BESIDE + 5, middle + 26), 1),
            *_shares(cell, "r", r, 0), *_shares(cell, "z", z, 2), *_names(),
        ),
    )  # fmt: skip


def _plain(cell: CellEquations) -> Plan:
    """What is read and what is remembered join, pass the activation, and are the new state."""
    line, join, activation = 74.0, 184.0, 288.0
    function = str(cell.stages[-1].equations[-1]).split(" = ")[1].partition("(")[0]
    return Plan(
        (_WIDTH, 176), (_EDGE, 12, _WIDTH - 2 * _EDGE, 134),
        (
            Pipe("h' rms", "h", ((2, line), (78, line)), 0),
            Pipe("U h", "h", ((118, line), (join - _JOINT, line)), 0, "share"),
            Pipe("x rms", "", ((join, 174), (join, 140)), 0),
            Pipe("W h", "", ((join, 114), (join, line + _JOINT)), 0, "share"),
            *_bias(cell, "h", ((join, line - 40), (join, line - _JOINT)), 0),
            Pipe("a", "h", ((join + _JOINT, line), (activation - 20, line)), 0, "share"),
            Pipe("h", "h", ((activation + 20, line), (_WIDTH - 2, line)), 1, "state", arrow=True),
        ),
        (),
        (
            Box("U", "h", (98, line), 0, filled=False), Box("W", "", (join, 127), 0, filled=False),
            Box(function, "h", (activation, line), 1),
        ),
        (Joint("h", (join, line), 0),),
        (
            Label("h′", "", "h", (19, line - 16), 0, "middle"), Label("x", "", "", (join + 9, 164), 0),
            Label("", "U h", "h", (147, line - 16), 0, "middle"), Label("", "W h", "", (join + 9, 99), 0),
            *_bias_label(cell, "h", (join + 7, line - 38), 0),
            Label("a", "a", "h", (230, line - 16), 0, "middle"), _end("h", line, 1),
        ),
    )  # fmt: skip


def _rails(past_end: float, read_end: float = 0.0) -> tuple[Pipe, ...]:
    """The vectors that every gate reads: h of the step before, and x."""
    return (
        Pipe("h' rms", "h", ((_RAIL, _PAST), (past_end, _PAST)), 0),
        Pipe("x rms", "", ((_RAIL, _READ), (max(read_end, past_end + _BESIDE), _READ)), 0),
    )


def _feeds(cell: CellEquations, gate: str, x: float, stage: int) -> tuple[Pipe, ...]:
    """A gate's bias, which comes from nowhere, and its share of h' and of x, from the rails."""
    return (
        *_bias(cell, gate, ((x - _BESIDE, _BOTTOM + _STUB), (x - _BESIDE, _BOTTOM)), stage),
        Pipe(f"U {gate}", gate, ((x, _PAST), (x, _BOTTOM)), stage, "share", dot=True),
        Pipe(f"W {gate}", gate, ((x + _BESIDE, _READ), (x + _BESIDE, _BOTTOM)), stage, "share", over=True, dot=True),
    )


def _shares(cell: CellEquations, gate: str, x: float, stage: int) -> tuple[Label, ...]:
    """Their values, on three levels so that neighbours have room."""
    return (
        *_bias_label(cell, gate, (x - _BESIDE - 5, _BOTTOM + 9), stage, "right"),
        Label("", f"U {gate}", gate, (x - 5, _BOTTOM + 32), stage, "right"),
        Label("", f"W {gate}", gate, (x + _BESIDE + 5, _BOTTOM + 21), stage),
    )


def _bias(cell: CellEquations, gate: str, points: tuple[Point, ...], stage: int) -> tuple[Pipe, ...]:
    """None where units have no bias."""
    return (Pipe(f"b {gate}", gate, points, stage, "share", dot=True),) if f"b {gate}" in cell.flows else ()


def _bias_label(
    cell: CellEquations, gate: str, at: Point, stage: int, align: Literal["left", "right"] = "left"
) -> tuple[Label, ...]:
    return (Label("", f"b {gate}", gate, at, stage, align),) if f"b {gate}" in cell.flows else ()


def _gate(gate: str, x: float, stage: int, function: str = "σ") -> Box:
    return Box(function, gate, (x, _GATES), stage)


def _over(gate: str, x: float, stage: int, rise: float = 0.0) -> Label:
    """A gate's name and value beside the pipe that leaves it."""
    return Label(gate, gate, gate, (x + 8, _TOP - 12 - rise), stage)


def _ends(state: str, y: float, first: int, last: int) -> tuple[Label, ...]:
    """The state before, on the left, and after, on the right."""
    return (Label(f"{state}′", f"{state}'", state, (24, y), first, "middle", below=True), _end(state, y, last))


def _end(state: str, y: float, stage: int) -> Label:
    at: Point = (_WIDTH - 24, y)
    return Label(state, state, state, at, stage, "middle", below=True)


def _names() -> tuple[Label, ...]:
    """The rails' names; they are vectors and have no one value."""
    return (
        Label("h′", "", "h", (_RAIL - 6, _PAST), 0, "right"),
        Label("x", "", "", (_RAIL - 6, _READ), 0, "right"),
    )
