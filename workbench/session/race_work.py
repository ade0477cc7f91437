"""What the race desk has done in the background: a new race, one that is gone on with, and the gates of its lanes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from workbench.config import Preset
from workbench.data.sources import interface
from workbench.engine.lanes import check_lanes, lane_names, matched
from workbench.errors import BadInput
from workbench.runs.folders import NETWORK
from workbench.session.job import Work, after
from workbench.session.reader import Probe
from workbench.session.unfinished import marked

if TYPE_CHECKING:
    from workbench.engine.race import Race
    from workbench.engine.trained import Trained
    from workbench.insight.trace import GateTrace
    from workbench.runs.index import About


class Lined(NamedTuple):
    """The lanes as they start: their settings, names and folders. Of those that are over, what they came to."""

    presets: tuple[Preset, ...]
    names: tuple[str, ...]
    folders: tuple[Path, ...]
    over: Mapping[int, Over]


class Over(NamedTuple):
    """A lane of a race that goes on without it."""

    parameters: int
    trained: Trained | None


class LaneGates(NamedTuple):
    """What a lane's network made of a probe."""

    lane: int
    trained: Trained
    probe: Probe
    trace: GateTrace


def new_race(preset_id: str, presets: Sequence[Preset], is_matched: bool) -> Work:
    """Races these lanes, each as a new run. Yields Lined and what a watched race yields. Raises BadInput."""
    from workbench.engine.race import race
    from workbench.runs.race import closed_at_the_end, lane_recorders, recorded_race

    lanes = tuple(presets)
    if is_matched:
        lanes = matched(lanes, interface(lanes[0].data))
        check_lanes(lanes)
    names = lane_names(lanes)
    recorders = lane_recorders(preset_id, lanes, names)
    with closed_at_the_end(recorders.values()):
        lined = Lined(lanes, names, tuple(recorder.folder for recorder in recorders.values()), {})
        yield from _under_way(recorded_race(race(lanes), recorders), lined)


def resumed_race(run: Path, places: Mapping[str, str]) -> Work:
    """Goes on with the race that ``run`` is a lane of. What it said so far is told first. Raises BadInput."""
    from workbench.runs.race import closed_at_the_end, go_on_racing

    gone_on = go_on_racing(run, places=places)
    with closed_at_the_end(gone_on.recorders.values()):
        over = {}
        for number, (folder, about) in enumerate(gone_on.lanes.items()):
            if number in gone_on.over:
                over[number] = _over(folder, about, gone_on.presets[number])
        lined = Lined(gone_on.presets, gone_on.names, tuple(gone_on.lanes), over)
        yield from _under_way(gone_on.work(), lined, [*gone_on.said, gone_on.so_far])


def _over(run: Path, about: About, preset: Preset) -> Over:
    from workbench.runs.network_file import load_network

    try:
        trained = replace(load_network(run / NETWORK), preset=preset)
    except BadInput:  # its curves are there all the same
        trained = None
    count = about.facts.get("parameters", 0)
    return Over(count if isinstance(count, int) else 0, trained)


def _under_way(work: Race, lined: Lined, told: Sequence[object] = ()) -> Work:
    """The race, marked while it is under way: where the process dies in it, it is offered back."""
    from workbench.export.tensorboard import race_with_events
    from workbench.insight.race_watch import watched_race

    racing = watched_race(race_with_events(work, lined.folders), lined.presets)
    with marked(*lined.folders), closing(racing):
        yield lined
        yield from after(told, racing)


def traces(wanted: Sequence[tuple[int, Trained, Probe]]) -> Work:
    """The gates of each of these lanes for its probe. Yields LaneGates."""
    import torch

    from workbench.insight.trace import gate_trace

    for number, trained, probe in wanted:
        trace = gate_trace(trained.network(), torch.from_numpy(probe.inputs))
        if (yield LaneGates(number, trained, probe, trace)) == "stop":
            return
