"""Every preset that comes along, broken off at some step and gone on with, ends as one that never was."""

import random
from pathlib import Path

import pytest

from tests.presets_small import NAMES, STEPS, small_preset
from tests.runs.same import assert_same_end
from workbench.config import Preset
from workbench.engine.events import Checkpoint
from workbench.engine.experiment import Experiment, experiment
from workbench.engine.state import TrainerState
from workbench.runs.folders import STATE
from workbench.runs.run import Recorder, go_on_with, recorded

#: One for each way of training; the others are like one of them.
QUICK = (
    "binary-addition", "characters", "cifar10-convnet", "digits-best", "lstm-by-hand-torch", "mnist-gru",
    "mnist-rnn-relu", "next-prime", "story-belling-the-cat-published", "story-vectors-published", "strokes-digits",
)  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the data that stand in for downloads are."""
    return tmp_path_factory.mktemp("data")


def going(recorder: Recorder, preset: Preset, state: TrainerState | None = None) -> Experiment:
    """Reports, checkpoints and snapshots come when the step says so, never when the clock does."""
    return recorded(
        experiment(preset, state=state, report_seconds=0.0, snapshot_seconds=1e9, checkpoint_seconds=0.0), recorder
    )


def until(work: Experiment, step: int) -> None:
    """Goes on to the checkpoint after so many steps."""
    for event in work:
        if isinstance(event, Checkpoint) and event.state.step == step:
            return


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in NAMES]
)
def test_it_ends_the_same_to_the_bit(name: str, data: Path, tmp_path: Path) -> None:
    preset = small_preset(name, data)
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    work = going(Recorder(whole, name, preset), preset)
    until(work, STEPS)
    work.close()  # before it is tested, which takes long and changes nothing
    chance = random.Random(name)
    kept, lost = chance.randint(1, STEPS - 3), chance.randint(1, 2)
    work = going(Recorder(parts, name, preset), preset)
    until(work, kept)
    checkpoint = (parts / STATE).read_bytes()
    until(work, kept + lost)
    work.close()
    (parts / STATE).write_bytes(checkpoint)  # as if nothing later had been kept
    recorder, state, said = go_on_with(parts)
    assert state is not None
    assert (state.step, said) == (kept, ())
    work = going(recorder, recorder.preset, state)
    until(work, STEPS)
    work.close()
    assert_same_end(whole, parts)
