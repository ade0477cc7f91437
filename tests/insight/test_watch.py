"""Watching a training changes nothing of it, keeps to its share of the time, and loses no command."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch

from tests.engine import toy
from workbench.config import Convnet, Interface, Preset, StrokesDigits, Training
from workbench.data.dataset import Dataset, Split
from workbench.engine.batches import as_input
from workbench.engine.events import Checkpoint, Command, Ended, Progress, Snapshot, Started, Validated
from workbench.engine.train import train
from workbench.insight.flow import Flow
from workbench.insight.gradient_flow import gradient_flow
from workbench.insight.watch import SAMPLES, watched
from workbench.models.build import build
from workbench.models.network import Network


@pytest.fixture(autouse=True)
def snapshots_after_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.engine.train.SNAPSHOT_SHARE", float("inf"))


def work(**settings: Any) -> Any:
    return train(toy.preset(**settings), toy.dataset(), toy.CPU, report_seconds=0.0, snapshot_seconds=0.0)


def test_the_weights_come_out_the_same_bit_for_bit() -> None:
    preset = toy.preset()
    alone = [event for event in work() if isinstance(event, Checkpoint)]
    looked_at = [event for event in watched(work(), preset, share=1e9) if isinstance(event, Checkpoint)]
    for name, weight in alone[-1].state.weights.items():
        assert torch.equal(weight, looked_at[-1].state.weights[name])


def test_a_flow_is_that_of_the_snapshot_on_the_first_test_samples() -> None:
    preset = toy.preset()
    told = list(watched(work(), preset, share=1e9))
    snapshots = {event.step: event for event in told if isinstance(event, Snapshot)}
    flows = [event for event in told if isinstance(event, Flow)]
    # Of the first step there is no time yet of which to take a share.
    assert [flow.step for flow in flows] == [step for step in sorted(snapshots) if step != 1]
    started = next(event for event in told if isinstance(event, Started))
    network = build(preset.model, started.interface)
    assert isinstance(network, Network)
    network.load_state_dict(snapshots[flows[5].step].weights)
    test = toy.dataset().test
    expected = gradient_flow(
        network, as_input(torch.from_numpy(test.inputs[:SAMPLES])), torch.from_numpy(test.targets[:SAMPLES])
    )
    np.testing.assert_array_equal(flows[5].flow.layers[0].c, expected.layers[0].c)
    assert flows[5].flow.loss == expected.loss


def test_with_no_time_at_all_the_first_and_the_last_are_measured() -> None:
    flows = [event for event in watched(work(epochs=2), toy.preset(), share=0.0) if isinstance(event, Flow)]
    assert [flow.step for flow in flows] == [0, 24]


def test_it_is_told_between_two_batches_and_before_the_end() -> None:
    told = list(watched(work(), toy.preset(), share=1e9))
    assert isinstance(told[-1], Ended)
    for before, event in pairwise(told):
        if isinstance(event, Flow):
            assert not isinstance(before, Progress)  # its snapshot comes first


@pytest.mark.parametrize("at", [Flow, Snapshot, Progress, Validated])
def test_a_stop_is_heard_wherever_it_is_said(at: type) -> None:
    watching = watched(work(epochs=50), toy.preset(epochs=50), share=1e9)
    command: Command | None = None
    seen = []
    while True:
        try:
            event = watching.send(command)
        except StopIteration:
            break
        command = "stop" if isinstance(event, at) else None
        seen.append(event)
    ended = seen[-1]
    assert isinstance(ended, Ended)
    assert ended.reason == "stopped"
    assert ended.step <= 13


def test_a_snapshot_that_is_asked_for_is_what_comes_next() -> None:
    watching = watched(work(epochs=50), toy.preset(epochs=50), share=1e9)
    event = next(watching)
    while not isinstance(event, Flow):
        event = next(watching)
    answer = watching.send("snapshot")
    if isinstance(answer, Progress):
        answer = next(watching)
    assert isinstance(answer, Snapshot)
    watching.close()


def test_closing_it_closes_the_training() -> None:
    inner = work()
    watching = watched(inner, toy.preset())
    next(watching)
    watching.close()
    assert inner.gi_frame is None


def test_a_network_that_hands_nothing_on_has_no_flow() -> None:
    preset = Preset(title="Net", data=StrokesDigits(), model=Convnet(kernel=1), training=Training(batch=10, epochs=1))
    random = np.random.default_rng(0)

    def split() -> Split:
        return Split(random.integers(256, size=(20, 4, 4), dtype=np.uint8), np.arange(20) % 2, "pictures")

    pictures = Dataset(Interface(4, 4, 0, 2, picture=(4, 4, 1)), split(), split(), split(), ("even", "odd"))
    told = list(watched(train(preset, pictures, toy.CPU), preset))
    assert isinstance(told[-1], Ended)
    assert not any(isinstance(event, Flow) for event in told)
