"""``workbench runs``: what was trained."""

import argparse

import msgspec

from workbench import paths
from workbench.cli.output import Output
from workbench.runs.index import all_runs


def runs(arguments: argparse.Namespace, output: Output) -> int:
    """Lists the runs, newest first."""
    rows, answers = [], []
    for folder, about in all_runs():
        test = about.facts.get("test")
        result = f"{100 * test['accuracy']:.2f} % of {test['on']}" if isinstance(test, dict) else ""
        rows.append((folder.name, about.title, about.ended or "broken off", f"{about.step:,}/{about.steps:,}", result))
        answers.append({"folder": str(folder), **msgspec.to_builtins(about)})
    if rows:
        output.table(("run", "preset", "ended", "steps", "result"), rows)
    else:
        output.say(f"No runs yet in {paths.runs()}. Train one: workbench train strokes-digits")
    output.answer({"runs": answers})
    return 0
