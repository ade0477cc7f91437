"""What a form or an error message needs to know of each setting, read from its declaration."""

import typing
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from msgspec import Meta, Struct

from workbench.config import DATA_KINDS, Mnist, Preset, Recurrent, Training


@dataclass(frozen=True)
class Field:
    """What a form needs to know of one setting. ``kind`` is int, float, bool, choice or text."""

    name: str
    kind: Literal["int", "float", "bool", "choice", "text"]
    default: Any
    title: str
    description: str
    low: float | None = None
    high: float | None = None
    low_excluded: bool = False
    choices: tuple[str, ...] = ()
    unit: str = ""
    path: Literal["", "file", "folder"] = ""
    only_task: str = ""
    only_cell: str = ""


def fields_of(settings: type[Struct]) -> tuple[Field, ...]:
    """The fields of a settings class, in the order they are declared."""
    hints = typing.get_type_hints(settings, include_extras=True)
    return tuple(_field(info, hints[info.name]) for info in msgspec.structs.fields(settings))


def _field(info: msgspec.structs.FieldInfo, hint: Any) -> Field:
    meta = next((part for part in getattr(hint, "__metadata__", ()) if isinstance(part, Meta)), Meta())
    plain = typing.get_args(hint)[0] if hasattr(hint, "__metadata__") else hint
    extra = meta.extra or {}
    choices = tuple(typing.get_args(plain)) if typing.get_origin(plain) is Literal else ()
    kinds: dict[Any, Literal["int", "float", "bool", "text"]] = {int: "int", float: "float", bool: "bool", str: "text"}
    low = meta.ge if meta.ge is not None else meta.gt
    return Field(
        name=info.name,
        kind="choice" if choices else kinds[plain],
        default=None if info.required else info.default,
        title=meta.title or info.name,
        description=meta.description or "",
        low=low,
        high=meta.le,
        low_excluded=meta.gt is not None,
        choices=choices,
        unit=extra.get("unit", ""),
        path=extra.get("path", ""),
        only_task=extra.get("task", ""),
        only_cell=extra.get("cell", ""),
    )


def expectation(field: Field) -> str:
    """What may stand in a field, to be said beside it: ``a whole number from 1 to 4,096``."""
    if field.choices:
        return "one of " + ", ".join(field.choices)
    if field.kind == "text":
        return "a path" if field.path else "some text"
    if field.kind == "bool":
        return "yes or no"
    number = "a whole number" if field.kind == "int" else "a number"
    low = "" if field.low is None else f" {'above' if field.low_excluded else 'from'} {field.low:,.9g}"
    high = "" if field.high is None else f"{', at most' if field.low_excluded else ' to'} {field.high:,.15g}"
    return f"{number}{low}{high}"


def applies(field: Field, preset: Preset) -> bool:
    """Whether a setting means anything for this preset (an embedding for digits does not)."""
    return field.only_task in ("", preset.task) and field.only_cell in ("", preset.model.cell)


def problems(preset: Preset) -> dict[str, str]:
    """Settings that are each right but impossible together: ``{"model.readout": "why"}``."""
    found: dict[str, str] = {}
    model, training = preset.model, preset.training
    if training.epochs == 0 and training.steps == 0:
        found["training.epochs"] = "Give epochs or steps; both are 0, so nothing would be trained."
    if preset.task == "words" and model.bidirectional:
        found["model.bidirectional"] = (
            "A story is told word by word: a backward half would have to read words that are not written yet."
        )
    if model.readout == "both_ends" and not model.bidirectional:
        found["model.readout"] = "Only a bidirectional network has two ends; choose last, or switch bidirectional on."
    if isinstance(preset.data, Mnist) and preset.data.train + preset.data.validation > 60_000:
        found["data.train"] = "MNIST has 60,000 digits for training and validation together."
    train = getattr(preset.data, "train", None)
    if train is not None and training.batch > train:
        found["training.batch"] = f"A batch of {training.batch:,} is more than the {train:,} training samples."
    return found


def choices_at(group: str, name: str) -> list[str]:
    """The words allowed for a setting, for error messages; empty where any value of the type may stand."""
    if name == "kind":
        return list(DATA_KINDS) if group == "data" else ["recurrent"]
    kinds: tuple[type[Struct], ...] = ()
    if group == "data":
        kinds = tuple(DATA_KINDS.values())
    elif group in ("model", "training"):
        kinds = (Recurrent if group == "model" else Training,)
    return [choice for kind in kinds for field in fields_of(kind) if field.name == name for choice in field.choices]
