"""What one look inside a network costs, in training steps."""

import argparse
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import torch

from workbench.cli.output import Output
from workbench.config import Preset, Recurrent, StrokesDigits, Training, stacked
from workbench.data.dataset import Dataset
from workbench.data.sources import load
from workbench.engine.train import begin
from workbench.insight.belief import belief_by_step
from workbench.insight.trace import gate_trace
from workbench.models.build import build
from workbench.outcome import outcome

LAYERS, UNITS, BATCH = 2, 128, 128

#: So many of each in a round.
EACH = 5


def measure(arguments: argparse.Namespace, output: Output) -> dict[str, Any]:
    """Interleaved rounds of training steps, of traces of one digit, and of traces with beliefs; medians of ratios."""
    data = StrokesDigits(train=BATCH * EACH, validation=10, test=10)
    model = Recurrent(stack=stacked(units=UNITS, layers=LAYERS))
    dataset: Dataset = outcome(load(data))
    run = begin(Preset(title="trace", data=data, model=model, training=Training(batch=BATCH, steps=1_000_000)), dataset,
                torch.device("cpu"))  # fmt: skip
    network = build(model, dataset.interface)
    network.load_state_dict(run.weights())
    digit = torch.from_numpy(dataset.test.inputs[0]) / 255
    traced: list[float] = []
    answered: list[float] = []
    steps: list[float] = []
    rounds = max(arguments.rounds, 5)
    for number in range(rounds + 1):
        step = _seconds(run.one_step)
        trace = _seconds(lambda: gate_trace(network, digit))
        belief = _seconds(lambda: belief_by_step(network, digit))
        if number:  # the first round warms up
            steps.append(step)
            traced.append(trace / step)
            answered.append((trace + belief) / step)
    found = {
        "ratio": median(traced), "ratios": traced, "with_belief": median(answered), "step_seconds": median(steps),
        "threads": torch.get_num_threads(),
    }  # fmt: skip
    output.say(
        f"trace: every gate of one digit in a {LAYERS} x {UNITS} network costs {found['ratio']:.3f} of a training step "
        f"of batch {BATCH}, with belief after every row {found['with_belief']:.3f} (a step takes "
        f"{1000 * median(steps):.1f} ms; medians of {rounds} interleaved rounds, {found['threads']} threads)"
    )
    return found


def _seconds(work: Callable[[], object]) -> float:
    """How long one takes, of EACH in a row."""
    began = time.perf_counter()
    for _ in range(EACH):
        work()
    return (time.perf_counter() - began) / EACH
