"""``workbench race``: two to four architectures side by side, on the same samples in the same order."""

import argparse
import math
from collections.abc import Sequence
from contextlib import closing
from typing import Any, NamedTuple

import torch
from tqdm import tqdm

from workbench.cli.interrupt import Interrupt
from workbench.cli.output import Output
from workbench.cli.train_commands import DIVERGED, with_settings
from workbench.config import Preset
from workbench.data.dataset import Loading
from workbench.data.sources import interface
from workbench.engine.events import Ended, Progress, Started, Tested, Validated
from workbench.engine.lanes import (
    Difference,
    apart,
    changed,
    check_lanes,
    default_changes,
    differences,
    lane_names,
    matched,
    size_words,
)
from workbench.engine.race import OfLane, Race, race
from workbench.engine.state import TrainerState
from workbench.errors import BadInput
from workbench.export.tensorboard import race_with_events
from workbench.models.shapes import parameter_count
from workbench.preset_files import with_setting
from workbench.runs.race import RaceGoneOn, lane_recorders, recorded_race
from workbench.runs.run import Recorder
from workbench.session.choices import preset_entry

#: The loss that is told is the mean over so many of the last batches; one alone would tell its luck.
LAST = 20


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
    unlike = differences(lanes)
    _say_lanes(names, counts, unlike, output)
    recorders = lane_recorders(entry.id, lanes, names)
    racers = Racers(entry.id, lanes, names, counts, unlike, recorders)
    results = [Result() for _ in lanes]
    return _follow(racers, (), results, output, has_events=arguments.tensorboard, matched=arguments.matched)


def follow_race_on(gone_on: RaceGoneOn, output: Output, *, has_events: bool) -> int:
    """Goes on with a race to its end, and says how it went. Returns the exit code.

    ``has_events``: event files for TensorBoard are written into each lane's run.
    """
    lanes, recorders = gone_on.presets, gone_on.recorders
    reads = interface(lanes[0].data)
    names, unlike = lane_names(lanes), differences(lanes)
    counts = [parameter_count(lane.model, reads) for lane in lanes]
    _say_lanes(names, counts, unlike, output)
    for sentence in gone_on.said:
        output.say(sentence)
    steps = [0 if state is None else state.step for state in gone_on.states]
    for name, step in zip(names, steps, strict=True):
        output.say(f"{name}: going on after step {step:,}")
    if isinstance(threads := recorders[0].about.facts.get("threads"), int) and threads > 0:
        torch.set_num_threads(threads)  # sums are added up in as many parts as there are threads
    results = [Result() for _ in lanes]
    for told in gone_on.so_far:
        results[told.lane].take(told)
    racers = Racers(gone_on.preset_id, lanes, names, counts, unlike, recorders)
    return _follow(racers, gone_on.states, results, output, has_events=has_events, resumed_after=steps)


class Racers(NamedTuple):
    """Who races: the preset's id, and lane by lane settings, names, sizes and where it is written."""

    preset_id: str
    lanes: Sequence[Preset]
    names: Sequence[str]
    counts: Sequence[int]
    unlike: Sequence[Difference]
    recorders: Sequence[Recorder]


def _follow(
    racers: Racers,
    states: Sequence[TrainerState | None],
    results: "list[Result]",
    output: Output,
    *,
    has_events: bool,
    **facts: object,
) -> int:
    """The race to its end, told as a table and as JSON with these ``facts``. Returns the exit code."""
    preset_id, lanes, names, counts, unlike, recorders = racers
    work = recorded_race(race(lanes, states, report_seconds=0.25, snapshot_seconds=2.0), recorders)
    work = race_with_events(work, [recorder.folder for recorder in recorders], wanted=has_events)
    ended = _drive(work, results, output)
    rows = [
        (name, f"{count:,}", *result.words(), recorder.folder.name)
        for name, count, result, recorder in zip(names, counts, results, recorders, strict=True)
    ]
    output.table(("lane", "parameters", "steps", "a step", "loss", "validation", "test", "ended", "run"), rows)
    for name, result in zip(names, results, strict=True):
        if result.message:
            output.say(f"{name}: {result.message}")
    output.answer({
        "preset": preset_id, "ended": ended.reason, "step": ended.step, **facts,
        "seed": lanes[0].training.seed, "batch": lanes[0].training.batch,
        "differences": [{"key": each.key, "values": list(each.values)} for each in unlike],
        "lanes": [
            {"lane": number, "name": names[number], "parameters": counts[number],
             "apart": apart(counts[number], counts[0]), **result.document(), "run": str(recorders[number].folder)}
            for number, result in enumerate(results)
        ],
    })  # fmt: skip
    if any(result.ended == "diverged" for result in results):
        return DIVERGED
    return {"finished": 0, "stopped": 130, "diverged": DIVERGED}[ended.reason]


class Result:
    """What became of one lane."""

    def __init__(self) -> None:
        self.step = 0
        self.ended = self.message = ""
        self.seconds = math.nan
        self._losses: list[float] = []
        self._validated: Validated | None = None
        self._tested: Tested | None = None

    @property
    def loss(self) -> float:
        """The mean over the last batches."""
        return sum(self._losses) / len(self._losses) if self._losses else math.nan

    def take(self, told: OfLane) -> None:
        """One event of the lane."""
        if told.step_seconds is not None:
            self.seconds = told.step_seconds
        match told.event:
            case Progress() as event:
                self.step = int(event.steps[-1])
                self._losses = [*self._losses, *event.losses.tolist()][-LAST:]
            case Validated() as event:
                self._validated = event
            case Tested() as event:
                self._tested = event
            case Ended() as event:
                self.step, self.ended, self.message = event.step, event.reason, event.message

    def words(self) -> tuple[str, ...]:
        """Steps, time of a step, loss, validation, test, end: for the table."""
        checked, tested = self._validated, self._tested
        return (
            f"{self.step:,}",
            f"{1000.0 * self.seconds:.2f} ms",
            f"{self.loss:.4g}",
            "" if checked is None else _loss_or_share(checked.loss, checked.accuracy),
            "" if tested is None else _loss_or_share(tested.score.loss, tested.score.accuracy),
            self.ended,
        )

    def document(self) -> dict[str, Any]:
        """As plain values for JSON; None for what there is not."""
        checked = self._validated
        return {
            "ended": self.ended,
            "message": self.message,
            "steps": self.step,
            "seconds_per_step": _number(self.seconds),
            "loss": _number(self.loss),
            "loss_over": len(self._losses),
            "validation": None if checked is None else {
                "step": checked.step, "loss": _number(checked.loss), "accuracy": _number(checked.accuracy)
            },
            "test": None if self._tested is None else self._tested.score.document(),
        }  # fmt: skip


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _loss_or_share(loss: float, accuracy: float) -> str:
    """Numbers are neither right nor wrong: then the loss."""
    return f"loss {loss:.4g}" if math.isnan(accuracy) else f"{100.0 * accuracy:.2f} % right"


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


def _say_lanes(names: Sequence[str], counts: Sequence[int], unlike: Sequence[Difference], output: Output) -> None:
    """Who races, and in what they differ."""
    for number, (name, count) in enumerate(zip(names, counts, strict=True)):
        size = f" ({size_words(count, counts[0])})" if number else " parameters"
        output.say(f"Lane {number}: {name}, {count:,}{size}")
    for each in unlike:
        values = ", ".join("–" if value is None else str(value) for value in each.values)
        output.say(f"  {each.key}: {values}")
    if not unlike:
        output.say("  All settings are the same.")


def _drive(work: Race, results: list[Result], output: Output) -> Ended:
    """Runs the race with a progress bar. Ctrl+C stops all lanes after the batch, and what was learnt is kept."""
    bar = tqdm(disable=output.as_json, unit=" steps", dynamic_ncols=True, leave=False)
    with closing(work), Interrupt() as interrupt, bar:
        while True:
            said = work.send("stop" if interrupt.wanted else None)
            match said:
                case Ended():
                    return said
                case Loading():
                    bar.set_description_str(said.what, refresh=False)
                    bar.unit, bar.total, bar.n = f" {said.unit}", said.total or None, said.done
                    bar.refresh()
                case tuple():
                    for told in said:
                        results[told.lane].take(told)
                        if isinstance(told.event, Started) and not interrupt.gentle:
                            interrupt.gentle = True
                            bar.clear()
                            bar.set_description_str("Racing", refresh=False)
                            bar.unit = " steps"
                            bar.reset(told.event.steps)
                    bar.n = min(result.step for result in results)
                    bar.set_postfix_str(", ".join(f"{result.loss:.4f}" for result in results))
