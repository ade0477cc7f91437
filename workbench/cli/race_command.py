"""``workbench race``: two to four architectures side by side, on the same samples in the same order."""

import argparse

from workbench.cli.output import Output
from workbench.cli.race_lanes import Racers, Result, follow_race, say_racers
from workbench.cli.train_commands import with_settings
from workbench.config import Preset
from workbench.data.sources import interface
from workbench.engine.lanes import changed, check_lanes, default_changes, lane_names, matched
from workbench.engine.race import race
from workbench.errors import BadInput
from workbench.models.shapes import parameter_count
from workbench.preset_files import with_setting
from workbench.runs.race import lane_recorders, recorded_race
from workbench.session.choices import preset_entry


def run_race(arguments: argparse.Namespace, output: Output) -> int:
    """Trains the preset and its changed lanes in turn, step by step. Raises BadInput for what would be no race."""
    entry = preset_entry(arguments.preset)
    preset = with_settings(entry.preset, arguments.set)
    for name in ("steps", "device", "seed"):
        if (value := getattr(arguments, name)) is not None:
            preset = with_setting(preset, f"training.{name}", value, where=f"--{name}")
    lanes = [preset, *(changed(preset, changes, "--lane") for changes in _changes(arguments.lane, preset))]
    check_lanes(lanes)
    reads = interface(preset.data)
    if arguments.matched:
        lanes = [*matched(lanes, reads)]
        check_lanes(lanes)
    names = lane_names(lanes)
    counts = [parameter_count(lane.model, reads) for lane in lanes]
    racers = Racers(entry.id, lanes, names, counts, (), [Result() for _ in lanes])
    say_racers(racers, output)
    recorders = lane_recorders(entry.id, lanes, names)
    racers = racers._replace(folders=[recorder.folder for recorder in recorders.values()])
    work = recorded_race(race(lanes, report_seconds=0.25, snapshot_seconds=2.0), recorders)
    return follow_race(racers, work, output, has_events=arguments.tensorboard, matched=arguments.matched)


def _changes(lanes: list[str], preset: Preset) -> list[dict[str, object]]:
    """What sets each further lane apart. Raises BadInput."""
    if not lanes:
        return [dict(changes) for changes in default_changes(preset)[1:]]
    found = []
    for lane in lanes:
        changes: dict[str, object] = {}
        for change in filter(None, (part.strip() for part in lane.split(","))):
            key, equals, value = change.partition("=")
            if not equals:
                raise BadInput("--lane", "write KEY=VALUE,KEY=VALUE, as in model.cell=gru,model.units=64", value=change)
            changes[key.strip()] = value.strip()
        found.append(changes)
    return found
