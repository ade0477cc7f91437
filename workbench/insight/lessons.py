"""Lessons: clamps worth trying on any network, and what each shows."""

from collections.abc import Callable
from dataclasses import dataclass

from workbench.config import CellName, Interface, Recurrent
from workbench.insight.clamp import DIRECTIONS, Clamp

#: The gate that lets something new in, and the value at which nothing is, by cell.
_SHUT: dict[CellName, tuple[str, float]] = {"lstm": ("i", 0.0), "gru": ("z", 1.0)}

#: The last row of a digit that is still written into the memory.
LAST_ROW = 14


@dataclass(frozen=True)
class Lesson:
    """``clamps`` gives none where a model has no such gate."""

    id: str
    title: str
    shows: str
    clamps: Callable[[Recurrent, Interface], tuple[Clamp, ...]]


def _everywhere(model: Recurrent, cell: CellName, gate: str, value: float) -> tuple[Clamp, ...]:
    return tuple(
        Clamp(number, direction, gate, value)
        for number, layer in enumerate(model.stack)
        if layer.cell == cell
        for direction in DIRECTIONS[: 2 if layer.bidirectional else 1]
    )


def _of_1997(model: Recurrent, interface: Interface) -> tuple[Clamp, ...]:
    return _everywhere(model, "lstm", "f", 1.0)


def _shut_half_way(model: Recurrent, interface: Interface) -> tuple[Clamp, ...]:
    after = shut_from(interface)
    return tuple(
        Clamp(number, "forward", *_SHUT[layer.cell], first=after)
        for number, layer in enumerate(model.stack)
        if layer.cell in _SHUT
    )


def _memory_less(model: Recurrent, interface: Interface) -> tuple[Clamp, ...]:
    return _everywhere(model, "lstm", "f", 0.0) + _everywhere(model, "gru", "z", 0.0)


def shut_from(interface: Interface) -> int:
    """The first step that reads nothing up to row LAST_ROW of a digit; of other sequences the second half's first."""
    if interface.picture is not None and interface.picture[0] > LAST_ROW + 1:
        return next(step for step in range(interface.steps) if interface.rows_at(step)[0] > LAST_ROW)
    return max(1, interface.steps // 2)


LESSONS: tuple[Lesson, ...] = (
    Lesson(
        "lstm-1997",
        "The LSTM of 1997",
        "Hochreiter and Schmidhuber's first LSTM had no forget gate: every f is held at 1, and the memory only adds "
        "up. Gers and others added the gate in 2000, because on long sequences c grows without end.",
        _of_1997,
    ),
    Lesson(
        "shut",
        "Shut the input half way",
        "From the middle on nothing new is written (i = 0; in a GRU z = 1): the forward half keeps what the first half "
        "told it. Where the answer stays, the second half was not needed.",
        _shut_half_way,
    ),
    Lesson(
        "no-memory",
        "No memory",
        "Everything is forgotten at every step (f = 0; in a GRU z = 0): what is left goes through h alone, as in a "
        "plain RNN.",
        _memory_less,
    ),
)


def lessons_for(model: Recurrent, interface: Interface) -> tuple[Lesson, ...]:
    """The lessons that hold something of the model."""
    return tuple(lesson for lesson in LESSONS if lesson.clamps(model, interface))
