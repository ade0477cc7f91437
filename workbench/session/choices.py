"""Choices: which presets there are, which one is chosen, and how its settings were changed."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from workbench import paths
from workbench.config import Interface, Layer, Preset, Task
from workbench.data.sources import at_hand, interface
from workbench.errors import BadInput
from workbench.fields import expectation, fields_of, problems, settings_of
from workbench.files import write_text
from workbench.models.shapes import Shape, weight_shapes
from workbench.preset_files import load_preset, preset_to_toml, with_setting
from workbench.runs.figures import Figure, read_figures
from workbench.runs.folders import PRESET
from workbench.runs.run_preset import load_run_preset

DEFAULT = "strokes-digits"


@dataclass(frozen=True)
class Entry:
    """One preset that can be chosen. ``own`` presets are the person's."""

    id: str
    path: Path
    preset: Preset
    own: bool


def find_presets() -> tuple[dict[str, Entry], list[BadInput]]:
    """All presets by id, the shipped ones first, and what was wrong with files that are none.

    A person's preset takes the place of a shipped one with the same name.
    """
    found: dict[str, Entry] = {}
    broken: list[BadInput] = []
    for folder, own in ((paths.shipped_presets(), False), (paths.user_presets(), True)):
        for path in sorted(folder.glob("*.toml")):
            try:
                found[path.stem] = Entry(path.stem, path, load_preset(path), own)
            except BadInput as error:
                broken.append(error)
    tasks = get_args(Task)
    order = sorted(
        found.values(), key=lambda entry: (entry.own, entry.id != DEFAULT, tasks.index(entry.preset.task), entry.id)
    )
    return {entry.id: entry for entry in order}, broken


def preset_entry(name: str) -> Entry:
    """The preset with this id, or in this TOML file. Raises BadInput."""
    path = Path(name)
    if path.suffix == ".toml":
        return Entry(path.stem, path, load_preset(path), own=True)
    found, broken = find_presets()
    for error in broken:
        if Path(error.where).stem == name:
            raise error
    if name not in found:
        raise BadInput("preset", f"there is no such preset; there are {', '.join(found)}", value=name)
    return found[name]


class Choices:
    """The chosen preset and its settings as they stand in the form."""

    def __init__(self) -> None:
        self._opened: dict[str, Entry] = {}
        self.entries, self.broken = find_presets()
        if not self.entries:
            raise BadInput(str(paths.shipped_presets()), "holds no presets; install the workbench again")
        #: What each preset reached when it was last trained for the record.
        self.figures: dict[str, Figure] = {}
        try:
            self.figures = read_figures()
        except BadInput as error:
            self.broken.append(error)
        self.chosen = DEFAULT if DEFAULT in self.entries else next(iter(self.entries))
        self.preset = self.entries[self.chosen].preset
        self.rejected: dict[str, str] = {}
        self._look()

    def choose(self, preset_id: str) -> None:
        """Takes a preset as it was saved. Raises BadInput for an unknown one."""
        if preset_id not in self.entries:
            raise BadInput("preset", f"there is no such preset; there are {', '.join(self.entries)}", value=preset_id)
        self.chosen, self.preset = preset_id, self.entries[preset_id].preset
        self.rejected = {}
        self._look()

    def open(self, path: Path) -> None:
        """Takes a preset's file from anywhere; it joins the list until the workbench is closed. Raises BadInput."""
        entry = Entry(path.stem, path, load_preset(path), own=True)
        self._opened[entry.id] = entry
        self.entries = {**self.entries, entry.id: entry}
        self.choose(entry.id)

    def open_run(self, folder: Path, preset_id: str) -> None:
        """Takes the settings a run was trained with, as changes of its preset where that is known. Raises BadInput."""
        preset = load_run_preset(folder)
        if preset_id not in self.entries or self.entries[preset_id].preset.task != preset.task:
            self._opened[folder.name] = Entry(folder.name, folder / PRESET, preset, own=True)
            self.entries = {**self.entries, folder.name: self._opened[folder.name]}
            preset_id = folder.name
        self.restore(preset_id, preset)

    def restore(self, preset_id: str, preset: Preset) -> None:
        """Takes a preset with settings a person had changed."""
        self.choose(preset_id)
        self.preset = preset
        self._look()

    def set(self, key: str, value: object) -> None:
        """Changes one setting; one that cannot be is kept out, and ``problems`` says why beside its field."""
        self.rejected.pop(key, None)
        try:
            self.preset = with_setting(self.preset, key, value, where="settings")
        except BadInput as error:
            self.rejected[key] = self.expected(key) or f"{error.expected[:1].upper()}{error.expected[1:]}."
        self._look()

    def save_as(self, title: str) -> str:
        """Writes the settings as a preset of the person's own, and chooses it. Returns its id. Raises BadInput."""
        preset_id = re.sub(r"[^\w]+", "-", title.strip().lower()).strip("-_")[:60]
        if not preset_id:
            raise BadInput("name of the preset", "give it a name with letters or digits", value=title)
        path = paths.user_presets() / f"{preset_id}.toml"
        if preset_id in self.entries or path.exists():  # a file that is there and broken is still the person's
            raise BadInput("name of the preset", f"there is a preset “{preset_id}” already; choose another name")
        try:
            write_text(path, preset_to_toml(with_title(self.preset, title.strip()[:80])))
        except OSError as error:
            raise BadInput(str(path), f"cannot be written: {error.strerror}") from error
        self.entries, self.broken = find_presets()
        self.entries = {**self.entries, **self._opened}
        self.choose(preset_id)
        return preset_id

    @property
    def is_changed(self) -> bool:
        """Whether the settings differ from the saved preset."""
        return self.preset != self.entries[self.chosen].preset

    def expected(self, key: str) -> str:
        """What may stand in a field, as a sentence; empty for what is no field."""
        fields = {setting.key: setting.field for setting in settings_of(self.preset)}
        fields |= {f"model.{field.name}": field for field in fields_of(Layer)}
        return f"Expected {expectation(fields[key])}." if key in fields else ""

    def _look(self) -> None:
        #: Settings that mean something for this preset, as "group.name".
        self.applicable = {setting.key for setting in settings_of(self.preset) if setting.applies}
        # What was typed into a field that has gone (another source, another cell) must not stand in the way unseen.
        still = self.applicable | {"data.kind", "model.kind", "model.layers"}
        still |= {re.sub(r"\.stack\.\d+", "", key) for key in self.applicable}  # model.units: of every layer
        self.rejected = {key: why for key, why in self.rejected.items() if key in still}
        self.interface: Interface | None = None
        self.shapes: tuple[Shape, ...] = ()
        self.problems = {**problems(self.preset), **self.rejected}
        try:
            if not at_hand(self.preset.data):  # known once the text is cut, which the window does not wait for
                return
            self.interface = interface(self.preset.data)
            self.shapes = weight_shapes(self.preset.model, self.interface)
        except BadInput as error:
            self.problems.setdefault(error.key or "data.kind", f"{error.expected[:1].upper()}{error.expected[1:]}.")


def with_title(preset: Preset, title: str) -> Preset:
    """The preset under another title."""
    import msgspec

    return msgspec.structs.replace(preset, title=title)
