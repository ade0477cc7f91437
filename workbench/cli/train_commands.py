"""``workbench train``, and what is said while a training goes on."""

import argparse
import math
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tqdm import tqdm

from workbench.cli.interrupt import Interrupt
from workbench.cli.length import FirstSteps, tell_length, told
from workbench.cli.output import Output
from workbench.config import Preset
from workbench.data.dataset import Loading
from workbench.engine.comparison import compare
from workbench.engine.events import Ended, Event, Printed, Progress, Started, Tested, Validated
from workbench.engine.experiment import Experiment, experiment
from workbench.engine.state import TrainerState
from workbench.errors import BadInput
from workbench.export.tensorboard import with_events
from workbench.insight.finding import Finding
from workbench.insight.flow import Flow
from workbench.insight.watch import Watched, watched
from workbench.preset_files import with_setting
from workbench.runs.bundle import bundle
from workbench.runs.folders import new_run_folder
from workbench.runs.run import Recorder, recorded
from workbench.session.choices import preset_entry

DIVERGED = 3

tqdm.monitor_interval = 0  # the bar is drawn where the events come; no thread has to look after it

if TYPE_CHECKING:
    Bar = tqdm[Any]


def train(arguments: argparse.Namespace, output: Output) -> int:
    """Trains a preset from the start."""
    entry = preset_entry(arguments.preset)
    preset = with_settings(entry.preset, arguments.set)
    if arguments.steps is not None:
        if arguments.steps < 1:
            raise BadInput("--steps", "expected at least 1", value=arguments.steps)
        preset = with_setting(preset, "training.steps", arguments.steps, where="--steps")
    if arguments.device is not None:
        preset = with_setting(preset, "training.device", arguments.device, where="--device")
    if arguments.seed is not None:
        preset = with_setting(preset, "training.seed", arguments.seed, where="--seed")
    if arguments.estimate:
        return tell_length(entry.id, preset, output)
    folder = new_run_folder(entry.id) if arguments.out is None else _empty(arguments.out)
    return follow(Recorder(folder, entry.id, preset), preset, None, output, arguments)


def _empty(folder: Path) -> Path:
    """The folder for a run that the person named. Raises BadInput when something is in it."""
    try:
        if not folder.exists() or not any(folder.iterdir()):
            return folder
    except OSError as error:
        raise BadInput("--out", f"cannot be a run's folder: {error.strerror}", value=str(folder)) from error
    raise BadInput("--out", "this folder is not empty; choose a new one", value=str(folder))


def with_settings(preset: Preset, changes: list[str]) -> Preset:
    """The preset with ``KEY=VALUE`` changes. Raises BadInput."""
    for key, value in changes_of(changes, "model.units=256"):
        preset = with_setting(preset, key, value)
    return preset


def changes_of(changes: list[str], example: str) -> Iterator[tuple[str, str]]:
    """What follows ``--set``, in parts. Raises BadInput for what is no ``KEY=VALUE``."""
    for change in changes:
        key, equals, value = change.partition("=")
        if not equals:
            raise BadInput("--set", f"write KEY=VALUE, as in {example}", value=change)
        yield key.strip(), value.strip()


def follow(
    recorder: Recorder, preset: Preset, state: TrainerState | None, output: Output, arguments: argparse.Namespace
) -> int:
    """Trains to the end, and says how it went. Returns the exit code."""
    work = recorded(experiment(preset, state=state, report_seconds=0.25, snapshot_seconds=2.0), recorder)
    work = with_events(work, recorder.folder, wanted=arguments.tensorboard)
    ended, score, flow, findings = drive(watched(work, preset), output)
    result: dict[str, Any] = {
        "preset": recorder.preset_id, "run": str(recorder.folder), "ended": ended.reason, "step": ended.step,
        "message": ended.message, **recorder.about.facts,
        "findings": [finding.document() for finding in findings],
        "gradient_flow": flow.document() if flow is not None else None,
    }  # fmt: skip
    if score is not None:
        for line in score.score.lines():
            output.say(line)
        if (comparison := compare(preset.published, score.score)) is not None:
            output.say(f"{comparison.sentence()}.")
    seconds = recorder.about.facts.get("training_seconds", 0.0)
    message = f"{ended.reason.capitalize()} after step {ended.step:,}, {seconds:.1f} s of training. {ended.message}"
    output.say(message.rstrip())
    output.say(f"Run: {recorder.folder}")
    if getattr(arguments, "bundle", False) and ended.reason == "finished" and recorder.trained is not None:
        path = bundle(recorder.trained)
        result["bundle"] = str(path)
        output.say(f"Bundled: {path}")
    output.answer(result)
    return {"finished": 0, "stopped": 130, "diverged": DIVERGED}[ended.reason]


class Driven(NamedTuple):
    """What an experiment came to: the last gradient flow, and all that was found wrong, where it was watched."""

    ended: Ended = Ended(0, "stopped")
    tested: Tested | None = None
    flow: Flow | None = None
    findings: tuple[Finding, ...] = ()


def drive(work: Experiment | Watched, output: Output) -> Driven:
    """Runs the experiment with a progress bar. Ctrl+C stops after the batch, and what was learnt is kept."""
    driven = Driven()
    bar = tqdm(disable=output.as_json, unit=" steps", dynamic_ncols=True, leave=False)
    with closing(work), Interrupt() as interrupt, bar:
        pace = FirstSteps()
        while True:
            try:
                event = work.send("stop" if interrupt.wanted else None)
            except StopIteration:
                return driven
            _show(event, bar, output)
            if (length := pace.see(event)) is not None:
                bar.clear()
                output.say(told(length))
            match event:
                case Started():
                    interrupt.gentle = True
                case Tested():
                    driven = driven._replace(tested=event)
                case Flow():
                    driven = driven._replace(flow=event)
                case Finding():
                    driven = driven._replace(findings=(*driven.findings, event))
                case Ended():
                    driven = driven._replace(ended=event)


def _show(event: Event | Loading | Flow | Finding | None, bar: "Bar", output: Output) -> None:
    match event:
        case Loading():
            bar.set_description_str(event.what, refresh=False)
            bar.unit, bar.total, bar.n = f" {event.unit}", event.total or None, event.done
            bar.refresh()
        case Started():
            bar.clear()
            output.say(f"{event.parameters:,} parameters on {event.device}; {event.train}, batches of {event.batch:,}")
            bar.set_description_str("Training", refresh=False)
            bar.unit = " steps"
            bar.reset(event.steps)
            bar.initial = bar.n = event.step
        case Progress():
            bar.n = int(event.steps[-1])
            bar.set_postfix_str(_loss_and_share(float(event.losses.mean()), float(event.accuracies.mean())))
        case Printed():
            bar.clear()
            output.say(event.sentence())
        case Finding():
            bar.clear()
            output.say(f"{event.sentence()} Try --set {event.change}")
        case Validated():
            bar.clear()
            also = "".join(f", {fact.name} {fact.value:.4g}" for fact in event.facts[:1])
            output.say(f"step {event.step:>7,}  validation: {_loss_and_share(event.loss, event.accuracy)}{also}")
        case _:
            pass


def _loss_and_share(loss: float, accuracy: float) -> str:
    """Numbers are neither right nor wrong: then the loss alone, which may be very small."""
    return f"loss {loss:.6g}" if math.isnan(accuracy) else f"loss {loss:.4f}, {100 * accuracy:.2f} % right"
