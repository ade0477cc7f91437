"""The runs of a race: one folder a lane, each a run like any other."""

import re
from collections.abc import Generator, Sequence
from typing import Any

import msgspec

from workbench.config import Preset
from workbench.engine.events import Command
from workbench.runs.folders import new_run_folder
from workbench.runs.run import Recorder

#: No title of a preset is longer.
_LONGEST_TITLE = 80


def lane_recorders(preset_id: str, presets: Sequence[Preset], names: Sequence[str]) -> list[Recorder]:
    """A recorder for each lane. Raises BadInput where no folder can be made.

    A lane is not its preset: its network must not answer where the preset's is asked for, and the figure that was
    published for the preset is not for it.
    """
    recorders = []
    for preset, name in zip(presets, names, strict=True):
        lane_id = f"{preset_id}-race-{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}"
        tail = f", race: {name}"[:_LONGEST_TITLE]
        title = f"{preset.title[: _LONGEST_TITLE - len(tail)]}{tail}"
        described = msgspec.structs.replace(preset, title=title, published=None)
        recorders.append(Recorder(new_run_folder(lane_id), lane_id, described))
    return recorders


def recorded_race(
    race: Generator[Any, Command | None, None], recorders: Sequence[Recorder]
) -> Generator[Any, Command | None, None]:
    """The same, each lane's events written down on their way."""
    command: Command | None = None
    try:
        while True:
            try:
                said = race.send(command)
            except StopIteration:
                return
            for told in said if isinstance(said, tuple) else ():
                try:
                    recorders[told.lane].record(told.event)
                except OSError as error:
                    raise recorders[told.lane].broke_off(error) from error
            command = yield said
    finally:
        race.close()
        for recorder in recorders:
            recorder.close()
