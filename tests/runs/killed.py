"""A process that trains, kills itself with signal 9 again and again at random moments, and goes on each time.

``python -m tests.runs.killed PRESET.toml FOLDER KILLS SEED`` prints the moments of the kills as JSON. One process
imports torch and forks; each child trains the run in FOLDER, or goes on with it, until its parent kills it. After KILLS
of them the last child goes on to the end.
"""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

import torch

from workbench.engine.experiment import experiment
from workbench.preset_files import load_preset
from workbench.runs.folders import ABOUT, METRICS
from workbench.runs.run import Recorder, go_on_with, recorded


def live(preset: Path, folder: Path) -> None:
    """One life of a training, as long as it lasts."""
    torch.set_num_threads(1)
    if (folder / ABOUT).is_file():
        recorder, state, _ = go_on_with(folder)
    else:
        recorder, state = Recorder(folder, "killed", load_preset(preset)), None
    for _ in recorded(
        experiment(recorder.preset, state=state, report_seconds=0.01, snapshot_seconds=0.02, checkpoint_seconds=0.05),
        recorder,
    ):
        pass


def rows(folder: Path) -> int:
    """How many steps are written down."""
    path = folder / METRICS
    return max(0, path.read_bytes().count(b"\n") - 1) if path.is_file() else 0


def main(preset: Path, folder: Path, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    steps = load_preset(preset).training.steps
    moments = []
    # The first while it loads; the others anywhere in the first four fifths of the training.
    for target in [0, *sorted(chance.randint(1, steps * 4 // 5) for _ in range(kills - 1))]:
        child = os.fork()
        if not child:
            live(preset, folder)
            os._exit(0)
        while rows(folder) < target:
            assert os.waitpid(child, os.WNOHANG) == (0, 0), "the training was over before it could be killed"
            time.sleep(0.002)
        time.sleep(chance.uniform(0.0, 0.02))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WTERMSIG(status) == signal.SIGKILL
        moments.append(rows(folder))
    live(preset, folder)
    print(json.dumps(moments))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
