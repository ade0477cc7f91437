"""Numbers and states in words: durations, rates, results, phases of training."""

from workbench.data.dataset import Loading
from workbench.engine.comparison import Comparison
from workbench.engine.score import Score
from workbench.session.history import History
from workbench.session.training import Phase, TrainingDesk
from workbench.ui.text import tr


def duration(seconds: float) -> str:
    """``0:42``, ``12:05`` or ``1:02:03``."""
    whole = max(0, round(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def percent(share: float, digits: int = 1) -> str:
    """A share of 1 as ``98.7 %`` (the space does not break); never rounded up to 100 when something was wrong."""
    shown = round(100.0 * share, digits)
    if shown >= 100.0 and share < 1.0:
        shown = 100.0 - 10.0**-digits
    return f"{shown:.{digits}f}\N{NO-BREAK SPACE}%"


def rate(per_second: float) -> str:
    """Three significant digits, without an exponent: ``0.52``, ``48.1``, ``23,400``."""
    if per_second >= 100.0:
        size = 10 ** (len(str(int(per_second))) - 3)
        return f"{round(per_second / size) * size:,}"
    return f"{per_second:.1f}" if per_second >= 10.0 else f"{per_second:.2f}"


def score_sentence(score: Score) -> str:
    """``98.7 % of MNIST's 10,000 test digits (95 % interval 98.4 to 98.9)``."""
    if not score.total.count:
        return tr("loss {loss} on {what}").format(loss=f"{score.loss:.6g}", what=score.caption)
    low, high = (f"{100.0 * edge:.1f}" for edge in score.total.interval())
    return tr("{share} of {what} (95\N{NO-BREAK SPACE}% interval {low} to {high})").format(
        share=percent(score.accuracy), what=score.caption, low=low, high=high
    )


def score_lines(score: Score) -> str:
    """Everything that was counted and measured, one a line, each share with its 95 % interval."""
    return "\n".join(score.lines()).replace(" %", "\N{NO-BREAK SPACE}%")


def comparison_sentence(comparison: Comparison) -> str:
    """``Published 95.3 % right (first 256 digits), here 98.4 % (the same 256), 98.3 % of MNIST's ...``."""
    return comparison.sentence(tr).replace(" %", "\N{NO-BREAK SPACE}%")


def phase_name(phase: Phase) -> str:
    """The word for a phase of training."""
    names: dict[Phase, str] = {
        "idle": tr("Ready"), "preparing": tr("Preparing"), "training": tr("Training"), "pausing": tr("Pausing"),
        "paused": tr("Paused"), "stopping": tr("Stopping"), "finished": tr("Finished"), "stopped": tr("Stopped"),
        "diverged": tr("Diverged"), "failed": tr("Failed"),
    }  # fmt: skip
    return names[phase]


def loading_sentence(loading: Loading | None) -> str:
    """What is being made ready, and how far it is."""
    if loading is None:
        return tr("Starting")
    if not loading.total:
        return loading.what
    numbers = tr("{done:,} of {total:,} {unit}").format(done=loading.done, total=loading.total, unit=loading.unit)
    return f"{loading.what}: {numbers.strip()}"


def position(history: History) -> str:
    """``step 1,234 of 1,716, epoch 3 of 4``; steps alone where an epoch has no whole length."""
    steps = tr("step {step:,} of {steps:,}").format(step=history.step, steps=history.steps)
    if not history.steps_per_epoch:
        return steps
    epochs = -(-history.steps // history.steps_per_epoch)
    epoch = min(epochs, max(1, -(-history.step // history.steps_per_epoch)))
    return tr("{steps}, epoch {epoch:,} of {epochs:,}").format(steps=steps, epoch=epoch, epochs=epochs)


def pace_sentence(training: TrainingDesk) -> str:
    """``182 steps/s, 23,300 samples/s``; empty until it is known."""
    pace = training.pace.steps_per_second
    if not pace or training.history is None:
        return ""
    return tr("{steps} steps/s, {samples} samples/s").format(
        steps=rate(pace), samples=rate(pace * training.history.batch)
    )
