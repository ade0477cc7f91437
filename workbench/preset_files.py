"""Presets as files: reading, writing, changing one setting, and errors that name file, key and value."""

import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import tomli_w

from workbench.config import DATA_KINDS, MODEL_KINDS, Layer, Preset, Published, Training
from workbench.errors import BadInput
from workbench.fields import STACK_HEIGHT, choices_at, expectation, fields_of
from workbench.files import content_of

#: A preset is a page of text; anything much larger is something else.
LARGEST_PRESET = 256 * 1024

#: Dots in one line: names have at most three, sentences some. What tomllib does for a name grows with their square.
MOST_DOTS = 200


def preset_from_toml(text: str, where: str) -> Preset:
    """Reads a preset; ``where`` names the file in errors. Raises BadInput."""
    if any(line.count(".") > MOST_DOTS for line in text.splitlines()):
        raise BadInput(where, f"is not a preset: a line of it has more than {MOST_DOTS} dots")
    try:
        document = tomllib.loads(text)
    except ValueError as error:  # tomllib's own, or a number of thousands of digits
        raise BadInput(where, f"is not valid TOML: {error}") from error
    except RecursionError as error:
        raise BadInput(where, "is not a preset: its values are nested thousands deep") from error
    return preset_from_document(document, where)


def preset_from_document(document: Mapping[str, Any], where: str) -> Preset:
    """Reads a preset from what TOML or JSON gave. Raises BadInput naming key, value and what was expected."""
    try:
        return msgspec.convert(document, Preset)
    except msgspec.ValidationError as error:
        raise _explained(error, document, where) from error


def load_preset(path: Path) -> Preset:
    """Reads one preset file. Raises BadInput."""
    try:
        too_large = f"is larger than a preset can be ({LARGEST_PRESET // 1024} KB)"
        text = content_of(path, LARGEST_PRESET, too_large).decode()
    except UnicodeDecodeError as error:
        raise BadInput(str(path), "a preset is a UTF-8 text file") from error
    except OSError as error:
        raise BadInput(str(path), f"cannot be read: {error.strerror}") from error
    return preset_from_toml(text, str(path))


def preset_to_document(preset: Preset) -> dict[str, Any]:
    """A preset as plain dictionaries, every setting written out."""
    document: dict[str, Any] = msgspec.to_builtins(preset)
    return {key: value for key, value in document.items() if value is not None and value != ""}


def preset_to_toml(preset: Preset) -> str:
    """A preset as the text of its file."""
    return tomli_w.dumps(preset_to_document(preset))


def without_places(preset: Preset) -> Preset:
    """The preset without the places of its data, which mean nothing on another computer: a file keeps its name."""
    places = {
        field.name: Path(getattr(preset.data, field.name)).name if field.path == "file" else ""
        for field in fields_of(type(preset.data))
        if field.path
    }
    return msgspec.structs.replace(preset, data=msgspec.structs.replace(preset.data, **places))


def with_setting(preset: Preset, key: str, value: object, where: str = "--set") -> Preset:
    """The preset with one setting changed: ``with_setting(preset, "training.batch", "64")``.

    In a stack ``model.stack.1.units`` changes one layer, ``model.units`` all of them, and ``model.layers`` puts copies
    of the top layer above it or takes layers away. Text is converted to the field's type. ``data.kind`` and
    ``model.kind`` start that source or model with its defaults. Raises BadInput.
    """
    document = preset_to_document(preset)
    group, *path = key.split(".")
    if group not in ("data", "model", "training") or not path:
        raise BadInput(where, _HOW_NAMED, key=key)
    settings: dict[str, Any] = document[group]
    known = [field.name for field in fields_of(type(getattr(preset, group)))]
    stack: list[dict[str, Any]] = settings.get("stack", [])
    in_a_layer = Layer.__struct_fields__ if stack else ()
    match path:
        case ["kind"]:
            document[group] = {"kind": value}
        case ["layers"] if stack:
            settings["stack"] = _of_height(stack, value, where)
        case ["stack", number, name] if stack:
            if not number.isdecimal() or int(number) >= len(stack):
                raise BadInput(where, f"the stack has the layers 0 to {len(stack) - 1}", key=key)
            if name not in in_a_layer:
                raise BadInput(where, f"there is no such setting; {_nearest(name, list(in_a_layer))}", key=key)
            stack[int(number)][name] = value
        case [name] if name in in_a_layer:
            for layer in stack:
                layer[name] = value
        case [name] if name in known:
            settings[name] = value
        case [name]:
            also = [*in_a_layer, "layers"] if stack else []
            raise BadInput(where, f"there is no such setting; {_nearest(name, [*also, *known])}", key=key)
        case _:
            raise BadInput(where, _HOW_NAMED, key=key)
    try:
        return msgspec.convert(document, Preset, strict=False)
    except msgspec.ValidationError as error:
        explained = _explained(error, document, where)
        # The person's own name for it: model.units, not the first of the layers that it changes.
        raise BadInput(where, explained.expected, key=key, value=explained.value, hint=explained.hint) from error


_HOW_NAMED = "settings are named data.NAME, model.NAME, model.stack.NUMBER.NAME or training.NAME"


def _of_height(stack: list[dict[str, Any]], value: object, where: str) -> list[dict[str, Any]]:
    """So many layers: copies of the top one on top, or the lowest ones only. Raises BadInput."""
    try:
        height = msgspec.convert(value, int, strict=False)
    except msgspec.ValidationError:
        height = 0
    if not 1 <= height <= (STACK_HEIGHT.high or 1):
        raise BadInput(where, f"expected {expectation(STACK_HEIGHT)}", key="model.layers", value=value)
    return [dict(stack[min(number, len(stack) - 1)]) for number in range(height)]


def _nearest(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {close[0]}?" if close else "known are " + ", ".join(known)


def _explained(error: msgspec.ValidationError, document: Mapping[str, Any], where: str) -> BadInput:
    """msgspec's message as one sentence with file, key, value and what was expected."""
    message = str(error)
    found = re.match(r"(?P<what>.*?)(?: - at `\$\.?(?P<path>[^`]*)`)?$", message, re.DOTALL)
    assert found is not None
    # A list's place is written .1 here as in --set, not [1].
    what, path = found["what"], re.sub(r"\[(\d+)\]", r".\1", found["path"] or "")
    value: Any = document
    for part in path.split(".") if path else []:
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, Sequence) and part.isdecimal():
            value = value[int(part)]
        else:
            value = None
    unknown = re.match(r"Object contains unknown field `(.*)`", what)
    if unknown:
        known = _known_fields(path, value)
        return BadInput(
            where, f"there is no such setting; {_nearest(unknown[1], known)}", key=f"{path}.{unknown[1]}".strip(".")
        )
    missing = re.match(r"Object missing required field `(.*)`", what)
    if missing:
        return BadInput(where, "this is needed and missing", key=f"{path}.{missing[1]}".strip("."))
    group, name = path.partition(".")[0], path.rpartition(".")[2]
    if name == "kind" or what.startswith(("Invalid value", "Invalid enum value")):
        right = choices_at(group, name)
        if right:
            return BadInput(where, "right are " + ", ".join(right), key=path, value=value)
    what = re.sub(r"^Expected ", "expected ", what).replace("`", "")
    return BadInput(where, what, key=path, value=None if isinstance(value, Mapping | list) else value)


def _known_fields(path: str, value: object) -> list[str]:
    if path == "":
        return list(Preset.__struct_fields__)
    kind = str(value.get("kind")) if isinstance(value, Mapping) else ""
    groups: dict[str, type[msgspec.Struct] | None] = {
        "data": DATA_KINDS.get(kind), "model": MODEL_KINDS.get(kind), "training": Training, "published": Published,
    }  # fmt: skip
    group = Layer if path.startswith("model.stack.") else groups.get(path)
    return list(group.__struct_fields__) if group else []
