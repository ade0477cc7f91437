"""The settings of chosen runs: in what they differ, and what can be done with the first."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workbench.config import Preset
from workbench.data.sources import availability
from workbench.engine.lanes import Difference, differences
from workbench.fields import Field, settings_of
from workbench.preset_files import load_preset
from workbench.runs.folders import NETWORK, PRESET, SNAPSHOTS
from workbench.runs.run_preset import load_run_preset
from workbench.session.job import Work

#: So many runs' settings can be compared at once.
MOST_COMPARED = 8


@dataclass(frozen=True)
class Compared:
    """The settings of the chosen runs, and in what they differ."""

    folders: tuple[Path, ...]
    presets: tuple[Preset, ...]
    differences: tuple[Difference, ...]
    has_network: bool = False
    has_snapshots: bool = False
    #: Of one run: the key of the place where its data are not, and its setting; None where they are at hand.
    missing: tuple[str, Field] | None = None


def compared(folders: tuple[Path, ...]) -> Work:
    """Reads the settings of one run or several, the first chosen first. Yields a Compared. Raises BadInput."""
    presets = tuple(load_preset(folder / PRESET) for folder in folders)
    missing = _missing(load_run_preset(folders[0])) if len(folders) == 1 else None
    yield Compared(
        folders, presets, differences(presets), (folders[0] / NETWORK).is_file(), (folders[0] / SNAPSHOTS).is_dir(),
        missing,
    )  # fmt: skip


def _missing(preset: Preset) -> tuple[str, Field] | None:
    """Which place of its data has none: the key of the setting, and the setting."""
    there = availability(preset.data)
    named = {setting.key: setting.field for setting in settings_of(preset)}
    return (there.key, named[there.key]) if there.state == "missing" else None
