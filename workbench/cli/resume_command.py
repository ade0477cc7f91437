"""``workbench resume``: a run that was stopped or broken off, a new one that goes on from it, or a whole race."""

import argparse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import torch

from workbench.cli.output import Output
from workbench.cli.race_lanes import Racers, Result, follow_race, say_racers
from workbench.cli.train_commands import changes_of, follow
from workbench.data.sources import interface
from workbench.errors import BadInput, NoData
from workbench.export.tensorboard import TENSORBOARD, write_events
from workbench.models.shapes import parameter_count
from workbench.runs.continued import continued
from workbench.runs.folders import run_folder
from workbench.runs.index import About, read_about
from workbench.runs.race import RaceGoneOn, closed_at_the_end, go_on_racing
from workbench.runs.raced import lanes_of
from workbench.runs.run import go_on_with


def resume(arguments: argparse.Namespace, output: Output) -> int:
    """Goes on with a run, or the whole race it is of, to the end its settings name. At its end it stays as it is."""
    folder = run_folder(arguments.run)
    places = dict(changes_of(arguments.set, "data.folder=~/pictures"))
    if arguments.race:
        return _resume_race(folder, places, arguments, output)
    if not arguments.as_new and (arguments.at is not None or arguments.steps is not None):
        raise BadInput("--at" if arguments.at is not None else "--steps", "a run goes on as a new one only",
                       hint="Add --as-new.")  # fmt: skip
    if not arguments.as_new and (about := read_about(folder)).is_complete:
        if places:
            raise BadInput("--set", "the run is finished, and needs its data no more", hint="Add --as-new to go on.")
        return _is_finished(folder, about, output)
    with _way_out(places):
        if arguments.as_new:
            folder = continued(folder, arguments.at, arguments.steps, places=places)
        recorder, state, said = go_on_with(folder, arguments.device, places, is_made=arguments.as_new)
    about = recorder.about
    for sentence in said:
        output.say(sentence)
    if state is not None:
        output.say(f"{about.title}: going on after step {state.step:,} of {about.steps:,}")
    torch.set_num_threads(about.threads(torch.get_num_threads()))
    return follow(recorder, recorder.preset, state, output, arguments)


def _resume_race(folder: Path, places: Mapping[str, str], arguments: argparse.Namespace, output: Output) -> int:
    for name in ("as_new", "at", "steps"):
        if getattr(arguments, name) not in (None, False):
            raise BadInput("--race", f"a race goes on as it was begun, without --{name.replace('_', '-')}")
    lanes = lanes_of(folder)
    if all(about.is_over for about in lanes.values()):
        return _is_over(lanes, output)
    with _way_out(places):
        gone_on = go_on_racing(folder, arguments.device, places)
    with closed_at_the_end(gone_on.recorders.values()):
        return _race_on(gone_on, output, has_events=arguments.tensorboard)


def _race_on(gone_on: RaceGoneOn, output: Output, *, has_events: bool) -> int:
    racers = _racers(gone_on)
    torch.set_num_threads(next(iter(gone_on.lanes.values())).threads(torch.get_num_threads()))
    say_racers(racers, output)
    for sentence in gone_on.said:
        output.say(sentence)
    steps = [result.step for result in racers.results]
    for number, (name, step) in enumerate(zip(racers.names, steps, strict=True)):
        if number in gone_on.over:
            output.say(f"{name}: {racers.results[number].ended} already, after step {step:,}")
        elif step:
            output.say(f"{name}: going on after step {step:,}")
    for number in gone_on.over if has_events else ():  # beside those of the others
        if not (events := racers.folders[number] / TENSORBOARD).is_dir():
            write_events(racers.folders[number], events)
    work = gone_on.work(report_seconds=0.25, snapshot_seconds=2.0)
    return follow_race(racers, work, output, has_events=has_events, resumed_after=steps)


def _racers(gone_on: RaceGoneOn) -> Racers:
    reads = interface(gone_on.presets[0].data)
    counts = [parameter_count(lane.model, reads) for lane in gone_on.presets]
    results = [Result() for _ in gone_on.presets]
    for told in gone_on.so_far:
        results[told.lane].take(told)
    for number, about in enumerate(gone_on.lanes.values()):
        if number in gone_on.over and about.tested is not None:
            results[number].test = about.facts["test"]
    return Racers(
        gone_on.preset_id, gone_on.presets, gone_on.names, counts, tuple(gone_on.lanes), results, gone_on.over
    )  # fmt: skip


def _is_over(lanes: Mapping[Path, About], output: Output) -> int:
    """Of a race that nothing is left of to be trained. Returns the exit code."""
    for folder, about in lanes.items():
        output.say(f"{about.title}: {about.ended} already, after step {about.step:,}. Run: {folder}")
    raced = next(iter(lanes.values())).raced
    output.answer({
        "preset": raced.preset_id if raced is not None else "", "message": "over already",
        "step": max(about.step for about in lanes.values()),
        "lanes": [{"lane": number, "run": str(folder), "ended": about.ended, "steps": about.step,
                   "test": about.facts.get("test")} for number, (folder, about) in enumerate(lanes.items())],
    })  # fmt: skip
    return 0


@contextmanager
def _way_out(places: Mapping[str, str]) -> Iterator[None]:
    """Adds to what is said of data that are not at their place the words that say where they are."""
    try:
        yield
    except NoData as error:
        if error.key in places:
            raise
        raise BadInput(error.where, error.expected, hint=f"Say where: --set {error.key}=PLACE.") from error


def _is_finished(folder: Path, about: About, output: Output) -> int:
    output.say(f"{about.title}: finished already, after step {about.step:,}. Nothing is left to be trained.")
    output.say(f"Run: {folder}")
    output.answer({"preset": about.preset_id, "run": str(folder), "ended": about.ended, "step": about.step,
                   "message": "finished already", **about.facts})  # fmt: skip
    return 0
