"""Learning pictures: a convolution net from folder to score, resumed exactly, saved and asked again."""

from pathlib import Path

import numpy as np
import pytest
import torch

from tests.bars import SMALL, bars_preset, draw_bars
from workbench.config import Preset, Recurrent, stacked
from workbench.data.dataset import Dataset
from workbench.data.sources import load
from workbench.engine.events import Checkpoint, Event, Snapshot, Started
from workbench.engine.events import Tested as FinalScore  # pytest would take it for a test
from workbench.engine.state import TrainerState
from workbench.engine.train import Trainer, train
from workbench.engine.trained import Trained
from workbench.models.shapes import parameter_count
from workbench.outcome import outcome
from workbench.runs.network_file import load_network, save_network


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return draw_bars(tmp_path / "bars")


def run(what: Preset, dataset: Dataset, state: TrainerState | None = None) -> list[Event]:
    events = train(what, dataset, torch.device("cpu"), state=state, report_seconds=0.0)
    return [event for event in events if event is not None]


def last(events: list[Event], kind: type[Event]) -> Event:
    return [event for event in events if isinstance(event, kind)][-1]


def test_a_convolution_net_tells_lying_bars_from_standing_ones_class_by_class(folder: Path) -> None:
    what = bars_preset(folder, SMALL)
    dataset = outcome(load(what.data))
    events = run(what, dataset)
    tested, started = last(events, FinalScore), events[0]
    assert isinstance(tested, FinalScore) and isinstance(started, Started)
    assert started.parameters == parameter_count(SMALL, dataset.interface)
    score = tested.score
    assert score.accuracy >= 0.95
    assert [part.caption for part in score.parts] == ["class lying", "class standing"]
    assert [part.count for part in score.parts] == [10, 10]
    assert sum(part.correct for part in score.parts) == score.total.correct


def test_the_channels_are_measured_on_the_training_pictures_alone(folder: Path) -> None:
    what = bars_preset(folder, SMALL, steps=1)
    dataset = outcome(load(what.data))
    snapshot = last(run(what, dataset), Snapshot)
    assert isinstance(snapshot, Snapshot)
    levels = dataset.train.inputs.astype(np.float64).reshape(-1, 3) / 255
    assert snapshot.weights["mean"].tolist() == pytest.approx(levels.mean(axis=0).tolist(), rel=1e-6)
    assert snapshot.weights["deviation"].tolist() == pytest.approx(levels.std(axis=0).tolist(), rel=1e-6)


def test_what_was_stopped_goes_on_to_the_same_bits(folder: Path) -> None:
    what = bars_preset(folder, SMALL, steps=20)
    dataset = outcome(load(what.data))
    whole = last(run(what, dataset), Snapshot)
    trainer = train(what, dataset, torch.device("cpu"), report_seconds=0.0)
    steps = 0
    for event in trainer:
        steps += event is None
        if steps == 7:
            break
    saved = [event for event in _stopped(trainer) if isinstance(event, Checkpoint)][-1].state
    assert 5 <= saved.step < 20
    again = last(run(what, dataset, saved), Snapshot)
    assert isinstance(whole, Snapshot) and isinstance(again, Snapshot)
    assert all(torch.equal(whole.weights[name], again.weights[name]) for name in whole.weights)


def _stopped(trainer: Trainer) -> list[Event]:
    """What a training still says when it is told to stop."""
    heard: list[Event] = []
    while True:
        try:
            event = trainer.send("stop")
        except StopIteration:
            return heard
        if event is not None:
            heard.append(event)


def test_a_saved_network_answers_when_its_folder_is_gone(folder: Path, tmp_path: Path) -> None:
    what = bars_preset(folder, SMALL, steps=5)
    dataset = outcome(load(what.data))
    snapshot = last(run(what, dataset), Snapshot)
    assert isinstance(snapshot, Snapshot)
    trained = Trained("bars", what, dataset.interface, dataset.classes, snapshot.weights, 5)
    save_network(trained, tmp_path / "bars.safetensors")
    folder.rename(tmp_path / "elsewhere")
    again = load_network(tmp_path / "bars.safetensors")
    assert again.classes == ("lying", "standing")
    x = torch.from_numpy(dataset.test.inputs[:3]).float() / 255
    assert torch.equal(trained.network()(x), again.network()(x))


def test_the_same_pictures_are_read_row_by_row(folder: Path) -> None:
    model = Recurrent(stack=stacked("gru", units=12, bidirectional=True), readout="mean")
    what = bars_preset(folder, model, steps=100, rate=1e-2)
    tested = last(run(what, outcome(load(what.data))), FinalScore)
    assert isinstance(tested, FinalScore)
    assert tested.score.accuracy >= 0.9
