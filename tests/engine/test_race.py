"""A race: every lane learns what it learns alone, step by step beside the others, on the same samples."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.engine.toy import CPU, dataset, preset, stopped_after
from workbench.config import Preset
from workbench.engine import race as race_module
from workbench.engine import train as train_module
from workbench.engine.batches import Samples
from workbench.engine.events import Ended, Event, Progress, Snapshot, Started, Validated
from workbench.engine.events import Tested as FinalScore  # pytest would take it for a test
from workbench.engine.race import OfLane, run_lanes
from workbench.engine.train import train
from workbench.errors import BadInput

#: Everything that draws at random while it trains: the order, dropout, and how pictures are changed.
AT_RANDOM: dict[str, Any] = {"dropout": 0.3, "turn": 20.0, "shift": 1.0, "layers": 2, "rate": 0.01}
LANES = (
    preset(cell="lstm", **AT_RANDOM), preset(cell="gru", **AT_RANDOM), preset(cell="rnn-tanh", **AT_RANDOM),
)  # fmt: skip
#: Whatever happens is told at once.
AT_ONCE = (0.0, 0.0, 0.0)


def told(presets: Sequence[Preset], seconds: tuple[float, float, float] = AT_ONCE) -> list[OfLane]:
    return [each for happened in rounds(presets, seconds) for each in happened]


def rounds(presets: Sequence[Preset], seconds: tuple[float, float, float] = AT_ONCE) -> Iterator[tuple[OfLane, ...]]:
    return (found for found in run_lanes(presets, dataset(), CPU, seconds) if isinstance(found, tuple))


def of(lane: int, found: list[OfLane]) -> list[Event]:
    return [each.event for each in found if each.lane == lane]


def curves(found: list[Event]) -> np.ndarray[Any, Any]:
    """(3, steps): loss, accuracy and gradient norm of each step."""
    parts = [(e.losses, e.accuracies, e.gradient_norms) for e in found if isinstance(e, Progress)]
    return np.concatenate([np.array(part) for part in parts], axis=1)


def weights(found: list[Event]) -> dict[str, Tensor]:
    return [event for event in found if isinstance(event, Snapshot)][-1].weights


def assert_same(found: list[Event], wanted: list[Event]) -> None:
    """To the last bit."""
    assert curves(found).tobytes() == curves(wanted).tobytes()
    assert all(torch.equal(value, weights(wanted)[name]) for name, value in weights(found).items())
    for kind in (Validated, FinalScore):
        assert [e for e in found if isinstance(e, kind)] == [e for e in wanted if isinstance(e, kind)]


@pytest.fixture(scope="module")
def found() -> list[OfLane]:
    return told(LANES)


@pytest.fixture
def lanes(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The trainings of the lanes that a race begins, as it begins them."""
    begun: list[Any] = []
    start = train_module.begin

    def noted(*arguments: Any) -> Any:
        begun.append(start(*arguments))
        return begun[-1]

    monkeypatch.setattr(race_module, "begin", noted)
    return begun


def test_every_lane_learns_what_it_learns_alone(found: list[OfLane]) -> None:
    for number, lane in enumerate(LANES):
        alone = [event for event in train(lane, dataset(), CPU) if event is not None]
        assert curves(alone).shape == (3, 24)
        assert_same(of(number, found), alone)


def test_the_same_race_twice_has_the_same_curves(found: list[OfLane]) -> None:
    again = told(LANES, (60.0, 60.0, 60.0))
    for number in range(len(LANES)):
        assert_same(of(number, again), of(number, found))


def test_another_seed_has_other_curves(found: list[OfLane]) -> None:
    others = told([preset(cell=cell, seed=1, **AT_RANDOM) for cell in ("lstm", "gru")])
    assert not np.array_equal(curves(of(0, others)), curves(of(0, found)))


def test_all_lanes_read_the_same_samples_in_the_same_order(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[int, list[bytes]] = {}
    batch = Samples.batch

    def noted(self: Samples, index: Tensor | slice) -> tuple[Tensor, Tensor]:
        x, y = batch(self, index)
        if self.caption == "toys":
            seen.setdefault(id(self), []).append(x.numpy().tobytes())
        return x, y

    monkeypatch.setattr(Samples, "batch", noted)
    told(LANES)
    orders = list(seen.values())
    assert [len(order) for order in orders] == [24, 24, 24]
    assert orders[0] == orders[1] == orders[2]
    assert len(set(orders[0])) == 24  # the second epoch in another order than the first


def test_all_lanes_stand_at_the_same_step_whenever_something_is_told(lanes: list[Any]) -> None:
    steps = set()
    for _ in run_lanes(LANES, dataset(), CPU, AT_ONCE):
        assert len({lane.step for lane in lanes}) == 1
        steps.add(lanes[0].step)
    assert steps == set(range(25))


def test_the_order_of_what_is_told(found: list[OfLane]) -> None:
    assert [each.lane for each in found[:3]] == [0, 1, 2]
    assert all(isinstance(each.event, Started) for each in found[:3])
    for number in range(3):
        events = of(number, found)
        assert events[-1] == Ended(24, "finished")
        assert [e.step for e in events if isinstance(e, Validated)] == [12, 24]
    last = list(run_lanes(LANES, dataset(), CPU))[-1]
    assert last == Ended(24, "finished")


def test_a_lane_times_its_own_steps_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that only the steps move: by 3 seconds in the first lane, and by 5 in the second."""
    clock = {"now": 0.0}
    monkeypatch.setattr("time.perf_counter", lambda: clock["now"])
    start = train_module.begin

    def slow(*arguments: Any) -> Any:
        run: Any = start(*arguments)
        step, seconds = run.one_step, 3.0 if arguments[0].stack[0].cell == "lstm" else 5.0

        def one_step() -> None:
            began = run.seconds
            step()
            took = seconds if run.step > 1 else 100.0  # the first also makes the kernels ready
            clock["now"] += took
            run.seconds = began + took

        run.one_step = one_step
        return run

    monkeypatch.setattr(race_module, "begin", slow)
    found = told(LANES[:2])
    assert found[0].step_seconds is None
    assert {each.step_seconds for each in found if each.lane == 0} == {None, 3.0}
    assert {each.step_seconds for each in found if each.lane == 1} == {None, 5.0}
    assert [e.seconds for e in of(0, found) if isinstance(e, Progress)][-1] == 100.0 + 23 * 3.0


def test_stopping_keeps_what_all_lanes_have_learnt() -> None:
    running = run_lanes(LANES, dataset(), CPU, AT_ONCE)
    found: list[OfLane] = []
    said = next(running)
    while not isinstance(said, Ended):
        found += said if isinstance(said, tuple) else ()
        is_there = any(isinstance(each.event, Progress) and each.event.steps[-1] == 7 for each in found)
        said = running.send("stop" if is_there else None)
    assert said == Ended(7, "stopped")
    assert [of(number, found)[-1] for number in range(3)] == [Ended(7, "stopped")] * 3
    assert next(running, None) is None


def test_a_snapshot_shows_all_lanes_at_the_same_step() -> None:
    running = run_lanes(LANES, dataset(), CPU, (60.0, 60.0, 60.0))
    next(running)
    begun = [each for said in (next(running) for _ in range(6)) if isinstance(said, tuple) for each in said]
    found = running.send("snapshot")
    assert isinstance(found, tuple)
    assert [(each.lane, type(each.event)) for each in found] == [
        (lane, kind) for lane in range(3) for kind in (Progress, Snapshot)
    ]
    assert {int(each.event.steps[-1]) for each in found if isinstance(each.event, Progress)} == {6}
    assert {each.event.step for each in found if isinstance(each.event, Snapshot)} == {6}
    rest = [each for said in running if isinstance(said, tuple) for each in said]
    for number, lane in enumerate(LANES):
        alone = [event for event in train(lane, dataset(), CPU) if event is not None]
        assert_same([*of(number, begun), *of(number, list(found)), *of(number, rest)], alone)


def test_a_lane_that_diverges_leaves_the_others_in_the_race() -> None:
    wild = preset(cell="rnn-relu", rate=100.0, optimiser="sgd", units=32, layers=3)
    found = told([preset(cell="lstm", units=8), wild])
    ends = [event for number in range(2) if isinstance(event := of(number, found)[-1], Ended)]
    assert [end.reason for end in ends] == ["finished", "diverged"]
    assert not np.isfinite(curves(of(1, found))).all()
    assert np.isfinite(curves(of(0, found))).all()
    *_, end = run_lanes([wild, wild], dataset(), CPU, AT_ONCE)
    assert isinstance(end, Ended) and end.reason == "diverged"


# --- going on ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("steps", [(7, 4, 0), (3, 3, 3), (12, 1, 23), (24, 12, 11), (5, 24, 24)])
def test_lanes_saved_at_different_steps_go_on_to_the_same_bits(
    found: list[OfLane], steps: tuple[int, ...], lanes: list[Any]
) -> None:
    """Of steps 12 and 24 also the validation, which comes after the state was taken, and the test at the end."""
    states = [stopped_after(lane, step) if step else None for lane, step in zip(LANES, steps, strict=True)]
    again: list[OfLane] = []
    for said in run_lanes(LANES, dataset(), CPU, AT_ONCE, states):
        now, last = [lane.step for lane in lanes], min(lane.step for lane in lanes)
        assert now == [max(step, last) for step in steps]  # those ahead wait
        again += said if isinstance(said, tuple) else ()
    for number, step in enumerate(steps):
        whole, rest = of(number, found), of(number, again)
        if step < 24:
            assert curves(rest).tobytes() == np.ascontiguousarray(curves(whole)[:, step:]).tobytes()
        assert all(torch.equal(value, weights(whole)[name]) for name, value in weights(rest).items())
        validated = [event for event in whole if isinstance(event, Validated) and event.step >= max(step, 1)]
        assert [event for event in rest if isinstance(event, Validated)] == validated
        assert [e for e in rest if isinstance(e, FinalScore)] == [e for e in whole if isinstance(e, FinalScore)]
        assert rest[-1] == Ended(24, "finished")


@pytest.mark.parametrize("ahead", [9, 12])  # after the 12th step there is a validation
def test_stopping_while_they_catch_up_leaves_each_where_it_is(ahead: int) -> None:
    states = [stopped_after(LANES[0], ahead), stopped_after(LANES[1], 2), stopped_after(LANES[2], 9)]
    running = run_lanes(LANES, dataset(), CPU, AT_ONCE, states)
    found: list[OfLane] = []
    said = next(running)
    while not isinstance(said, Ended):
        found += said if isinstance(said, tuple) else ()
        is_there = any(isinstance(each.event, Progress) and each.event.steps[-1] == 5 for each in found)
        said = running.send("stop" if is_there else None)
    assert [of(number, found)[-1] for number in range(3)] == [Ended(step, "stopped") for step in (ahead, 5, 9)]


def test_nothing_happens_in_a_lane_that_is_over(found: list[OfLane]) -> None:
    states = [stopped_after(LANES[0], 9), None, stopped_after(LANES[2], 3)]
    again = [each for said in run_lanes(LANES, dataset(), CPU, AT_ONCE, states, {1})
             for each in (said if isinstance(said, tuple) else ())]  # fmt: skip
    assert {each.lane for each in again} == {0, 2}
    for number in (0, 2):
        wanted = weights(of(number, found))
        assert all(torch.equal(value, wanted[name]) for name, value in weights(of(number, again)).items())


def test_lanes_that_wait_are_not_shown_again_and_again() -> None:
    """Whoever watches asks at every step. They are shown when first asked, and when it is their turn."""
    states = [stopped_after(LANES[0], 20), stopped_after(LANES[1], 2), stopped_after(LANES[2], 20)]
    running = run_lanes(LANES, dataset(), CPU, (60.0, 60.0, 60.0), states)
    shown = {0: list[int](), 1: list[int](), 2: list[int]()}
    said = next(running)
    while not isinstance(said, Ended):
        for each in said if isinstance(said, tuple) else ():
            if isinstance(each.event, Snapshot):
                shown[each.lane].append(each.event.step)
        said = running.send("snapshot")
    for waiting in (0, 2):
        assert shown[waiting].count(20) == 2
    assert set(range(2, 24)) <= set(shown[1])


def test_closing_it_closes_every_lane() -> None:
    running = run_lanes(LANES, dataset(), CPU)
    next(running)
    running.close()
    assert next(running, None) is None


def test_it_begins_only_with_lanes_that_share_their_samples() -> None:
    with pytest.raises(BadInput, match=r"race, lane 1, training.seed = 1: expected 0 as in lane 0"):
        next(race_module.race([preset(), preset(seed=1)]))
    with pytest.raises(BadInput, match="expected 2 to 4 lanes"):
        next(race_module.race([preset()]))


def test_what_no_memory_holds_together_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from workbench.engine import memory

    monkeypatch.setattr(memory, "memory_of", lambda device: 10 * 2**20)
    samples = dataset()
    one = memory.least_bytes(preset(units=256), samples.interface, 10)
    assert 5 * 2**20 < one < 10 * 2**20
    memory.check_memory(preset(units=256), samples.interface, 120, CPU)
    with pytest.raises(BadInput, match="needs at least"):
        memory.check_memory_of([preset(units=256)] * 2, samples.interface, 120, CPU)


def test_the_median_is_no_number_before_there_is_a_second_step(found: list[OfLane]) -> None:
    times = [each.step_seconds for each in found if each.lane == 1]
    assert times[0] is None
    assert all(value is not None and math.isfinite(value) and value > 0.0 for value in times[-5:])
