"""The runs of a race: one folder a lane, each a run like any other, and all of them gone on with together."""

import re
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from workbench.config import DeviceName, Preset
from workbench.engine.events import Command, Started
from workbench.engine.lanes import check_lanes, lane_names
from workbench.engine.race import OfLane, Race, race
from workbench.engine.state import TrainerState
from workbench.errors import BadInput
from workbench.runs.folders import new_run_folder
from workbench.runs.index import About, Raced
from workbench.runs.raced import lanes_of
from workbench.runs.run import Recorder, go_on_with
from workbench.runs.run_preset import load_run_preset, with_one_text
from workbench.runs.so_far import said_in_all, said_so_far

#: No title of a preset is longer.
_LONGEST_TITLE = 80


def lane_recorders(preset_id: str, presets: Sequence[Preset], names: Sequence[str]) -> dict[int, Recorder]:
    """A recorder for each lane, by its number. Raises BadInput where no folder can be made.

    A lane is not its preset: its network must not answer where the preset's is asked for, and the figure that was
    published for the preset is not for it.
    """
    ids = [f"{preset_id}-race-{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}" for name in names]
    recorders: dict[int, Recorder] = {}
    folders: list[Path] = []
    try:
        for lane_id in ids:
            folders.append(new_run_folder(lane_id))  # noqa: PERF401 (those made before one fails are known)
        told = msgspec.to_builtins(Raced(preset_id, tuple(folder.name for folder in folders)))
        for number, (folder, lane_id, preset, name) in enumerate(zip(folders, ids, presets, names, strict=True)):
            tail = f", race: {name}"[:_LONGEST_TITLE]
            title = f"{preset.title[: _LONGEST_TITLE - len(tail)]}{tail}"
            described = msgspec.structs.replace(preset, title=title, published=None)
            recorders[number] = Recorder(folder, lane_id, described, facts={"race": told})
    except BaseException:
        _close(recorders.values())
        for folder in folders:
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        raise
    return recorders


class RaceGoneOn(NamedTuple):
    """A race to go on with, lane by lane: where each is, what it says of itself, and its state (None: at its start).

    Lanes without a recorder are over. ``so_far`` is what the lanes said up to there, ``said`` what a person is told.
    """

    preset_id: str
    presets: tuple[Preset, ...]
    names: tuple[str, ...]
    lanes: Mapping[Path, About]
    recorders: Mapping[int, Recorder]
    states: tuple[TrainerState | None, ...]
    so_far: tuple[OfLane, ...]
    said: tuple[str, ...]

    @property
    def over(self) -> frozenset[int]:
        return frozenset(range(len(self.lanes))) - self.recorders.keys()

    def work(self, *, report_seconds: float = 0.1, snapshot_seconds: float = 0.2) -> Race:
        """The rest of the race, written down on its way."""
        rest = race(
            self.presets, self.states, self.over, report_seconds=report_seconds, snapshot_seconds=snapshot_seconds
        )
        return recorded_race(rest, self.recorders)


def go_on_racing(
    run: Path, device: DeviceName | None = None, places: Mapping[str, str] = MappingProxyType({})
) -> RaceGoneOn:
    """Takes a race up where its lanes were saved; ``run`` is any of them. ``device`` and ``places`` are for all.

    Lanes that are over stay as they are. Nobody else can go on with another until its recorder is closed.
    Raises BadInput where :func:`lanes_of` or :func:`go_on_with` does, for a race that is over, and for lanes that can
    race no more: by now their data are not the same.
    """
    lanes = lanes_of(run)
    if all(about.is_over for about in lanes.values()):
        raise BadInput(str(run), "this race is over; nothing is left to be trained")
    recorders: dict[int, Recorder] = {}
    states, so_far, said = list[TrainerState | None](), list[OfLane](), dict[str, None]()
    try:
        for number, (folder, about) in enumerate(lanes.items()):
            if about.is_over:
                states.append(None)
                so_far += (OfLane(number, event, None) for event in said_in_all(folder, about))
                continue
            recorders[number], state, sentences = go_on_with(folder, device, places)
            states.append(state)
            so_far += (OfLane(number, event, None) for event in said_so_far(folder, state))
            said |= dict.fromkeys(sentences)
        presets = _presets(lanes, recorders)
        names = lane_names(presets)
    except BaseException:
        _close(recorders.values())
        raise
    raced = next(iter(lanes.values())).raced
    assert raced is not None
    return RaceGoneOn(
        raced.preset_id, presets, names, lanes, recorders, tuple(states), tuple(so_far), tuple(said)
    )  # fmt: skip


def _presets(lanes: Mapping[Path, About], recorders: Mapping[int, Recorder]) -> tuple[Preset, ...]:
    """The settings of all lanes; copies of one text are one. Raises BadInput where their data are not the same."""
    own = {
        folder: recorders[number].preset if number in recorders else load_run_preset(folder)
        for number, folder in enumerate(lanes)
    }
    presets = list(with_one_text(own))
    learning = presets[min(recorders)]
    for number, preset in enumerate(presets):
        if number not in recorders:  # it needs neither its data nor its device any more, wherever those are now
            training = msgspec.structs.replace(preset.training, device=learning.training.device)
            presets[number] = msgspec.structs.replace(preset, data=learning.data, training=training)
    try:
        check_lanes(presets)
    except BadInput as error:
        raise BadInput(error.where, error.expected, key=error.key, value=error.value,
                       hint="The lanes can be resumed one by one.") from error  # fmt: skip
    return tuple(presets)


def recorded_race(
    work: Generator[Any, Command | None, None], recorders: Mapping[int, Recorder]
) -> Generator[Any, Command | None, None]:
    """The same, each lane's events written down on their way. Raises TrainingFailed when it cannot go on.

    Raises BadInput, before anything is written, where a lane was begun with other data.
    """
    command: Command | None = None
    writing: Recorder | None = None
    try:
        while True:
            try:
                said = work.send(command)
            except StopIteration:
                return
            happened = said if isinstance(said, tuple) else ()
            for each in happened:
                if isinstance(each.event, Started):
                    recorders[each.lane].check(each.event)
            for each in happened:
                writing = recorders[each.lane]
                writing.record(each.event)
            writing = None
            command = yield said
    except BadInput:
        raise
    except Exception as error:
        if (told := _broke_off(error, recorders.values(), writing)) is error:
            raise
        raise told from error
    finally:
        work.close()
        _close(recorders.values())


def _broke_off(error: Exception, recorders: Collection[Recorder], writing: Recorder | None) -> Exception:
    """Every lane that still learnt keeps why. Where that is of the one that was being written, it is told of that."""
    is_race = all(recorder.stays for recorder in recorders)
    learning = [
        recorder for recorder in recorders
        if recorder is writing or recorder.started is None or not recorder.about.ended
    ]  # fmt: skip
    if writing is None:
        return next(iter([recorder.broke_off(error, is_race=is_race) for recorder in learning]), error)
    told = writing.broke_off(error, is_race=is_race)
    for recorder in learning:
        if recorder is not writing:
            recorder.failed(str(told))
    return told


@contextmanager
def closed_at_the_end(recorders: Iterable[Recorder]) -> Iterator[None]:
    """A race that comes to nothing before its first event closes none by itself."""
    try:
        yield
    finally:
        _close(recorders)


def _close(recorders: Iterable[Recorder]) -> None:
    for recorder in recorders:
        recorder.close()
