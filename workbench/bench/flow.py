"""What measuring gradient flow and health while a network trains costs the training."""

import argparse
import json
import os
import subprocess
import sys
import time
from statistics import median
from typing import Any

import msgspec

from workbench.cli.output import Output

_CHILD = """
import json, sys
from workbench.bench.flow import one_round
print(json.dumps(one_round(sys.argv[1] == "watched", float(sys.argv[2]))))
"""


def measure(arguments: argparse.Namespace, output: Output) -> dict[str, Any]:
    """Training while it is watched against training alone: interleaved rounds, the ratio of the medians."""
    speeds: dict[str, list[float]] = {"alone": [], "watched": []}
    for _ in range(max(arguments.rounds, 1)):
        for kind, found in speeds.items():
            child = subprocess.run(
                [sys.executable, "-c", _CHILD, kind, str(arguments.seconds)],
                env=dict(os.environ), capture_output=True, text=True, check=True,
            )  # fmt: skip
            found.append(json.loads(child.stdout.splitlines()[-1]))
    alone, watched = median(speeds["alone"]), median(speeds["watched"])
    output.say(
        f"flow: training runs at {watched / alone:.3f} of its speed while its gradient flow is measured "
        f"({watched:.1f} against {alone:.1f} steps/s, medians of {len(speeds['alone'])} interleaved rounds, "
        "same threads)"
    )
    return {"ratio": watched / alone, "steps_per_second": speeds}


def one_round(is_watched: bool, seconds: float) -> float:
    """Steps per second of the network of ``PRESET`` on drawn digits, after a second of warming up.

    Seconds are those that the process computed, so that what else the computer does counts for neither.
    """
    import torch

    from workbench.bench.speed import PRESET
    from workbench.config import StrokesDigits
    from workbench.engine.events import Command, Progress
    from workbench.engine.experiment import experiment
    from workbench.insight.watch import SHARE, watched
    from workbench.session.choices import preset_entry
    from workbench.ui.app import training_threads

    torch.set_num_threads(training_threads())
    preset = preset_entry(PRESET).preset
    data = StrokesDigits(train=2_000, validation=100, test=100)
    training = msgspec.structs.replace(preset.training, epochs=0, steps=1_000_000, validate_every=1_000_000)
    preset = msgspec.structs.replace(preset, data=data, training=training)
    work = experiment(preset)
    going = watched(work, preset, share=SHARE) if is_watched else work
    command: Command | None = None
    began = first = 0.0
    steps = at_first = 0
    while True:
        event = going.send(command)
        if isinstance(event, Progress):
            steps, now = int(event.steps[-1]), time.process_time()
            if not began:
                began = now
            if not first and now - began >= 1.0:
                first, at_first = now, steps
            if first and now - first >= seconds:
                going.close()
                return (steps - at_first) / (now - first)
