"""The runs of a race: one folder a lane, each a run like any other, and all of them gone on with together."""

import re
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from workbench.config import DeviceName, Preset
from workbench.engine.events import Command
from workbench.engine.race import OfLane
from workbench.engine.state import TrainerState
from workbench.errors import BadInput
from workbench.runs.folders import new_run_folder
from workbench.runs.index import Raced
from workbench.runs.raced import lanes_of
from workbench.runs.run import Recorder, go_on_with
from workbench.runs.so_far import said_so_far

#: No title of a preset is longer.
_LONGEST_TITLE = 80


def lane_recorders(preset_id: str, presets: Sequence[Preset], names: Sequence[str]) -> list[Recorder]:
    """A recorder for each lane. Raises BadInput where no folder can be made.

    A lane is not its preset: its network must not answer where the preset's is asked for, and the figure that was
    published for the preset is not for it.
    """
    ids = [f"{preset_id}-race-{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}" for name in names]
    recorders: list[Recorder] = []
    folders: list[Path] = []
    try:
        for lane_id in ids:
            folders.append(new_run_folder(lane_id))  # noqa: PERF401 (those made before one fails are known)
        race = msgspec.to_builtins(Raced(preset_id, tuple(folder.name for folder in folders)))
        for folder, lane_id, preset, name in zip(folders, ids, presets, names, strict=True):
            tail = f", race: {name}"[:_LONGEST_TITLE]
            title = f"{preset.title[: _LONGEST_TITLE - len(tail)]}{tail}"
            described = msgspec.structs.replace(preset, title=title, published=None)
            recorders.append(Recorder(folder, lane_id, described, facts={"race": race}))
    except BaseException:
        _close(recorders)
        for folder in folders:
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        raise
    return recorders


class RaceGoneOn(NamedTuple):
    """A race to go on with: lane by lane where it is written, and from which state (None: from its start).

    ``so_far`` is what the lanes said up to there, ``said`` what a person is to be told.
    """

    preset_id: str
    presets: tuple[Preset, ...]
    recorders: tuple[Recorder, ...]
    states: tuple[TrainerState | None, ...]
    so_far: tuple[OfLane, ...]
    said: tuple[str, ...]


def go_on_racing(
    run: Path, device: DeviceName | None = None, places: Mapping[str, str] = MappingProxyType({})
) -> RaceGoneOn:
    """Takes a race up where its lanes were saved; ``run`` is any of them. ``device`` and ``places`` are for all.

    Nobody else can go on with a lane until its recorder is closed. Raises BadInput where :func:`lanes_of` or
    :func:`go_on_with` does, and for a race that is at its end.
    """
    lanes = lanes_of(run)
    if all(about.is_complete for about in lanes.values()):
        raise BadInput(str(run), "this race is finished; nothing is left to be trained")
    recorders: list[Recorder] = []
    states, so_far, said = [], list[OfLane](), dict[str, None]()
    try:
        for number, folder in enumerate(lanes):
            recorder, state, sentences = go_on_with(folder, device, places)
            recorders.append(recorder)
            states.append(state)
            so_far += (OfLane(number, event, None) for event in said_so_far(folder, state))
            said |= dict.fromkeys(sentences)
    except BaseException:
        _close(recorders)
        raise
    raced = recorders[0].about.raced
    assert raced is not None
    # All lanes learn from the same data, of which each may have a copy: that they are the same is seen when it begins.
    data = recorders[0].preset.data
    presets = tuple(msgspec.structs.replace(recorder.preset, data=data) for recorder in recorders)
    return RaceGoneOn(raced.preset_id, presets, tuple(recorders), tuple(states), tuple(so_far), tuple(said))


def recorded_race(
    race: Generator[Any, Command | None, None], recorders: Sequence[Recorder]
) -> Generator[Any, Command | None, None]:
    """The same, each lane's events written down on their way. Raises TrainingFailed when it cannot go on."""
    command: Command | None = None
    writing: Recorder | None = None
    try:
        while True:
            try:
                said = race.send(command)
            except StopIteration:
                return
            for told in said if isinstance(said, tuple) else ():
                writing = recorders[told.lane]
                writing.record(told.event)
            writing = None
            command = yield said
    except BadInput:
        raise
    except Exception as error:
        raise _broke_off(error, recorders, writing) from error
    finally:
        race.close()
        _close(recorders)


def _broke_off(error: Exception, recorders: Sequence[Recorder], writing: Recorder | None) -> Exception:
    """Every lane that still learnt keeps what it can. What is told is of the lane that was written, where one was."""
    told = {
        recorder.folder: recorder.broke_off(error, is_race=True)
        for recorder in recorders if recorder is writing or not recorder.about.ended
    }  # fmt: skip
    return told[writing.folder] if writing is not None else next(iter(told.values()), error)


def _close(recorders: Sequence[Recorder]) -> None:
    for recorder in recorders:
        recorder.close()
