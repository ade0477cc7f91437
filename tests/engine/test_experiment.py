"""An experiment goes from its settings to the finished network, or says at once why it cannot."""

from pathlib import Path

import pytest

from tests.engine.toy import preset as toy
from workbench.config import Preset, Recurrent, Training, Words, stacked
from workbench.data.dataset import Loading
from workbench.engine.events import Ended, Started
from workbench.engine.experiment import experiment
from workbench.errors import BadInput


@pytest.fixture
def preset(tmp_path: Path) -> Preset:
    path = tmp_path / "text.txt"
    path.write_text("one two three four five six seven")
    return Preset(
        title="Counting", data=Words(text=str(path)), model=Recurrent(stack=stacked(units=4), embedding=4),
        training=Training(batch=4, epochs=2, device="cpu"),
    )  # fmt: skip


def test_it_loads_and_then_trains(preset: Preset) -> None:
    kinds = [type(event) for event in experiment(preset) if event is not None]
    assert kinds[0] is Loading
    assert Started in kinds
    assert kinds[-1] is Ended


def test_it_can_be_stopped_while_loading(preset: Preset) -> None:
    running = experiment(preset)
    assert isinstance(next(running), Loading)
    assert [running.send("stop"), *running] == [Ended(0, "stopped")]


def test_impossible_settings_are_refused_before_any_work() -> None:
    with pytest.raises(BadInput, match=r"Toys, training\.epochs: Give epochs or steps"):
        next(experiment(toy(epochs=0)))
