"""The lanes of a race: what all of them share, in what they differ, and how many parameters each has."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import msgspec

from workbench.config import Convnet, Interface, Layer, Preset, Recurrent
from workbench.errors import BadInput
from workbench.fields import fields_of, problems, settings_of
from workbench.models.shapes import parameter_count
from workbench.preset_files import with_setting

FEWEST, MOST = 2, 4

#: Sizes this close count as matched.
NEAR = 0.02

#: Settings of the training that all lanes share: which samples come, in which order, changed how, and for how long.
#: The validations come at the same steps, and all compute on the same device, or their times would not compare.
SHARED = (
    "batch", "epochs", "steps", "seed", "engine", "device", "validate_every",
    "turn", "slant", "stretch", "shift", "bend", "pen", "mirror",
)  # fmt: skip

Changes = Mapping[str, object]
"""What sets a lane apart from the preset: ``{"model.cell": "gru"}``."""


@dataclass(frozen=True)
class Difference:
    """A setting that is not the same in all lanes. A value is None where the lane has no such setting."""

    key: str
    title: str
    values: tuple[Any, ...]


def default_changes(preset: Preset) -> tuple[Changes, ...]:
    """The preset's own cell, then those of LSTM, GRU and plain RNN that it is not."""
    if isinstance(preset.model, Convnet):
        return ({}, {"model.kind": "recurrent"})
    own = preset.stack[0].cell
    others = [cell for cell in ("lstm", "gru", "rnn-tanh") if cell.partition("-")[0] != own.partition("-")[0]]
    return ({}, *({"model.cell": cell} for cell in others))


def changed(preset: Preset, changes: Changes, where: str = "lane") -> Preset:
    """The preset with the changes of one lane. Raises BadInput."""
    for key, value in changes.items():
        preset = with_setting(preset, key, value, where=where)
    return preset


def check_lanes(presets: Sequence[Preset]) -> None:
    """Raises BadInput where it would be no race: too few or too many lanes, or not the same samples in the same order.

    Settings that are impossible together are refused as well.
    """
    if not FEWEST <= len(presets) <= MOST:
        raise BadInput("race", f"expected {FEWEST} to {MOST} lanes", key="lanes", value=len(presets))
    first = presets[0]
    for number, preset in enumerate(presets):
        for key, value, wanted in _unshared(first, preset):
            raise BadInput(
                f"race, lane {number}", f"expected {wanted!r} as in lane 0: all lanes take the same steps over the "
                "same samples in the same order", key=key, value=value,
            )  # fmt: skip
        for key, why in problems(preset).items():
            raise BadInput(f"race, lane {number}", why, key=key)


def _unshared(first: Preset, other: Preset) -> list[tuple[str, Any, Any]]:
    """(key, value, value in the first lane) of what had to be the same."""
    kinds = [preset.data.__struct_config__.tag for preset in (first, other)]
    if kinds[0] != kinds[1]:
        return [("data.kind", kinds[1], kinds[0])]
    names = [("data", field.name) for field in fields_of(type(first.data))] + [("training", name) for name in SHARED]
    pairs = [
        (f"{group}.{name}", getattr(getattr(other, group), name), getattr(getattr(first, group), name))
        for group, name in names
    ]
    return [pair for pair in pairs if pair[1] != pair[2]]


# --- in what they differ ----------------------------------------------------------------------------------------------


def differences(presets: Sequence[Preset]) -> tuple[Difference, ...]:
    """The settings that are not the same in all lanes, and no others, in the order a form shows them.

    A setting that means nothing in a lane (peepholes of a GRU) has no value there. Layers that only some lanes have are
    told by their number, and by what sets them apart from the layer below, of which a new one is a copy.
    """
    columns = [{setting.key: setting for setting in settings_of(preset)} for preset in presets]
    kinds = tuple(preset.model.__struct_config__.tag for preset in presets)
    heights = tuple(len(preset.stack) or None for preset in presets)
    found = [
        Difference(key, title, values)
        for key, title, values in (("model.kind", "Kind", kinds), ("model.layers", "Layers", heights))
        if len(set(values)) > 1
    ]
    for key in dict.fromkeys(key for column in columns for key in column):
        there = [column.get(key) for column in columns]
        raw = {setting.value if setting is not None else None for setting in there}
        values = tuple(setting.value if setting is not None and setting.applies else None for setting in there)
        is_copy = all(
            setting is None or setting.value == _below(column, key)
            for column, setting in zip(columns, there, strict=True)
        )
        if len(raw) > 1 and any(value is not None for value in values) and not (None in there and is_copy):
            title = next(setting.field.title for setting in there if setting is not None)
            found.append(Difference(key, title, values))
    return tuple(found)


def _below(column: Mapping[str, Any], key: str) -> Any:
    """What the layer below has in this setting; None for the lowest, and for what is no layer's."""
    match key.split("."):
        case [group, "stack", number, name] if int(number) > 0:
            setting = column.get(f"{group}.stack.{int(number) - 1}.{name}")
            return setting.value if setting is not None else None
        case _:
            return None


def lane_names(presets: Sequence[Preset], word: Callable[[str], str] | None = None) -> tuple[str, ...]:
    """``LSTM 128``, ``GRU 128``: the stack, and what else tells lanes apart whose stacks are the same.

    ``word`` gives the word for the id of a cell.
    """
    stacks = [_stack_words(preset, word or _plain_word) for preset in presets]
    apart = [each for each in differences(presets) if not each.key.startswith("model.stack")]
    names = []
    for number, words in enumerate(stacks):
        alike = [other for other, others in enumerate(stacks) if others == words]
        more = [
            f"{each.title.lower()} {each.values[number]:g}" if isinstance(each.values[number], float)
            else f"{each.title.lower()} {each.values[number]}"
            for each in apart
            if len({str(each.values[other]) for other in alike}) > 1 and each.values[number] is not None
        ]  # fmt: skip
        names.append(", ".join([words, *more]))
    return tuple(
        f"{name} ({names[:number].count(name)})" if names.count(name) > 1 else name
        for number, name in enumerate(names)
    )  # fmt: skip


def _stack_words(preset: Preset, word: Callable[[str], str]) -> str:
    if not preset.stack:
        return "convolutions"
    parts = []
    for layer, equal in groupby(preset.stack):
        count = len(list(equal))
        size = f"{layer.units}" if count == 1 else f"{count} × {layer.units}"
        parts.append(f"{'Bi' if layer.bidirectional else ''}{word(layer.cell)} {size}")
    return " + ".join(parts)


def _plain_word(cell: str) -> str:
    return {"lstm": "LSTM", "gru": "GRU"}.get(cell, cell.replace("rnn", "RNN"))


# --- how many parameters ----------------------------------------------------------------------------------------------


def matched(presets: Sequence[Preset], interface: Interface) -> tuple[Preset, ...]:
    """The same lanes, the units of each chosen so that its parameters come nearest in number to the first lane's.

    Layers of different widths keep their proportions. The count grows with the units, so that halving the range finds
    the two widths on either side of it. A convolution net has no units and stays as it is. How near one comes depends
    on how many parameters one unit has: ask :func:`apart`.
    """
    wanted = parameter_count(presets[0].model, interface)
    return (presets[0], *(_sized(preset, wanted, interface) for preset in presets[1:]))


def _sized(preset: Preset, wanted: int, interface: Interface) -> Preset:
    model = preset.model
    if not isinstance(model, Recurrent):
        return preset

    def at(width: int) -> Recurrent:
        return _of_width(model, width)

    def count(width: int) -> int:
        return parameter_count(at(width), interface)

    field = next(field for field in fields_of(Layer) if field.name == "units")
    low, high = int(field.low or 1), int(field.high or 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if count(middle) <= wanted else (low, middle)
    width = min((low, high), key=lambda each: abs(count(each) - wanted))
    return msgspec.structs.replace(preset, model=at(width))


def _of_width(model: Recurrent, width: int) -> Recurrent:
    """The model with so many units in its widest layer, and the others in proportion."""
    widest = max(layer.units for layer in model.stack)
    stack = tuple(
        msgspec.structs.replace(layer, units=max(1, round(layer.units * width / widest))) for layer in model.stack
    )
    return msgspec.structs.replace(model, stack=stack)


def apart(parameters: int, first: int) -> float:
    """How many parameters more than the first lane a lane has, as a share of the first's; negative for fewer."""
    return parameters / first - 1.0


def size_words(parameters: int, first: int, tr: Callable[[str], str] = str) -> str:
    """``24.8 % fewer parameters``; within 2 % ``0.4 % more parameters, matched``. ``tr`` translates."""
    share = apart(parameters, first)
    if parameters == first:
        return tr("as many parameters")
    words = tr("{share} % more parameters") if share > 0.0 else tr("{share} % fewer parameters")
    shown = f"{abs(100.0 * share):.1f}"
    told = words.format(share=shown if shown != "0.0" else tr("under 0.1"))
    return f"{told}, {tr('matched')}" if abs(parameters - first) <= NEAR * first else told
