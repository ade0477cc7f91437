"""A run's settings with the places of its data as they are found from anywhere, and where the run lies now."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from workbench.config import Preset, Words
from workbench.data.sources import availability
from workbench.data.text import LARGEST_TEXT, comes_along, text_path
from workbench.errors import BadInput, NoData
from workbench.fields import fields_of
from workbench.files import content_of, copy_whole
from workbench.preset_files import load_preset, with_setting
from workbench.runs.folders import ABOUT, PRESET, TEXT


def load_run_preset(run: Path) -> Preset:
    """The settings of a run. A text that came along with it is looked for beside it, however its folder was moved.

    Raises BadInput.
    """
    preset, text = load_preset(run / PRESET), run / TEXT
    if not isinstance(preset.data, Words) or Path(preset.data.text).name != TEXT or not text.is_file():
        return preset
    there = _found(preset.data.text)
    return preset if there is not None and there.is_file() else with_text(preset, text)


def presets_to_compare(runs: Sequence[Path]) -> tuple[Preset, ...]:
    """The settings of runs. Those that learnt from copies of one text do not differ in it. Raises BadInput."""
    presets = {run: load_run_preset(run) for run in runs}
    compared = dict(zip(presets, with_one_text(presets), strict=True))
    return tuple(compared[run] for run in runs)


def with_one_text(presets: Mapping[Path, Preset]) -> tuple[Preset, ...]:
    """The settings of these runs, in which copies of one text are one place: that of the text, where a run names it."""
    found = dict(presets)
    texts = {run: preset.data.text for run, preset in found.items() if isinstance(preset.data, Words)}
    if len(set(texts.values())) < 2:
        return tuple(found.values())
    copies = {run for run, text in texts.items() if Path(text).absolute() == (run / TEXT).absolute()}
    places: dict[str, str] = {}
    for run in sorted(texts, key=copies.__contains__):
        if checksum := _checksum(texts[run]):
            place = places.setdefault(checksum, texts[run])
            found[run] = _with_data(found[run], {"text": place}) if run in copies else found[run]
    return tuple(found.values())


def _checksum(text: str) -> str:
    """Of a text's file; empty where there is none to be read."""
    try:
        return hashlib.sha256(content_of(text_path(text), LARGEST_TEXT, "is too large")).hexdigest()
    except (OSError, BadInput):
        return ""


def with_own_text(preset: Preset, run: Path) -> Preset:
    """The preset with a copy of its text in the run's folder, where it is another run's: that may be deleted.

    Raises OSError.
    """
    if not isinstance(preset.data, Words):
        return preset
    text = Path(preset.data.text)
    if text.parent == run.absolute() or text.name != TEXT or not (text.parent / ABOUT).is_file() or not text.is_file():
        return preset
    copy_whole(text, run / TEXT)
    return with_text(preset, run / TEXT)


def with_text(preset: Preset, text: Path) -> Preset:
    """The preset, learning from this file."""
    return _with_data(preset, {"text": str(text.absolute())})


def preset_to_go_on(run: Path, places: Mapping[str, str]) -> Preset:
    """The settings of a run that is gone on with, its data at other places perhaps: ``{"data.folder": "/pictures"}``.

    All else stays as it was begun with. Raises BadInput, NoData where data are not at hand.
    """
    preset = _at(run, places)
    there = availability(preset.data)
    if there.state == "missing":
        raise NoData(str(run), f"its data are not there. {there.why}", key=there.key)
    return with_whole_places(preset) if places else preset


def missing_place(run: Path, places: Mapping[str, str]) -> str:
    """The key of the setting where no data are; empty where all are at hand. Raises BadInput."""
    there = availability(_at(run, places).data)
    return there.key if there.state == "missing" else ""


def not_there(error: BadInput, run: Path, places: Mapping[str, str]) -> BadInput:
    """What to say of a checkpoint that does not fit the settings: of other data than its own, where a place is new."""
    if not places:
        return error
    key, place = next(iter(places.items()))
    return BadInput(str(run), f"its network does not fit the data there ({error})", key=key, value=place)


def place_keys(preset: Preset) -> tuple[str, ...]:
    """The settings that say where its data lie."""
    return tuple(f"data.{field.name}" for field in fields_of(type(preset.data)) if field.path)


def _at(run: Path, places: Mapping[str, str]) -> Preset:
    """The settings of a run, its data at these places."""
    preset = load_run_preset(run)
    own = place_keys(preset)
    for key, place in places.items():
        if key not in own:
            free = " and ".join(own)
            told = (
                f"only where its data lie can be said anew: {free}" if free else "its data have no place of their own"
            )
            raise BadInput(str(run), f"a run goes on with the settings it was begun with; {told}", key=key, value=place)
        preset = with_setting(preset, key, place, str(run))
    return preset


def with_whole_places(preset: Preset) -> Preset:
    """The preset with the places of its data from the root on: a run is gone on with from another folder, too."""
    places = {}
    for field in fields_of(type(preset.data)):
        place = getattr(preset.data, field.name) if field.path else ""
        if not place or (isinstance(preset.data, Words) and comes_along(place)):
            continue
        if (there := _found(place)) is not None:
            places[field.name] = str(there.absolute())
    return _with_data(preset, places) if places else preset


def _found(name: str) -> Path | None:
    """What is called so, where there is such a file or folder; a name that none can have is none."""
    try:
        path = Path(name).expanduser()
        return path if path.exists() else None
    except (OSError, RuntimeError, ValueError):
        return None


def _with_data(preset: Preset, changes: dict[str, Any]) -> Preset:
    return msgspec.structs.replace(preset, data=msgspec.structs.replace(preset.data, **changes))
