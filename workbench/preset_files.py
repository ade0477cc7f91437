"""Presets as files: reading, writing, changing one setting, and errors that name file, key and value."""

import difflib
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import tomli_w

from workbench.config import DATA_KINDS, Preset, Published, Recurrent, Training
from workbench.errors import BadInput
from workbench.fields import choices_at, fields_of

#: A preset is a page of text; anything much larger is something else.
LARGEST_PRESET = 256 * 1024


def preset_from_toml(text: str, where: str) -> Preset:
    """Reads a preset; ``where`` names the file in errors. Raises BadInput."""
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
        if path.stat().st_size > LARGEST_PRESET:
            raise BadInput(str(path), f"is larger than a preset can be ({LARGEST_PRESET // 1024} KB)")
        text = path.read_text(encoding="utf-8")
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


def with_setting(preset: Preset, key: str, value: object, where: str = "--set") -> Preset:
    """The preset with one setting changed: ``with_setting(preset, "model.units", "256")``.

    Text is converted to the field's type. ``data.kind`` starts that source with its defaults. Raises BadInput.
    """
    document = preset_to_document(preset)
    *groups, name = key.split(".")
    group_name = groups[0] if groups else ""
    if len(groups) != 1 or group_name not in ("data", "model", "training"):
        raise BadInput(where, "settings are named data.NAME, model.NAME or training.NAME", key=key)
    if name == "kind":
        document[group_name] = {"kind": value}
    else:
        known = [field.name for field in fields_of(type(getattr(preset, group_name)))]
        if name not in known:
            raise BadInput(where, f"there is no such setting; {_nearest(name, known)}", key=key)
        document[group_name][name] = value
    try:
        return msgspec.convert(document, Preset, strict=False)
    except msgspec.ValidationError as error:
        raise _explained(error, document, where) from error


def _nearest(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {close[0]}?" if close else "known are " + ", ".join(known)


def _explained(error: msgspec.ValidationError, document: Mapping[str, Any], where: str) -> BadInput:
    """msgspec's message as one sentence with file, key, value and what was expected."""
    message = str(error)
    found = re.match(r"(?P<what>.*?)(?: - at `\$\.?(?P<path>[^`]*)`)?$", message, re.DOTALL)
    assert found is not None
    what, path = found["what"], found["path"] or ""
    value: Any = document
    for part in path.split(".") if path else []:
        value = value.get(part) if isinstance(value, Mapping) else None
    unknown = re.match(r"Object contains unknown field `(.*)`", what)
    if unknown:
        known = _known_fields(path, value)
        return BadInput(
            where, f"there is no such setting; {_nearest(unknown[1], known)}", key=f"{path}.{unknown[1]}".strip(".")
        )
    missing = re.match(r"Object missing required field `(.*)`", what)
    if missing:
        return BadInput(where, "this is needed and missing", key=f"{path}.{missing[1]}".strip("."))
    group, _, name = path.partition(".")
    if name == "kind" or what.startswith(("Invalid value", "Invalid enum value")):
        right = choices_at(group, name)
        if right:
            return BadInput(where, "right are " + ", ".join(right), key=path, value=value)
    what = re.sub(r"^Expected ", "expected ", what).replace("`", "")
    return BadInput(where, what, key=path, value=None if isinstance(value, Mapping) else value)


def _known_fields(path: str, value: object) -> list[str]:
    if path == "":
        return list(Preset.__struct_fields__)
    kind = value.get("kind") if isinstance(value, Mapping) else None
    groups = {"model": Recurrent, "training": Training, "published": Published, "data": DATA_KINDS.get(str(kind))}
    group = groups.get(path)
    return list(group.__struct_fields__) if group else []
