"""``workbench resume``: a run that was stopped or broken off, a new one that goes on from it, or a whole race."""

import argparse
from collections.abc import Mapping
from pathlib import Path

import torch

from workbench.cli.output import Output
from workbench.cli.race_command import follow_race_on
from workbench.cli.train_commands import changes_of, follow
from workbench.errors import BadInput
from workbench.runs.continued import continued
from workbench.runs.folders import run_folder
from workbench.runs.index import About, read_about
from workbench.runs.race import go_on_racing
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
    try:
        if arguments.as_new:
            folder = continued(folder, arguments.at, arguments.steps, places=places)
        recorder, state, said = go_on_with(folder, arguments.device, places, is_made=arguments.as_new)
    except BadInput as error:
        raise _with_way_out(error, places) from error
    about = recorder.about
    for sentence in said:
        output.say(sentence)
    if state is not None:
        output.say(f"{about.title}: going on after step {state.step:,} of {about.steps:,}")
    if isinstance(threads := about.facts.get("threads"), int) and threads > 0:
        torch.set_num_threads(threads)  # sums are added up in as many parts as there are threads
    return follow(recorder, recorder.preset, state, output, arguments)


def _resume_race(folder: Path, places: Mapping[str, str], arguments: argparse.Namespace, output: Output) -> int:
    for name in ("as_new", "at", "steps"):
        if getattr(arguments, name) not in (None, False):
            raise BadInput("--race", f"a race goes on as it was begun, without --{name.replace('_', '-')}")
    try:
        gone_on = go_on_racing(folder, arguments.device, places)
    except BadInput as error:
        raise _with_way_out(error, places) from error
    return follow_race_on(gone_on, output, has_events=arguments.tensorboard)


def _with_way_out(error: BadInput, places: Mapping[str, str]) -> BadInput:
    """The same error; where data are not at their place, with the words that say where they are."""
    if not error.key.startswith("data.") or error.key in places:
        return error
    return BadInput(error.where, error.expected, hint=f"Say where: --set {error.key}=PLACE.")


def _is_finished(folder: Path, about: About, output: Output) -> int:
    output.say(f"{about.title}: finished already, after step {about.step:,}. Nothing is left to be trained.")
    output.say(f"Run: {folder}")
    output.answer({"preset": about.preset_id, "run": str(folder), "ended": about.ended, "step": about.step,
                   "message": "finished already", **about.facts})  # fmt: skip
    return 0
