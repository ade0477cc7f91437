"""``workbench snapshots``: what a run kept of its way, and how its network read at one step of it."""

import argparse
import math
from typing import Any

from workbench.cli.output import Output
from workbench.data.dataset import Dataset
from workbench.data.sources import load
from workbench.engine.recompute import check_fit, revalidate
from workbench.engine.story import is_stream
from workbench.engine.trained import Trained
from workbench.insight.confusion import MOST_CLASSES, Examined, counts, examine_samples
from workbench.insight.sample_words import answer_words, sample_words
from workbench.outcome import outcome
from workbench.runs.folders import run_folder
from workbench.runs.snapshot_files import Logged, Travels, load_travels

#: So many of the hardest samples are listed.
HARDEST = 10


def snapshots(arguments: argparse.Namespace, output: Output) -> int:
    """Lists a run's snapshots; with ``--at`` recomputes the validation at one, and counts what it reads right."""
    travels = load_travels(run_folder(arguments.run))
    for error in travels.broken:
        output.say(str(error))
    answer: dict[str, Any] = {
        "run": str(travels.folder), "preset": travels.about.preset_id,
        "snapshots": [_listed(moment.step, travels) for moment in travels.moments],
        "broken": [str(error) for error in travels.broken],
    }  # fmt: skip
    if arguments.at is None:
        rows = [(f"{m.step:,}", *_numbers(travels.logged.get(m.step))) for m in travels.moments]
        output.table(("step", "validation loss", "right"), rows)
    else:
        answer |= _at(travels.at(arguments.at), travels.logged.get(arguments.at), output)
    output.answer(answer)
    return 2 if travels.broken else 0


def _listed(step: int, travels: Travels) -> dict[str, Any]:
    logged = travels.logged.get(step)
    return {"step": step} | ({"validation": _logged(logged)} if logged is not None else {})


def _logged(logged: Logged) -> dict[str, float]:
    """Without what is not a number, which JSON does not know."""
    return {"loss": logged.loss} | ({} if math.isnan(logged.accuracy) else {"accuracy": logged.accuracy})


def _numbers(logged: Logged | None) -> tuple[str, str]:
    if logged is None:
        return "", ""
    return f"{logged.loss:.6g}", "" if math.isnan(logged.accuracy) else f"{100 * logged.accuracy:.2f} %"


def _at(trained: Trained, logged: Logged | None, output: Output) -> dict[str, Any]:
    dataset = outcome(load(trained.preset.data))
    score = outcome(revalidate(trained, dataset))
    check_fit(trained, dataset)
    examined = outcome(examine_samples(trained.network(), dataset.test))
    assert score is not None  # nobody stopped them
    assert examined is not None
    output.say(f"Step {trained.step:,} of “{trained.preset.title}”")
    loss, right = _numbers(logged)
    if logged is not None:
        output.say(f"logged: loss {loss}" + (f", {right}" if right else ""))
    here = Logged(score.loss, score.accuracy)
    loss, right = _numbers(here)
    output.say(f"recomputed: loss {loss}" + (f", {right}" if right else "") + f" of {score.caption}")
    answer = {"at": trained.step, "recomputed": _logged(here) | {"on": score.caption}}
    if logged is not None:
        answer["logged"] = _logged(logged)
    return answer | _read(trained, dataset, examined, output)


def _read(trained: Trained, dataset: Dataset, examined: Examined, output: Output) -> dict[str, Any]:
    """The confusion matrix where there are few enough classes, and the hardest samples."""
    found: dict[str, Any] = {"test": {"on": dataset.test.caption, "of": len(examined)}}
    if examined.is_right is not None:
        found["test"]["right"] = examined.correct
        alone = ", each window read by itself" if is_stream(trained) else ""
        output.say(f"{examined.correct:,} of {len(examined):,} right: {dataset.test.caption}{alone}")
    names = ("0", "1") if trained.interface.answer == "bit" else trained.classes
    if trained.interface.answer in ("class", "bit") and len(names) <= MOST_CLASSES:
        matrix = counts(examined.right, examined.told, len(names))
        found["confusion"] = {"classes": list(names), "counts": matrix.tolist()}
        output.say("Rows are what is right, columns what was told:")
        rows = [(name, *(f"{count:,}" for count in row)) for name, row in zip(names, matrix.tolist(), strict=True)]
        output.table(("", *names), rows)
    interface, classes = trained.interface, trained.classes
    hardest = [
        {
            "sample": number,
            "reads": sample_words(trained.preset, interface, classes, dataset.test, number),
            "right": answer_words(interface, classes, examined.right[number]),
            "told": answer_words(interface, classes, examined.told[number]),
            "loss": float(examined.losses[number]),
        }
        for number in examined.hardest()[:HARDEST].tolist()
    ]
    output.say("The hardest:")
    output.table(("sample", "right", "told", "loss"),
                 [(each["reads"], each["right"], each["told"], f"{each['loss']:.4g}") for each in hardest])  # fmt: skip
    return found | {"hardest": hardest}
