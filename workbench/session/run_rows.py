"""The rows of the list of runs, read anew only where something changed."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from workbench import paths
from workbench.errors import BadInput
from workbench.runs.index import About, all_runs
from workbench.runs.lock import is_held
from workbench.runs.ranking import Metric, measured
from workbench.runs.remarks import NONE, Remarks, read_remarks
from workbench.session.job import Work


@dataclass(frozen=True)
class RunRow:
    """One run. ``is_training``: somebody writes into its folder now, here or elsewhere."""

    folder: Path
    about: About
    remarks: Remarks = NONE
    is_training: bool = False

    @property
    def network(self) -> str:
        """``LSTM 128``; empty for runs that did not write it down."""
        words = self.about.facts.get("network", "")
        return words if isinstance(words, str) else ""

    def measured(self, metric: Metric) -> float:
        """One of its measures; NaN where it has none."""
        return measured(self.about, metric)


@dataclass(frozen=True)
class Listed:
    """All runs, newest first; ``stamp`` tells whether anything was written since."""

    stamp: object
    rows: tuple[RunRow, ...]
    broken: tuple[BadInput, ...]


def listed(known: object, going: tuple[Path, ...]) -> Work:
    """All runs, unless everything is as it was when ``known`` was taken. ``going``: those that had not ended then."""
    written = _written(paths.runs())
    if (written, *map(is_held, going)) == known:
        return
    broken: list[BadInput] = []
    rows = []
    for number, (folder, about) in enumerate(all_runs(broken=broken)):
        try:
            remarks = read_remarks(folder)
        except BadInput as error:
            broken.append(error)
            remarks = NONE
        rows.append(RunRow(folder, about, remarks, not about.ended and is_held(folder)))
        if number % 200 == 199 and (yield None) == "stop":
            return
    held = (row.is_training for row in rows if not row.about.ended)
    yield Listed((written, *held), tuple(rows), tuple(broken))


def _written(runs: Path) -> frozenset[tuple[str, int]]:
    """Every run's folder, and when something was last written into it: what it says of itself, or a remark."""
    found = set()
    with suppress(OSError), os.scandir(runs) as entries:
        for entry in entries:
            with suppress(OSError):  # removed since its name was read
                found.add((entry.name, entry.stat().st_mtime_ns))
    return frozenset(found)
