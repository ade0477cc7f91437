"""Watching a race changes nothing of it, and measures all lanes after the same step on the same samples."""

import dataclasses
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from torch import Tensor

from tests.engine import toy
from workbench.config import Convnet, Interface
from workbench.data.dataset import Dataset, Split
from workbench.engine.batches import as_input
from workbench.engine.events import Ended, Progress, Snapshot
from workbench.engine.race import OfLane, Race, run_lanes
from workbench.engine.state import TrainerState
from workbench.insight.finding import LaneFinding
from workbench.insight.flow import Flows
from workbench.insight.gradient_flow import gradient_flow
from workbench.insight.race_watch import watched_race
from workbench.insight.watch import SAMPLES
from workbench.models.build import build
from workbench.models.network import Network

LANES = [toy.preset(cell=cell, dropout=0.2) for cell in ("lstm", "gru", "rnn-tanh")]


def race(lanes: Any = None) -> Race:
    return run_lanes(lanes or LANES, toy.dataset(), toy.CPU, (0.0, 60.0, 60.0))


def of_lanes(said: list[Any]) -> list[OfLane]:
    return [told for happened in said if isinstance(happened, tuple) for told in happened]


def losses(said: list[Any], lane: int) -> bytes:
    found = [told.event for told in of_lanes(said) if told.lane == lane and isinstance(told.event, Progress)]
    return b"".join(event.losses.tobytes() for event in found)


def test_the_lanes_learn_the_same_whether_watched_or_not() -> None:
    alone, seen = list(race()), list(watched_race(race(), LANES, share=1e9))
    for lane in range(3):
        assert len(losses(alone, lane)) == 24 * 4
        assert losses(alone, lane) == losses(seen, lane)
    assert alone[-1] == seen[-1] == Ended(24, "finished")


def test_all_lanes_are_measured_after_the_same_step_and_as_often_as_there_is_time() -> None:
    flows = [said for said in watched_race(race(), LANES, share=1e9) if isinstance(said, Flows)]
    assert [flow.step for flow in flows] == list(range(25))
    for flow in flows:
        assert [None if lane is None else lane.step for lane in flow.lanes] == [flow.step] * 3
    seldom = [said.step for said in watched_race(race(), LANES, share=0.0) if isinstance(said, Flows)]
    assert seldom == [0, 24]


def test_while_some_catch_up_those_that_learn_are_measured() -> None:
    states = [toy.stopped_after(LANES[0], 4), toy.stopped_after(LANES[1], 19), toy.stopped_after(LANES[2], 19)]
    work = run_lanes(LANES, toy.dataset(), toy.CPU, (0.0, 60.0, 60.0), states)
    said = list(watched_race(work, LANES, share=1e9))
    flows = [each for each in said if isinstance(each, Flows)]
    assert [flow.step for flow in flows] == [4, *range(6, 25)]  # how long a step takes is known from the second on
    for flow in flows:
        assert [lane is not None for lane in flow.lanes] == [True, flow.step >= 19, flow.step >= 19]
    waiting = [told.event.step for told in of_lanes(said) if told.lane == 1 and isinstance(told.event, Snapshot)]
    assert sorted(set(waiting)) == list(range(19, 25))
    assert waiting.count(19) == 2  # its weights are not copied at every step of those it waits for


def test_what_was_trained_before_buys_no_measuring_now() -> None:
    def long(state: TrainerState) -> TrainerState:
        return dataclasses.replace(state, seconds=3600.0)

    states = [long(toy.stopped_after(lane, 4)) for lane in LANES]
    work = run_lanes(LANES, toy.dataset(), toy.CPU, (0.0, 60.0, 60.0), states)
    flows = [each.step for each in watched_race(work, LANES, share=1e-6) if isinstance(each, Flows)]
    assert flows == [4, 24]


def test_beside_a_lane_that_is_over_the_others_are_measured() -> None:
    states = [toy.stopped_after(LANES[0], 20), None, toy.stopped_after(LANES[2], 22)]
    work = run_lanes(LANES, toy.dataset(), toy.CPU, (0.0, 60.0, 60.0), states, {1})
    flows = [each for each in watched_race(work, LANES, share=1e9) if isinstance(each, Flows)]
    assert [flow.step for flow in flows] == [20, 22, 23, 24]
    assert [lane is not None for lane in flows[-1].lanes] == [True, False, True]


def weights_at(said: list[Any], lane: int, step: int) -> dict[str, Tensor]:
    return next(
        told.event.weights for told in of_lanes(said)
        if told.lane == lane and isinstance(told.event, Snapshot) and told.event.step == step
    )  # fmt: skip


def test_a_flow_is_that_of_the_lanes_network_on_the_first_test_samples() -> None:
    """The whole of it measured anew; the last step's also by the head alone, by which the loss hangs on it."""
    said = list(watched_race(race(), LANES, share=1e9))
    flows = next(each for each in said if isinstance(each, Flows) and each.step == 13)
    test = toy.dataset().test
    x, y = as_input(torch.from_numpy(test.inputs[:SAMPLES])), torch.from_numpy(test.targets[:SAMPLES])
    for lane, preset in enumerate(LANES):
        network = build(preset.model, toy.dataset().interface)
        assert isinstance(network, Network)
        network.load_state_dict(weights_at(said, lane, 13))
        network.eval().requires_grad_(False)
        found = flows.lanes[lane]
        assert found is not None and found.flow.samples == SAMPLES
        wanted = gradient_flow(network, x, y)
        assert found.flow.loss == wanted.loss
        for state, norms in wanted.layers[0].norms.items():
            np.testing.assert_array_equal(found.flow.layers[0].norms[state], norms)
        last = network.run(x)[-1].outputs[:, -1].clone().requires_grad_(True)  # (samples, units)
        [by_last] = torch.autograd.grad(torch.nn.functional.cross_entropy(network.head(last), y), last)
        assert found.flow.layers[0].h[-1] == pytest.approx(float(by_last.norm()), rel=1e-5)


def test_a_lane_that_is_gone_has_no_flow_any_more() -> None:
    wild = toy.preset(cell="rnn-relu", rate=100.0, optimiser="sgd", units=32, layers=3)
    lanes = [toy.preset(), wild]
    flows = [said for said in watched_race(race(lanes), lanes, share=1e9) if isinstance(said, Flows)]
    assert flows[-1].step == 24
    assert flows[-1].lanes[0] is not None and flows[-1].lanes[1] is None


def test_what_goes_wrong_in_a_lane_is_told_of_that_lane_before_the_end() -> None:
    """A step of the second lane is as long as its loss is no number; nothing is wrong with the others."""
    wild = toy.preset(cell="rnn-relu", rate=100.0, optimiser="sgd", units=32, layers=3)
    lanes = [toy.preset(), wild, toy.preset(cell="gru")]
    said = list(watched_race(race(lanes), lanes))
    found = [each for each in said if isinstance(each, LaneFinding)]
    assert [each.lane for each in found] == [1] * len(found)
    assert "diverged" in [each.finding.kind for each in found]
    assert isinstance(said[-1], Ended)
    losses = [told.event for told in of_lanes(said) if told.lane == 1 and isinstance(told.event, Progress)]
    broke = next(
        int(step) for event in losses for step, loss, norm in
        zip(event.steps, event.losses, event.gradient_norms, strict=True) if not np.isfinite([loss, norm]).all()
    )  # fmt: skip
    assert [each.finding.step for each in found if each.finding.kind == "diverged"] == [broke]


def test_no_command_is_lost() -> None:
    running = watched_race(race(), LANES, share=1e9)
    said: list[Any] = [next(running)]
    while not isinstance(said[-1], Ended):
        steps = [told.event.steps[-1] for told in of_lanes(said) if isinstance(told.event, Progress)]
        said.append(running.send("stop" if steps and max(steps) >= 5 else None))
    assert said[-1].reason == "stopped"
    assert isinstance(said[-2], Flows) and said[-2].step == said[-1].step


def test_a_snapshot_that_is_asked_for_is_answered_by_what_comes_next() -> None:
    running = watched_race(race(), LANES, share=0.0)
    for _ in range(8):
        next(running)
    answer = running.send("snapshot")
    assert isinstance(answer, tuple)
    assert [told.lane for told in answer if isinstance(told.event, Snapshot)] == [0, 1, 2]
    running.close()


def test_a_convolution_net_has_none() -> None:
    small = Convnet(first_maps=2, second_maps=2, kernel=1, first_units=4, second_units=4)
    samples = bars()
    lanes = [msgspec.structs.replace(toy.preset(), model=model) for model in (toy.preset().model, small)]
    racing = run_lanes(lanes, samples, toy.CPU, (0.0, 60.0, 60.0))
    flows = [said for said in watched_race(racing, lanes, share=0.0) if isinstance(said, Flows)]
    assert [[lane is None for lane in flow.lanes] for flow in flows] == [[False, True]] * 2


def bars() -> Dataset:
    """Pictures of eight by eight, in two classes."""
    random = np.random.default_rng(0)
    pictures = random.integers(0, 256, (20, 8, 8)).astype(np.uint8)
    split = Split(pictures, (pictures[:, 0].mean(axis=1) > 127).astype(np.int64), "bars")
    return Dataset(Interface(8, 8, 0, 2, picture=(8, 8, 1)), split, split, split, ("dark", "bright"))
