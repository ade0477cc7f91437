"""Races for tests: whole ones, and such as were broken off in the middle."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from workbench.config import Preset
from workbench.engine.events import Checkpoint, Progress
from workbench.engine.lanes import changed, default_changes, lane_names
from workbench.engine.race import Race, race
from workbench.runs.folders import ABOUT, STATE
from workbench.runs.race import lane_recorders, recorded_race
from workbench.runs.run import Recorder


def lanes_for(preset: Preset) -> tuple[Preset, ...]:
    return tuple(changed(preset, changes) for changes in default_changes(preset))


def begun(lanes: Sequence[Preset]) -> tuple[Race, dict[int, Recorder]]:
    recorders = lane_recorders("counting", lanes, lane_names(lanes))
    work = race(lanes, report_seconds=0.0, snapshot_seconds=1e9, checkpoint_seconds=0.0)
    return recorded_race(work, recorders), recorders


def folders_of(recorders: Mapping[int, Recorder]) -> list[Path]:
    return [recorder.folder for recorder in recorders.values()]


def whole(lanes: Sequence[Preset]) -> list[Path]:
    work, recorders = begun(lanes)
    for _ in work:
        pass
    return folders_of(recorders)


def broken_off(lanes: Sequence[Preset], after: Sequence[int]) -> list[Path]:
    """The lanes, as if each had kept its last checkpoint after so many steps; 0: none."""
    work, recorders = begun(lanes)
    kept: dict[tuple[int, int], bytes] = {}
    for said in work:
        happened = said if isinstance(said, tuple) else ()
        for told in happened:
            if isinstance(told.event, Checkpoint):
                kept[told.lane, told.event.state.step] = (recorders[told.lane].folder / STATE).read_bytes()
        if any(isinstance(told.event, Progress) and told.event.steps[-1] > max(after) for told in happened):
            break
    work.close()
    for number, (recorder, step) in enumerate(zip(recorders.values(), after, strict=True)):
        for state in recorder.folder.glob("state*"):
            state.unlink()
        if step:
            (recorder.folder / STATE).write_bytes(kept[number, step])
        about = msgspec.structs.replace(recorder.about, step=step)
        (recorder.folder / ABOUT).write_bytes(msgspec.json.encode(about))
    return folders_of(recorders)
