"""``workbench runs``: what was trained."""

import argparse
import math

import msgspec

from workbench import paths
from workbench.cli.output import Output
from workbench.errors import BadInput
from workbench.runs.index import Result, all_runs
from workbench.runs.lock import is_held


def _result(tested: Result | None) -> str:
    if tested is None:
        return ""
    return f"loss {tested.loss:.4g} on {tested.on}" if math.isnan(tested.accuracy) else (
        f"{100 * tested.accuracy:.2f} % of {tested.on}"
    )  # fmt: skip


def runs(arguments: argparse.Namespace, output: Output) -> int:
    """Lists the runs, newest first."""
    rows, answers = [], []
    broken: list[BadInput] = []
    for folder, about in all_runs(broken=broken):
        result = _result(about.tested)
        ended = about.ended or ("training" if is_held(folder) else "broken off")
        rows.append((folder.name, about.title, ended, f"{about.step:,}/{about.steps:,}", result))
        answers.append({"folder": str(folder), **msgspec.to_builtins(about)})
    if rows:
        output.table(("run", "preset", "ended", "steps", "result"), rows)
    elif not broken:
        output.say(f"No runs yet in {paths.runs()}. Train one: workbench train strokes-digits")
    for error in broken:
        output.say(str(error))
    output.answer({"runs": answers, "broken": [str(error) for error in broken]})
    return 2 if broken else 0
