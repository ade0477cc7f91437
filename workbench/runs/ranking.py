"""By what runs are compared: what each measure is of a run, and which run is the best by it."""

import math
from collections.abc import Callable, Iterable
from typing import Any, Literal, NamedTuple, TypeVar

from workbench.runs.index import About

Metric = Literal["accuracy", "loss", "validation-accuracy", "validation-loss", "seconds"]

Run = TypeVar("Run")


class Measure(NamedTuple):
    """Where a metric stands among a run's facts, and whether more of it is better."""

    path: tuple[str, ...]
    is_better_higher: bool = False


#: Accuracies are shares of 1, losses as trained, seconds those of the training alone.
MEASURES: dict[Metric, Measure] = {
    "accuracy": Measure(("test", "accuracy"), is_better_higher=True),
    "loss": Measure(("test", "loss")),
    "validation-accuracy": Measure(("validation", "accuracy"), is_better_higher=True),
    "validation-loss": Measure(("validation", "loss")),
    "seconds": Measure(("training_seconds",)),
}


def measured(about: About, metric: Metric) -> float:
    """The metric of a run; NaN where it has none, or one that is no finite number."""
    found: Any = about.facts
    for name in MEASURES[metric].path:
        found = found.get(name) if isinstance(found, dict) else None
    if isinstance(found, bool) or not isinstance(found, int | float):
        return math.nan
    try:
        return float(found) if math.isfinite(found) else math.nan
    except OverflowError:  # a whole number of hundreds of digits, in somebody else's file
        return math.nan


def best(runs: Iterable[Run], metric: Metric, about: Callable[[Run], About]) -> Run | None:
    """The best of the runs by a metric, of equals the first; None where no run has it."""
    sign = 1.0 if MEASURES[metric].is_better_higher else -1.0
    found = [(sign * value, run) for run in runs if not math.isnan(value := measured(about(run), metric))]
    return max(found, key=lambda each: each[0])[1] if found else None
