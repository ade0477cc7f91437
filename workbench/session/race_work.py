"""What the race desk has done in the background: a new race, one that is gone on with, and the gates of its lanes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from workbench.config import Preset
from workbench.data.sources import interface
from workbench.engine.lanes import check_lanes, lane_names, matched
from workbench.session.job import Work
from workbench.session.reader import Probe
from workbench.session.unfinished import marked

if TYPE_CHECKING:
    from workbench.engine.state import TrainerState
    from workbench.engine.trained import Trained
    from workbench.insight.trace import GateTrace
    from workbench.runs.run import Recorder


class Lined(NamedTuple):
    """The lanes as they start: their settings, names and folders."""

    presets: tuple[Preset, ...]
    names: tuple[str, ...]
    folders: tuple[Path, ...]


class LaneGates(NamedTuple):
    """What a lane's network made of a probe."""

    lane: int
    trained: Trained
    probe: Probe
    trace: GateTrace


def new_race(preset_id: str, presets: Sequence[Preset], is_matched: bool) -> Work:
    """Races these lanes, each as a new run. Yields Lined and what a watched race yields. Raises BadInput."""
    from workbench.runs.race import lane_recorders

    lanes = tuple(presets)
    if is_matched:
        lanes = matched(lanes, interface(lanes[0].data))
        check_lanes(lanes)
    names = lane_names(lanes)
    yield from _raced(lanes, names, lane_recorders(preset_id, lanes, names), ())


def resumed_race(run: Path, places: Mapping[str, str]) -> Work:
    """Goes on with the race that ``run`` is a lane of. What it said so far is told first. Raises BadInput."""
    from workbench.runs.race import go_on_racing

    gone_on = go_on_racing(run, places=places)
    lanes = gone_on.presets
    told = [*gone_on.said, gone_on.so_far]
    yield from _raced(lanes, lane_names(lanes), gone_on.recorders, gone_on.states, told)


def _raced(
    lanes: Sequence[Preset], names: Sequence[str], recorders: Sequence[Recorder],
    states: Sequence[TrainerState | None], told: Sequence[object] = (),
) -> Work:  # fmt: skip
    """The race, marked while it is under way: where the process dies in it, it is offered back."""
    from workbench.engine.race import race
    from workbench.export.tensorboard import race_with_events
    from workbench.insight.race_watch import watched_race
    from workbench.runs.race import recorded_race

    folders = tuple(recorder.folder for recorder in recorders)
    racing = watched_race(race_with_events(recorded_race(race(lanes, states), recorders), folders), lanes)
    try:
        with ExitStack() as marks:
            for folder in folders:
                marks.enter_context(marked(folder))
            yield Lined(tuple(lanes), tuple(names), folders)
            for event in told:  # noqa: UP028 (a list takes no commands; what is wanted meanwhile is asked for again)
                yield event
            yield from racing
    finally:
        racing.close()
        for recorder in recorders:  # a race that was closed before its first event has closed none
            recorder.close()


def traces(wanted: Sequence[tuple[int, Trained, Probe]]) -> Work:
    """The gates of each of these lanes for its probe. Yields LaneGates."""
    import torch

    from workbench.insight.trace import gate_trace

    for number, trained, probe in wanted:
        trace = gate_trace(trained.network(), torch.from_numpy(probe.inputs))
        if (yield LaneGates(number, trained, probe, trace)) == "stop":
            return
