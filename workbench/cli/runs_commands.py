"""``workbench runs``: what was trained."""

import argparse

import msgspec

from workbench import paths
from workbench.cli.output import Output
from workbench.errors import BadInput
from workbench.runs.index import all_runs


def runs(arguments: argparse.Namespace, output: Output) -> int:
    """Lists the runs, newest first."""
    rows, answers = [], []
    broken: list[BadInput] = []
    for folder, about in all_runs(broken=broken):
        result = f"{100 * about.tested.accuracy:.2f} % of {about.tested.on}" if about.tested else ""
        rows.append((folder.name, about.title, about.ended or "broken off", f"{about.step:,}/{about.steps:,}", result))
        answers.append({"folder": str(folder), **msgspec.to_builtins(about)})
    if rows:
        output.table(("run", "preset", "ended", "steps", "result"), rows)
    elif not broken:
        output.say(f"No runs yet in {paths.runs()}. Train one: workbench train strokes-digits")
    for error in broken:
        output.say(str(error))
    output.answer({"runs": answers, "broken": [str(error) for error in broken]})
    return 2 if broken else 0
