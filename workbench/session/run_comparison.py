"""The settings of chosen runs: in what they differ, and what can be done with the first."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workbench.config import Preset
from workbench.engine.lanes import Difference, differences
from workbench.runs.folders import NETWORK, SNAPSHOTS
from workbench.runs.run_preset import missing_place, presets_to_compare
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
    #: Of one run: the key of the place where its data are not; empty where all are at hand.
    missing: str = ""


def compared(folders: tuple[Path, ...]) -> Work:
    """Reads the settings of one run or several, the first chosen first. Yields a Compared. Raises BadInput."""
    presets = presets_to_compare(folders)
    missing = missing_place(folders[0], {}) if len(folders) == 1 else ""
    yield Compared(
        folders, presets, differences(presets), (folders[0] / NETWORK).is_file(), (folders[0] / SNAPSHOTS).is_dir(),
        missing,
    )  # fmt: skip
