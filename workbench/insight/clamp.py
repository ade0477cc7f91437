"""Clamp: a gate held at a value, for some units and steps of one layer and direction; as text, and checked."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from workbench.config import CellName, Recurrent
from workbench.errors import BadInput

Direction = Literal["forward", "backward"]
DIRECTIONS: tuple[Direction, ...] = ("forward", "backward")

#: What can be held in each cell, in the order of its heatmaps, with the bounds of its values; None is unbounded.
HELD: dict[CellName, dict[str, tuple[float | None, float | None]]] = {
    "lstm": {"i": (0, 1), "f": (0, 1), "o": (0, 1), "g": (-1, 1), "c": (None, None), "h": (None, None)},
    "gru": {"r": (0, 1), "z": (0, 1), "n": (-1, 1), "h": (-1, 1)},
    "rnn-tanh": {"h": (-1, 1)},
    "rnn-relu": {"h": (0, None)},
    "rnn-sigmoid": {"h": (0, 1)},
}

#: The words for gates, as they may be written in place of their letters.
NAMES = {
    "input": "i", "forget": "f", "output": "o", "candidate": "g", "cell": "c", "hidden": "h", "reset": "r",
    "update": "z",
}  # fmt: skip


@dataclass(frozen=True)
class Clamp:
    """One gate held. ``value`` None stands for each unit's own mean over the data set.

    ``units`` None stands for all of them; steps are ``first`` to, but not including, ``stop``, None for the last.
    """

    layer: int
    direction: Direction
    gate: str
    value: float | None
    units: tuple[int, ...] | None = None
    first: int = 0
    stop: int | None = None

    def holds_at(self, step: int) -> bool:
        """Whether the gate is held at a step, counted from 0 as the input has them."""
        return self.first <= step and (self.stop is None or step < self.stop)

    def text(self) -> str:
        """As it is written on the command line; :func:`clamp_from_text` reads it."""
        parts = [f"layer={self.layer}", f"direction={self.direction}", f"gate={self.gate}"]
        parts.append(f"value={'mean' if self.value is None else repr(self.value)}")
        if self.units is not None:
            parts.append(f"units={ranges_text(self.units)}")
        if self.first or self.stop is not None:
            parts.append(f"steps={self.first or ''}:{'' if self.stop is None else self.stop}")
        return ",".join(parts)

    def document(self) -> dict[str, Any]:
        """As plain values for JSON."""
        return {
            "layer": self.layer, "direction": self.direction, "gate": self.gate,
            "value": "mean" if self.value is None else self.value,
            "units": None if self.units is None else list(self.units), "steps": [self.first, self.stop],
        }  # fmt: skip


def clamp_from_text(text: str, where: str = "--clamp") -> Clamp:
    """Reads ``layer=0,direction=forward,gate=forget,value=1,units=3-5+9,steps=10:``. Raises BadInput.

    Left out: layer 0, direction forward, all units, all steps. ``gate`` and ``value`` must be there.
    """
    parts: dict[str, str] = {}
    for part in text.split(","):
        key, equals, value = part.partition("=")
        key = key.strip()
        if not equals or key not in ("layer", "direction", "gate", "value", "units", "steps"):
            raise BadInput(
                where, "expected layer=, direction=, gate=, value=, units= and steps=, as in gate=forget,value=1",
                value=part,
            )  # fmt: skip
        if key in parts:
            raise BadInput(where, "is there twice", key=key, value=value)
        parts[key] = value.strip()
    for key in ("gate", "value"):
        if not parts.get(key):
            raise BadInput(where, "must be given, as in gate=forget,value=1", key=key)
    direction = parts.get("direction", "forward")
    if direction not in DIRECTIONS:
        raise BadInput(where, "expected forward or backward", key="direction", value=direction)
    gate = NAMES.get(parts["gate"].lower(), parts["gate"].lower())
    first, stop = _steps(parts.get("steps", ":"), where)
    return Clamp(
        _whole(parts.get("layer", "0"), where, "layer"),
        "backward" if direction == "backward" else "forward",
        gate,
        None if parts["value"] == "mean" else _number(parts["value"], where),
        _units(parts["units"], where) if "units" in parts else None,
        first,
        stop,
    )


def checked(clamp: Clamp, model: Recurrent, where: str = "--clamp") -> Clamp:
    """The same clamp, which fits the model. Raises BadInput, naming what does not."""
    if not 0 <= clamp.layer < len(model.stack):
        raise BadInput(where, f"expected a layer of 0 to {len(model.stack) - 1}", key="layer", value=clamp.layer)
    layer = model.stack[clamp.layer]
    if clamp.direction == "backward" and not layer.bidirectional:
        raise BadInput(where, "the layer reads forward only", key="direction", value=clamp.direction)
    held = HELD[layer.cell]
    if clamp.gate not in held:
        raise BadInput(where, f"expected one of {', '.join(held)}", key="gate", value=clamp.gate)
    low, high = held[clamp.gate]
    if clamp.value is not None:
        too_low, too_high = low is not None and clamp.value < low, high is not None and clamp.value > high
        if not math.isfinite(clamp.value) or too_low or too_high:
            raise BadInput(where, _expected(clamp.gate, low, high), key="value", value=clamp.value)
    if clamp.units is not None and not all(0 <= unit < layer.units for unit in clamp.units):
        raise BadInput(
            where, f"expected units of 0 to {layer.units - 1}", key="units", value=ranges_text(clamp.units)
        )  # fmt: skip
    return clamp


def fitting(clamps: Iterable[Clamp], model: Recurrent) -> tuple[Clamp, ...]:
    """Those of the clamps that the model has a place for."""
    return tuple(clamp for clamp in clamps if _fits(clamp, model))


def _fits(clamp: Clamp, model: Recurrent) -> bool:
    try:
        checked(clamp, model)
    except BadInput:
        return False
    return True


def ranges_text(numbers: Iterable[int]) -> str:
    """``3-5+9`` for 3, 4, 5 and 9; empty for none."""
    found: list[list[int]] = []
    for number in sorted(set(numbers)):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return "+".join(str(first) if first == last else f"{first}-{last}" for first, last in found)


def units_from_text(text: str, where: str = "units") -> tuple[int, ...]:
    """Units written as ``3-5+9`` (commas and spaces part them, too). Raises BadInput."""
    found: set[int] = set()
    for part in re.split(r"[+,\s]+", text.strip()):
        ends = re.fullmatch(r"(\d{1,6})(?:-(\d{1,6}))?", part)
        if ends is None or (ends[2] and int(ends[2]) < int(ends[1])):
            raise BadInput(where, "expected numbers of units, as in 3-5+9", key="units", value=text)
        found.update(range(int(ends[1]), int(ends[2] or ends[1]) + 1))
    return tuple(sorted(found))


def _units(text: str, where: str) -> tuple[int, ...]:
    return units_from_text(text, where)


def _steps(text: str, where: str) -> tuple[int, int | None]:
    ends = re.fullmatch(r"(\d{0,6}):(\d{0,6})", text) or re.fullmatch(r"(\d{1,6})", text)
    if ends is None:
        raise BadInput(where, "expected steps as in 10:20, 10: or 14", key="steps", value=text)
    groups: Sequence[str] = ends.groups()
    first = int(groups[0] or 0)
    if len(groups) == 1:
        return first, first + 1
    stop = int(groups[1]) if groups[1] else None
    if stop is not None and stop <= first:
        raise BadInput(where, "expected the first step before the one where it stops", key="steps", value=text)
    return first, stop


def _whole(text: str, where: str, key: str) -> int:
    if not re.fullmatch(r"\d{1,6}", text):
        raise BadInput(where, "expected a whole number", key=key, value=text)
    return int(text)


def _number(text: str, where: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise BadInput(where, "expected a number, or mean", key="value", value=text) from error


def _expected(gate: str, low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return f"expected a finite number{'' if low is None else f' of {low:g} or more'}"
    return f"{gate} lies between {low:g} and {high:g}"
