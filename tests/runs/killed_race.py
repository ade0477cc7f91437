"""A process that races, or goes on with the race in the runs folder, until it is killed or the race is over.

``python -m tests.runs.killed_race PRESET.toml``
"""

import sys
from pathlib import Path

import torch

from workbench import paths
from workbench.engine.lanes import changed, default_changes, lane_names
from workbench.engine.race import race
from workbench.preset_files import load_preset
from workbench.runs.index import all_runs
from workbench.runs.race import go_on_racing, lane_recorders, recorded_race


def main(preset_file: Path) -> None:
    torch.set_num_threads(1)
    if paths.runs().is_dir() and (runs := list(all_runs())):
        again = go_on_racing(runs[0][0])
        lanes, states, over, recorders = again.presets, again.states, again.over, again.recorders
    else:
        preset = load_preset(preset_file)
        lanes = tuple(changed(preset, changes) for changes in default_changes(preset))
        states, over, recorders = (), frozenset(), lane_recorders("counting", lanes, lane_names(lanes))
    work = race(lanes, states, over, report_seconds=0.01, snapshot_seconds=0.02, checkpoint_seconds=0.05)
    for _ in recorded_race(work, recorders):
        pass


if __name__ == "__main__":
    main(Path(sys.argv[1]))
