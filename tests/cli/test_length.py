"""``workbench train --estimate``, and the length that a training tells after its first steps."""

import numpy as np
import pytest

from tests.cli.conftest import Command
from workbench.cli.length import FirstSteps, told
from workbench.config import Interface
from workbench.data.dataset import Split
from workbench.engine.events import Progress, Started
from workbench.engine.length import Length
from workbench.runs.index import all_runs


def test_the_length_is_told_without_training(workbench: Command, counting: str) -> None:
    said = workbench("train", counting, "--estimate")
    assert said.code == 0, said
    assert "on this machine: 30 steps on cpu" in said.out
    answer = workbench("train", counting, "--estimate", "--json").json
    assert (answer["preset"], answer["steps"], answer["data"]) == ("counting", 30, {"state": "here"})
    assert answer["seconds"] > 0
    assert list(all_runs()) == []


def test_a_length_needs_no_download(workbench: Command) -> None:
    small = ("--set", "model.units=2", "--set", "training.device=cpu", "--set", "training.steps=5")
    said = workbench("train", "mnist-gru", "--estimate", *small)
    assert said.code == 0, said
    assert "Before that 12 MB to download from " in said.out


@pytest.mark.parametrize("change", ["data.text=nowhere", "model.readout=both_ends", "training.steps=0"])
def test_no_length_is_made_up(workbench: Command, counting: str, change: str) -> None:
    workbench("train", counting, "--estimate", "--set", change).refused()


def test_a_longer_training_says_its_length_after_its_first_steps() -> None:
    first = FirstSteps()
    empty = np.zeros(1, dtype=np.float32)
    interface = Interface(1, 1, 0, 2)
    split = Split(empty, empty, "")
    started = Started(0, 1_000, 10, 5, 1, "cpu", interface, ("a", "b"), "", "", split, "")

    def progress(step: int, seconds: float) -> Progress:
        return Progress(np.array([step]), empty, empty, empty, seconds)

    assert [first.see(event) for event in (None, started, progress(1, 9.0), progress(3, 9.5))] == [None] * 4
    length = first.see(progress(11, 11.0))  # ten steps in 2 s; 989 are left
    assert length is not None
    assert length.seconds == pytest.approx(11.0 + 989 * 0.2)  # 208.8 s
    assert first.see(progress(99, 99.0)) is None
    assert told(length) == "About 3 minutes on this machine."
    long = told(Length(900.0, 9, "cpu"))
    assert long == "About 15 minutes on this machine. Ctrl+C ends it sooner and keeps what was learnt."
