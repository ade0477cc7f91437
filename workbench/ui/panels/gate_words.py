"""What the Gates panel says: what was read at each step, the numbers under the pointer, and why nothing is shown."""

from collections.abc import Collection, Mapping

from workbench.config import Task
from workbench.session.looking import Looking
from workbench.session.reader import Answer
from workbench.session.session import Session
from workbench.ui.text import tr
from workbench.ui.widgets.candidates import visible
from workbench.ui.widgets.heatmap import Heatmap


class StepNames:
    """Calls a step by its number and by what was read there, where there is a word for it."""

    def __init__(self, answer: Answer) -> None:
        self._read = _read_at(answer)

    def __call__(self, step: int) -> str:
        return f"{step} {self._read[step]}" if step < len(self._read) else str(step)


def words_of(answer: Answer) -> list[str]:
    """The words that were read; none for a picture."""
    inputs, classes = answer.question.probe.inputs, answer.question.trained.classes
    return [visible(classes[number]) for number in inputs.tolist()] if inputs.ndim == 1 else []


def input_names(answer: Answer) -> tuple[tuple[str, ...], str]:
    """The names of the inputs of a step, and what all of it is; empty for pictures and words."""
    match answer.question.trained.preset.task:
        case "bits":
            return ("a", "b"), tr("{n} bits of two numbers")
        case "series":
            return (), tr("{n} steps of numbers")
        case _:
            return (), ""


def read_by(answer: Answer) -> str:
    """What was read, by which network, and how long that had learnt."""
    probe, trained = answer.question.probe, answer.question.trained
    what = f"“{probe.caption}”" if probe.inputs.ndim == 1 else probe.caption[:1].upper() + probe.caption[1:]
    told = tr("{what}, read by “{title}” after {step:,} training steps").format(
        what=what, title=trained.preset.title, step=trained.step
    )
    return told + ("" if answer.held is None else tr("; with gates held"))


def why_empty(session: Session) -> str:
    """Why no gates are shown, and what to do."""
    if why := session.nobody_answers(session.looking.at):
        return tr("{why} Every gate of every layer will show here, step by step.").format(why=tr(why))
    what_to_do: dict[Task, str] = {
        "words": tr("Write seed words that the network knows: every gate shows here, word by word."),
        "images": tr("Choose a picture: every gate shows here, row by row."),
        "bits": tr("Type two numbers: every gate shows here, bit by bit."),
        "series": tr("Choose a series: every gate shows here, step by step."),
        "digits": tr("Draw a digit: every gate shows here, row by row."),
    }
    return what_to_do[session.looking.at]


def reading(heatmaps: Mapping[str, Heatmap], where: str, step: int, pointed: int | None, looking: Looking) -> str:
    """All gates at a step, as they are one cell's: of the unit under the pointer, else of the pinned one, else means.

    ``where``: what the step is called. Needs one heatmap at least.
    """
    count = min(heatmap.row_count() for heatmap in heatmaps.values())  # some may show an earlier answer still
    units, place = _units_read(count, where, pointed, looking)
    values = {gate: float(heatmap.values[units, step].mean()) for gate, heatmap in heatmaps.items()}
    numbers = "   ".join(f"{gate}\N{NO-BREAK SPACE}{value:.3f}".replace("-", "−") for gate, value in values.items())
    return f"{place}\n{numbers}"


def nothing_read(heatmaps: Collection[Heatmap], looking: Looking) -> str:
    """While nobody points at a step: what is marked, and how many units there is room for."""
    return f"{_what_is_marked(looking)}\n{_how_many_units(next(iter(heatmaps), None))}"


def _units_read(count: int, where: str, pointed: int | None, looking: Looking) -> tuple[list[int], str]:
    brushed = sorted(unit for unit in looking.brushed if unit < count)
    if pointed is not None and pointed < count:
        return [pointed], tr("Step {step}, unit {unit}:").format(step=where, unit=pointed)
    if looking.unit is not None and looking.unit < count:
        return [looking.unit], tr("Step {step}, pinned unit {unit}:").format(step=where, unit=looking.unit)
    if brushed:
        return brushed, tr("Step {step}, mean of {n:,} brushed units:").format(step=where, n=len(brushed))
    return list(range(count)), tr("Step {step}, mean of the units:").format(step=where)


def _what_is_marked(looking: Looking) -> str:
    """The pinned unit and how many are brushed; how to read values while nothing is marked."""
    parts = [] if looking.unit is None else [tr("Unit {unit} is pinned.").format(unit=looking.unit)]
    if looking.brushed:
        parts.append(tr("{n:,} units are brushed.").format(n=len(looking.brushed)))
    return " ".join(parts) or tr("Point at a heatmap to read one unit at one step; click to pin it.")


def _how_many_units(heatmap: Heatmap | None) -> str:
    """Whether every unit has a row of pixels of its own, and every step a column."""
    if heatmap is not None and heatmap.steps_seen < heatmap.steps:
        return tr("{seen} of {steps} steps fit in; make it wider, or walk with the arrow keys.").format(
            seen=heatmap.steps_seen, steps=heatmap.steps
        )
    if heatmap is None or heatmap.rows_seen >= heatmap.row_count():
        return tr("Every unit is shown. Arrow keys walk the steps and units.")
    return tr("{seen} of {units} units fit in; make it higher, or walk with the arrow keys.").format(
        seen=heatmap.rows_seen, units=heatmap.row_count()
    )


def _read_at(answer: Answer) -> list[str]:
    """What was read at each step, where that can be said in a word: words, and the bits of two numbers."""
    if answer.question.trained.preset.task == "bits":
        return [f"({round(a)} + {round(b)})" for a, b in answer.question.probe.inputs.tolist()]
    return [f"“{word}”" for word in words_of(answer)]
