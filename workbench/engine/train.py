"""Training: a generator of events that knows nothing of threads or windows."""

import time
from collections.abc import Generator

import torch
from torch import Tensor

from workbench.config import Preset, Training
from workbench.data.dataset import Dataset, Split
from workbench.engine.by_hand import HandRun
from workbench.engine.evaluate import Evaluation
from workbench.engine.events import (
    Checkpoint,
    Command,
    Ended,
    Event,
    Snapshot,
    Started,
    Tested,
    Validated,
)
from workbench.engine.score import Score
from workbench.engine.state import TrainerState
from workbench.engine.torch_run import TorchRun
from workbench.errors import BadInput

Trainer = Generator[Event | None, Command | None, None]

#: One training, with torch or by hand: network, optimiser and position.
Run = TorchRun | HandRun

#: A snapshot may cost at most this share of the time since the one before.
SNAPSHOT_SHARE = 0.01

#: So often everything is told that is needed to go on from, so that what a crash loses is a few seconds of work.
CHECKPOINT_SECONDS = 3.0

#: Keeping it may take this share of the time, as long as it is not put off beyond so many times the usual.
CHECKPOINT_SHARE, LONGEST_DELAY = 0.05, 3.0

#: So many samples of the test split go along with Started, to look at while training; of pictures as many as fit.
EXAMPLES = 100
PICTURE_BYTES = 64 * 2**20


def train(
    preset: Preset,
    dataset: Dataset,
    device: torch.device,
    *,
    state: TrainerState | None = None,
    report_seconds: float = 0.1,
    snapshot_seconds: float = 0.2,
    checkpoint_seconds: float = CHECKPOINT_SECONDS,
) -> Trainer:
    """Trains the preset's network on the data, or goes on from ``state``.

    Yields None after every batch (a chance to pause or to close) and an Event when there is something to tell. There is
    a Snapshot of the first weights, after step 1, 2, 4, 8 ..., from time to time, and before each Validated the one
    of the weights that were. "stop" or "snapshot" may be sent at any yield; "snapshot" is answered at once, with
    what is not reported yet before it. The last events are the final Snapshot, Checkpoint, its Tested score (unless
    stopped), Ended.
    """
    run = begin(preset, dataset, device, state)
    work = go_through(run, preset, dataset, report_seconds, snapshot_seconds, checkpoint_seconds)
    stop = False
    while True:
        try:
            event = work.send("stop" if stop else None)
        except StopIteration:
            return
        command = yield event
        if command == "snapshot":
            # At a pause the window shows the network exactly as it stands.
            if run.waiting:
                command = yield run.report()
            if run.finite and command != "stop":
                command = yield Snapshot(run.step, run.weights())
        stop = stop or command == "stop"


def begin(preset: Preset, dataset: Dataset, device: torch.device, state: TrainerState | None = None) -> Run:
    """A training that stands before its first step, or where ``state`` left it."""
    if preset.training.engine == "scratch":
        return HandRun(preset, dataset, state)
    return TorchRun(preset, dataset, device, state)


def go_through(
    run: Run,
    preset: Preset,
    dataset: Dataset,
    report_seconds: float,
    snapshot_seconds: float,
    checkpoint_seconds: float,
) -> Trainer:
    """The training itself, from where it was begun; it heeds "stop" where it yields None."""
    settings, total = preset.training, run.total
    yield Started(
        run.step, total, run.per_epoch, run.batch_size, run.parameters, run.device,
        dataset.interface, dataset.classes, dataset.train.caption, dataset.validation.caption,
        _examples(dataset), dataset.checksum,
    )  # fmt: skip
    if run.step != run.epoch * run.per_epoch + run.batch or run.batch > run.per_epoch:
        raise BadInput("training state", f"is not of data with {run.per_epoch:,} batches an epoch", key="position",
                       value={"step": run.step, "epoch": run.epoch, "batch": run.batch})  # fmt: skip
    command: Command | None = None
    good, good_step = run.weights(), run.step
    told = yield Snapshot(good_step, good)
    if run.step:  # one that goes on may be stopped where it stands; a new one takes a step, so that there is something
        command = told
    reported = snapped = saved = time.perf_counter()
    snapshot_cost = checkpoint_cost = 0.0
    if run.step and is_validated(run) and command != "stop":
        # It was stopped, or its checkpoint was made, before this validation was.
        command = (yield from _validate(run)) or (yield None)
    while run.step < total and command != "stop":
        run.one_step()
        now = time.perf_counter()
        is_due = is_validated(run)
        # Learning is fastest at first, when steps are too soon after each other to be told by the clock.
        must_show = is_due or run.step.bit_count() == 1
        if must_show or now - reported >= report_seconds:
            yield run.report()
            while run.printed:
                yield run.printed.pop(0)
            reported = now
            if not run.finite:
                break
            if must_show or now - snapped >= max(snapshot_seconds, snapshot_cost / SNAPSHOT_SHARE):
                weights = run.weights()
                if not are_finite(weights):  # the last step led there; only the next would tell by its loss
                    run.finite = False
                    break
                good, good_step = weights, run.step
                snapped = time.perf_counter()
                snapshot_cost = snapped - now
                yield Snapshot(good_step, good)
            delay = min(checkpoint_cost / CHECKPOINT_SHARE, LONGEST_DELAY * checkpoint_seconds)
            if now - saved >= max(checkpoint_seconds, delay):
                began = time.perf_counter()
                weights = run.weights()
                if not are_finite(weights):
                    run.finite = False
                    break
                good, good_step = weights, run.step
                yield Checkpoint(run.state())
                saved = time.perf_counter()
                checkpoint_cost = saved - began
        if is_due:
            command = yield from _validate(run)
            if command == "stop":
                break
        command = yield None

    if run.waiting:
        yield run.report()
    yield from run.printed
    if not run.finite or not are_finite(run.weights()):
        yield Snapshot(good_step, good)
        yield Ended(good_step, "diverged", _likely_cause(settings))
        return
    state = run.state()  # in full: training may go on from it
    run.keep()
    yield Snapshot(run.step, run.weights())
    yield Checkpoint(state)
    if command == "stop":
        yield Ended(run.step, "stopped")
        return
    score = yield from run.test()
    if score is not None:
        yield Tested(run.step, score)
    yield Ended(run.step, "finished")


def _examples(dataset: Dataset) -> Split:
    """The first test samples, copied, so that they do not hold the others in memory."""
    test = dataset.test
    count = EXAMPLES
    if dataset.interface.picture is not None:
        count = max(EXAMPLES, PICTURE_BYTES // max(1, test.inputs[:1].nbytes))
    return Split(test.inputs[:count].copy(), test.targets[:count].copy(), test.caption)


def are_finite(weights: dict[str, Tensor]) -> bool:
    """Whether every weight is a number."""
    return all(bool(torch.isfinite(weight).all()) for weight in weights.values())


def is_validated(run: Run) -> bool:
    """Whether a validation belongs to the step that the training stands at."""
    return run.step % (run.settings.validate_every or run.per_epoch) == 0 or run.step == run.total


def _validate(run: Run) -> Generator[Event | None, Command | None, Command | None]:
    """Says how the network does on the validation split. Returns "stop" when it was stopped on the way."""
    score = yield from _timed(run, run.validate())
    if score is None:
        return "stop"
    yield Validated(run.step, score.loss, score.accuracy, score.facts)
    return None


def _timed(run: Run, evaluation: Evaluation) -> Evaluation:
    """The same evaluation, its work counted as training time; what a pause takes between its batches is not."""
    command: Command | None = None
    while True:
        began = time.perf_counter()
        try:
            evaluation.send(command)
        except StopIteration as done:
            score: Score | None = done.value
            return score
        finally:
            run.seconds += time.perf_counter() - began
        command = yield None


def _likely_cause(settings: Training) -> str:
    cures = [f"a learning rate below {settings.rate:g}"]
    if settings.clip == 0.0:
        cures.append("clipping the gradient at 1")
    return "The loss is no longer a finite number: the steps were too large. Try " + " or ".join(cures) + "."
