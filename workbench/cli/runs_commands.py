"""``workbench runs``: what was trained, what was remarked on it, which is the best, and in what runs differ."""

import argparse
import math
from pathlib import Path
from typing import Any

import msgspec

from workbench import paths
from workbench.cli.output import Output
from workbench.engine.lanes import differences
from workbench.errors import BadInput
from workbench.runs.bin import to_bin
from workbench.runs.folders import run_folder
from workbench.runs.index import About, Result, all_runs, read_about
from workbench.runs.lock import is_held
from workbench.runs.ranking import best
from workbench.runs.remarks import NONE, Remarks, read_remarks, remark
from workbench.runs.run_preset import presets_to_compare

Listed = tuple[Path, About]


def runs(arguments: argparse.Namespace, output: Output) -> int:
    """Lists the runs, all or those named, newest first; remarks on them, compares or deletes them, where asked to."""
    broken: list[BadInput] = []
    chosen = [run_folder(name) for name in arguments.run]
    changes = arguments.star is not None or arguments.tag or arguments.untag or arguments.note is not None
    if (changes or arguments.delete) and not chosen:
        raise BadInput("runs", "name the runs that this is for", hint="workbench runs lists their names.")
    if arguments.differences:
        return _differences(chosen, output)
    if arguments.delete:
        return _delete(chosen, output)
    if changes:
        for folder in chosen:
            _remark(folder, arguments)
    found = [(folder, read_about(folder)) for folder in chosen] if chosen else list(all_runs(broken=broken))
    if arguments.best:
        first = best(found, arguments.best, lambda each: each[1])
        if first is None:
            raise BadInput("--best", "no run has this measure", value=arguments.best)
        found = [first]
    _list(found, broken, output)
    return 2 if broken else 0


def _list(found: list[Listed], broken: list[BadInput], output: Output) -> None:
    rows, answers = [], []
    is_any_remarked = False
    for folder, about in found:
        remarks = _remarks(folder, broken)
        is_any_remarked |= remarks != NONE
        ended = about.ended or ("training" if is_held(folder) else "broken off")
        rows.append((folder.name, about.title, ended, f"{about.step:,}/{about.steps:,}", _result(about.tested),
                     _remark_words(remarks)))  # fmt: skip
        answers.append({"folder": str(folder), **msgspec.to_builtins(about), **_remark_document(remarks)})
    if rows:
        head = ("run", "preset", "ended", "steps", "result", "remarks")
        width = 6 if is_any_remarked else 5
        output.table(head[:width], [row[:width] for row in rows])
    elif not broken:
        output.say(f"No runs yet in {paths.runs()}. Train one: workbench train strokes-digits")
    for error in broken:
        output.say(str(error))
    output.answer({"runs": answers, "broken": [str(error) for error in broken]})


def _differences(chosen: list[Path], output: Output) -> int:
    if len(chosen) < 2:
        raise BadInput("--differences", "name two runs or more", value=len(chosen))
    found = differences(presets_to_compare(chosen))
    if found:
        rows = [(each.key, *("–" if value is None else str(value) for value in each.values)) for each in found]
        output.table(("setting", *(folder.name for folder in chosen)), rows)
    else:
        output.say("All settings are the same.")
    output.answer({"runs": [str(folder) for folder in chosen],
                   "differences": [{"setting": each.key, "values": list(each.values)} for each in found]})  # fmt: skip
    return 0


def _delete(chosen: list[Path], output: Output) -> int:
    for folder in chosen:
        to_bin(folder)
        output.say(f"Moved to the bin: {folder}")
    output.answer({"deleted": [str(folder) for folder in chosen]})
    return 0


def _remark(folder: Path, arguments: argparse.Namespace) -> None:
    read_about(folder)
    more, less = tuple(arguments.tag), tuple(arguments.untag)
    remark(folder, star=arguments.star, note=arguments.note, more=more, less=less)


def _remarks(folder: Path, broken: list[BadInput]) -> Remarks:
    try:
        return read_remarks(folder)
    except BadInput as error:
        broken.append(error)
        return NONE


def _remark_words(remarks: Remarks) -> str:
    return "  ".join([*(["★"] if remarks.star else []), *(f"#{tag}" for tag in remarks.tags),
                      *([remarks.note.splitlines()[0]] if remarks.note else [])])  # fmt: skip


def _remark_document(remarks: Remarks) -> dict[str, Any]:
    return {"star": remarks.star, "tags": list(remarks.tags), "note": remarks.note}


def _result(tested: Result | None) -> str:
    if tested is None:
        return ""
    return f"loss {tested.loss:.4g} on {tested.on}" if math.isnan(tested.accuracy) else (
        f"{100 * tested.accuracy:.2f} % of {tested.on}"
    )  # fmt: skip
