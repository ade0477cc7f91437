"""The lanes of a race on the command line: who races, the race to its end, and what each lane came to."""

import math
from collections.abc import Collection, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from tqdm import tqdm

from workbench.cli.interrupt import Interrupt
from workbench.cli.output import Output
from workbench.cli.train_commands import DIVERGED
from workbench.config import Preset
from workbench.data.dataset import Loading
from workbench.engine.events import Ended, Progress, Started, Tested, Validated
from workbench.engine.lanes import apart, differences, size_words
from workbench.engine.race import OfLane, Race
from workbench.export.tensorboard import race_with_events

#: The loss that is told is the mean over so many of the last batches; one alone would tell its luck.
LAST = 20


class Result:
    """What became of one lane."""

    def __init__(self) -> None:
        self.step = 0
        self.ended = self.message = ""
        self.seconds = math.nan
        self._losses: list[float] = []
        self._validated: Validated | None = None
        #: How it did on the test split, as a run says it of itself; None before its end.
        self.test: dict[str, Any] | None = None

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
                self.test = event.score.document()
            case Ended() as event:
                self.step, self.ended, self.message = event.step, event.reason, event.message

    def words(self) -> tuple[str, ...]:
        """Steps, time of a step, loss, validation, test, end: for the table."""
        checked, tested = self._validated, self.test
        return (
            f"{self.step:,}",
            f"{1000.0 * self.seconds:.2f} ms" if math.isfinite(self.seconds) else "",
            f"{self.loss:.4g}",
            "" if checked is None else _loss_or_share(checked.loss, checked.accuracy),
            "" if tested is None else _loss_or_share(tested.get("loss", math.nan), tested.get("accuracy", math.nan)),
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
            "test": self.test,
        }  # fmt: skip


class Racers(NamedTuple):
    """Who races: the preset's id, and lane by lane settings, name, size, where it is written, and what became of it."""

    preset_id: str
    lanes: Sequence[Preset]
    names: Sequence[str]
    counts: Sequence[int]
    folders: Sequence[Path]
    results: Sequence[Result]
    #: Those that were over before: nothing happens in them.
    over: Collection[int] = ()

    def step(self) -> int:
        """The step that all lanes have come to that still learn; at the end the last one."""
        steps = [result.step for result in self.learning() if not result.ended]
        return min(steps) if steps else max(result.step for result in self.results)

    def learning(self) -> list[Result]:
        """What becomes of the others."""
        return [result for number, result in enumerate(self.results) if number not in self.over]


def say_racers(racers: Racers, output: Output) -> None:
    """Who races, and in what they differ."""
    for number, (name, count) in enumerate(zip(racers.names, racers.counts, strict=True)):
        size = f" ({size_words(count, racers.counts[0])})" if number else " parameters"
        output.say(f"Lane {number}: {name}, {count:,}{size}")
    unlike = differences(racers.lanes)
    for each in unlike:
        values = ", ".join("–" if value is None else str(value) for value in each.values)
        output.say(f"  {each.key}: {values}")
    if not unlike:
        output.say("  All settings are the same.")


def follow_race(racers: Racers, work: Race, output: Output, *, has_events: bool, **facts: object) -> int:
    """The race to its end, told as a table and as JSON with these ``facts``. Returns the exit code.

    ``has_events``: event files for TensorBoard are written into each lane's run.
    """
    preset_id, lanes, names, counts, folders, results, _ = racers
    ended = _drive(race_with_events(work, folders, wanted=has_events), racers, output)
    rows = [
        (name, f"{count:,}", *result.words(), folder.name)
        for name, count, result, folder in zip(names, counts, results, folders, strict=True)
    ]
    output.table(("lane", "parameters", "steps", "a step", "loss", "validation", "test", "ended", "run"), rows)
    for name, result in zip(names, results, strict=True):
        if result.message:
            output.say(f"{name}: {result.message}")
    output.answer({
        "preset": preset_id, "ended": ended.reason, "step": ended.step, **facts,
        "seed": lanes[0].training.seed, "batch": lanes[0].training.batch,
        "differences": [{"key": each.key, "values": list(each.values)} for each in differences(lanes)],
        "lanes": [
            {"lane": number, "name": names[number], "parameters": counts[number],
             "apart": apart(counts[number], counts[0]), **result.document(), "run": str(folders[number])}
            for number, result in enumerate(results)
        ],
    })  # fmt: skip
    if any(result.ended == "diverged" for result in racers.learning()):
        return DIVERGED
    return {"finished": 0, "stopped": 130, "diverged": DIVERGED}[ended.reason]


def _drive(work: Race, racers: Racers, output: Output) -> Ended:
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
                        racers.results[told.lane].take(told)
                        if isinstance(told.event, Started) and not interrupt.gentle:
                            interrupt.gentle = True
                            bar.clear()
                            bar.set_description_str("Racing", refresh=False)
                            bar.unit = " steps"
                            bar.reset(told.event.steps)
                            bar.initial = racers.step()
                    bar.n = racers.step()
                    bar.set_postfix_str(", ".join(f"{result.loss:.4f}" for result in racers.results))


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _loss_or_share(loss: float, accuracy: float) -> str:
    """Numbers are neither right nor wrong: then the loss."""
    return f"loss {loss:.4g}" if math.isnan(accuracy) else f"{100.0 * accuracy:.2f} % right"
