"""Training as a sequence of events: it learns, reports every step, answers, and ends in one of three ways."""

import math
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch

from tests.engine.toy import CPU, dataset, events, preset, stopped_after
from workbench.config import Training
from workbench.data.dataset import Split
from workbench.engine.events import (
    Checkpoint,
    Command,
    Ended,
    Event,
    Progress,
    Snapshot,
    Started,
    Validated,
)
from workbench.engine.events import Tested as FinalScore  # pytest would take it for a test
from workbench.engine.torch_run import rate_at
from workbench.engine.train import Trainer, train
from workbench.models.build import build


def kinds(found: list[Event]) -> list[type]:
    return [type(event) for event in found]


def last(found: list[Event], kind: type[Any]) -> Any:
    return [event for event in found if isinstance(event, kind)][-1]


def until_batch(training: Trainer) -> list[Event]:
    """Everything up to and without the next None."""
    found: list[Event] = []
    while (event := next(training)) is not None:
        found.append(event)
    return found


# --- what happens, in which order -------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn-tanh", "rnn-relu"])
def test_every_cell_learns_what_has_to_be_remembered(cell: str) -> None:
    found = list(events(preset(cell=cell, units=16, rate=0.01, epochs=30, clip=1.0)))
    losses = np.concatenate([event.losses for event in found if isinstance(event, Progress)])
    assert losses[:10].mean() > 0.9
    assert losses[-10:].mean() < 0.3
    assert last(found, FinalScore).score.accuracy > 0.8


def test_the_first_and_the_last_events() -> None:
    found = list(events(preset(epochs=1), report_seconds=60.0))
    steps = [Progress, Snapshot] * 5  # after step 1, 2, 4, 8 and 12
    assert kinds(found) == [Started, Snapshot, *steps, Validated, Snapshot, Checkpoint, FinalScore, Ended]
    started, tested, ended = found[0], found[-2], found[-1]
    assert isinstance(started, Started)
    assert (started.step, started.steps, started.steps_per_epoch, started.batch) == (0, 12, 12, 10)
    assert (started.train, started.validation, started.classes) == ("toys", "held-out toys", dataset().classes)
    assert started.parameters == 4 * (8 * 3 + 8 * 8 + 16) + 3 * 8 + 3
    assert isinstance(tested, FinalScore)
    assert (tested.step, tested.score.total.count, tested.score.caption) == (12, 47, "other toys")
    assert ended == Ended(12, "finished")


@pytest.mark.parametrize("report_seconds", [0.0, 1e9])
def test_every_step_is_reported_once_and_in_order(report_seconds: float) -> None:
    found = [e for e in events(preset(epochs=3), report_seconds=report_seconds) if isinstance(e, Progress)]
    assert np.concatenate([event.steps for event in found]).tolist() == list(range(1, 37))
    # With the validation of each epoch and each doubling of the steps, at the latest.
    last_steps = [*range(1, 37)] if report_seconds == 0.0 else [1, 2, 4, 8, 12, 16, 24, 32, 36]
    assert [int(event.steps[-1]) for event in found] == last_steps
    for event in found:
        assert event.steps.shape == event.losses.shape == event.accuracies.shape == event.gradient_norms.shape
        assert (event.gradient_norms > 0).all()
        assert ((event.accuracies >= 0) & (event.accuracies <= 1)).all()
    seconds = [event.seconds for event in found]
    assert seconds == sorted(seconds)


@pytest.mark.parametrize(
    ("settings", "steps"),
    [
        ({"epochs": 3}, [12, 24, 36]),
        ({"epochs": 0, "steps": 14}, [12, 14]),
        ({"epochs": 1, "validate_every": 5}, [5, 10, 12]),
        ({"epochs": 1, "validate_every": 100}, [12]),
        ({"epochs": 5, "steps": 6, "validate_every": 3}, [3, 6]),
    ],
)
def test_validation_falls_where_it_was_asked_for_and_at_the_end(settings: dict[str, int], steps: list[int]) -> None:
    assert [event.step for event in events(preset(**settings)) if isinstance(event, Validated)] == steps


def test_the_last_validation_counts_the_held_out_samples_of_the_last_snapshot() -> None:
    found = list(events(preset()))
    from workbench.models.build import build

    network = build(preset().model, dataset().interface)
    network.load_state_dict(last(found, Snapshot).weights)
    held_out = dataset().validation
    with torch.inference_mode():
        right = (network(torch.from_numpy(held_out.inputs)).argmax(-1).numpy() == held_out.targets).mean()
    assert last(found, Validated).accuracy == pytest.approx(right)


def test_samples_that_fill_no_batch_are_left_out_and_a_batch_is_no_larger_than_the_data() -> None:
    started = next(events(preset(batch=50)))
    assert isinstance(started, Started)
    assert (started.batch, started.steps_per_epoch, started.steps) == (50, 2, 4)
    started = next(events(preset(batch=500)))
    assert isinstance(started, Started)
    assert (started.batch, started.steps_per_epoch) == (120, 1)


def test_the_weights_of_the_start_of_each_doubling_and_of_each_validation_are_shown() -> None:
    found = list(events(preset(epochs=3, validate_every=7), report_seconds=1e9, snapshot_seconds=1e9))
    shown = [event.step for event in found if isinstance(event, Snapshot)]
    assert shown == [0, 1, 2, 4, 7, 8, 14, 16, 21, 28, 32, 35, 36, 36]  # the finished network once more
    first = build(preset().model, dataset().interface)
    first.initialise(torch.Generator().manual_seed(preset().training.seed + 2))
    untrained = next(event for event in found if isinstance(event, Snapshot))
    assert all(torch.equal(weight, untrained.weights[name]) for name, weight in first.state_dict().items())
    for before, event in pairwise(found):
        if isinstance(event, Validated):
            assert isinstance(before, Snapshot)
            assert before.step == event.step


# --- commands ---------------------------------------------------------------------------------------------------------


def test_stop_is_answered_after_the_next_batch_at_the_latest() -> None:
    training = train(preset(), dataset(), CPU)
    next(training)
    until_batch(training)
    found = [training.send("stop"), *training]
    assert kinds([event for event in found if event]) == [Snapshot, Checkpoint, Ended]
    assert found[-1] == Ended(1, "stopped")


def test_stop_sent_before_the_first_batch_stops_too() -> None:
    training = train(preset(), dataset(), CPU)
    next(training)
    found = [training.send("stop"), *training]
    assert found[-1] == Ended(1, "stopped")


def test_stop_is_answered_within_a_validation() -> None:
    training = train(preset(validate_every=1), dataset(), CPU)
    next(training)
    assert kinds(until_batch(training)) == [
        Snapshot,
        Progress,
        Snapshot,
    ]  # the None that ended this comes from the validation
    found = [training.send("stop"), *training]
    assert found[-1] == Ended(1, "stopped")
    assert not any(isinstance(event, Validated) for event in found)


@pytest.mark.parametrize("validate_every", [0, 1])
def test_a_snapshot_is_given_at_once_after_what_is_not_reported_yet(validate_every: int) -> None:
    training = train(preset(validate_every=validate_every), dataset(), CPU, report_seconds=1e9, snapshot_seconds=1e9)
    next(training)
    for _ in range(3):
        until_batch(training)
    answer = training.send("snapshot")
    step = 2 if validate_every else 3  # each validation here is one more None
    if not validate_every:
        assert isinstance(answer, Progress)
        assert answer.steps.tolist() == [3]
        answer = next(training)
    assert isinstance(answer, Snapshot)
    assert answer.step == step


def test_a_snapshot_asked_for_at_an_event_is_not_lost() -> None:
    training = train(preset(), dataset(), CPU, report_seconds=0.0)
    assert [type(next(training)) for _ in range(3)] == [Started, Snapshot, Progress]
    answer = training.send("snapshot")
    assert isinstance(answer, Snapshot)
    assert answer.step == 1


def test_asking_for_snapshots_changes_nothing_that_is_learnt() -> None:
    training = train(preset(dropout=0.3), dataset(), CPU)
    found = [next(training)]
    try:
        while True:
            found.append(training.send("snapshot" if found[-1] is None else None))
    except StopIteration:
        pass
    asked = last([event for event in found if event], Snapshot).weights
    alone = last(list(events(preset(dropout=0.3))), Snapshot).weights
    assert all(torch.equal(asked[name], alone[name]) for name in alone)


def test_a_snapshot_is_no_longer_touched_by_training() -> None:
    training = train(preset(), dataset(), CPU)
    next(training)
    until_batch(training)
    answer = training.send("snapshot")
    assert isinstance(answer, Snapshot)
    before = {name: weight.clone() for name, weight in answer.weights.items()}
    list(training)
    assert all(torch.equal(before[name], answer.weights[name]) for name in before)


# --- divergence -------------------------------------------------------------------------------------------------------

EXPLODING = {"cell": "rnn-relu", "optimiser": "sgd", "rate": 100.0, "epochs": 20}


@pytest.mark.parametrize("report_seconds", [0.0, 1e9])
def test_training_that_diverges_ends_with_the_last_good_network(report_seconds: float) -> None:
    found = list(events(preset(**EXPLODING), report_seconds=report_seconds, snapshot_seconds=0.0))
    ended = found[-1]
    assert isinstance(ended, Ended)
    assert ended.reason == "diverged"
    assert "rate below 100" in ended.message
    assert "clipping" in ended.message
    snapshot = last(found, Snapshot)
    assert snapshot.step == ended.step
    assert all(weight.isfinite().all() for weight in snapshot.weights.values())
    assert not any(isinstance(event, FinalScore | Checkpoint) for event in found)


def test_stopping_or_looking_when_the_numbers_are_gone_does_not_keep_them() -> None:
    commands: tuple[Command, ...] = ("stop", "snapshot")
    for command in commands:
        training = train(preset(**EXPLODING | {"rate": 300.0}), dataset(), CPU, report_seconds=1e9)
        next(training)
        for _ in range(6):  # the numbers are gone after step 6, which is not reported yet
            until_batch(training)
        found = [training.send(command), *training]
        for event in found:
            if isinstance(event, Snapshot):
                assert all(weight.isfinite().all() for weight in event.weights.values())
        ended = found[-1]
        assert isinstance(ended, Ended)
        assert ended.reason == "diverged"


#: Variations of the toys, which are pictures of 5 x 3 pixels.
VARIED: dict[str, Any] = {"turn": 20.0, "shift": 0.3, "bend": 0.2, "pen": 0.5}


def weights_of(event: Snapshot | Checkpoint) -> dict[str, torch.Tensor]:
    if isinstance(event, Snapshot):
        return event.weights
    state = event.state
    return state.weights | {f"average {name}": weight for name, weight in state.average.items()}


# --- the state --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("optimiser", ["adam", "adamw", "rmsprop", "sgd"])
@pytest.mark.parametrize("step", [1, 5, 12, 13, 24, 30])  # an epoch is 12 steps
def test_going_on_from_a_state_is_as_if_nothing_had_happened(optimiser: str, step: int) -> None:
    settings = preset(
        optimiser=optimiser, dropout=0.3, layers=2, epochs=3, schedule="cosine", weight_decay=0.01, clip=1.0
    )
    state = stopped_after(settings, step)
    whole = list(events(settings))
    for _ in range(2):  # twice: the state is a value, and going on from it must not change it
        resumed = list(events(settings, state))
        started = resumed[0]
        assert isinstance(started, Started)
        assert (started.step, started.steps) == (step, 36)
        weights, expected = last(resumed, Snapshot).weights, last(whole, Snapshot).weights
        assert all(torch.equal(weights[name], expected[name]) for name in expected)
        a, b = (np.concatenate([e.losses for e in found if isinstance(e, Progress)]) for found in (resumed, whole))
        np.testing.assert_array_equal(a, b[step:])


@pytest.mark.parametrize("step", [1, 12, 13, 30])
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_going_on_varies_and_averages_as_if_nothing_had_happened(precision: str, step: int) -> None:
    settings = preset(**VARIED, dropout=0.2, average=0.9, precision=precision, kept="float16", epochs=3)
    resumed, whole = list(events(settings, stopped_after(settings, step))), list(events(settings))
    for what in (Snapshot, Checkpoint):
        found, expected = weights_of(last(resumed, what)), weights_of(last(whole, what))
        assert found.keys() == expected.keys()
        assert all(torch.equal(found[name], expected[name]) for name in expected)


@pytest.mark.parametrize(("first", "second"), [(7, 9), (7, 20), (14, 20), (12, 24)])  # within an epoch and across
def test_a_state_of_a_state_goes_on_as_well(first: int, second: int) -> None:
    settings = preset(dropout=0.3, epochs=3)
    state = stopped_after(settings, second, stopped_after(settings, first))
    resumed, whole = last(list(events(settings, state)), Snapshot), last(list(events(settings)), Snapshot)
    assert all(torch.equal(resumed.weights[name], whole.weights[name]) for name in whole.weights)


def test_checkpoints_on_the_way_are_states_to_go_on_from() -> None:
    settings = preset(dropout=0.3)
    found = list(events(settings, report_seconds=0.0, checkpoint_seconds=0.0))
    states = [event.state for event in found if isinstance(event, Checkpoint)]
    assert [state.step for state in states] == [*range(1, 25), 24]
    expected = last(found, Snapshot).weights
    for state in (states[0], states[11], states[12], states[20]):
        weights = last(list(events(settings, state)), Snapshot).weights
        assert all(torch.equal(weights[name], expected[name]) for name in expected)


def test_the_same_seed_trains_the_same_and_another_does_not() -> None:
    once, again, other = (last(list(events(preset(seed=seed))), Snapshot).weights for seed in (4, 4, 5))
    assert all(torch.equal(once[name], again[name]) for name in once)
    assert not any(torch.equal(once[name], other[name]) for name in once if "bias_hh" not in name)


# --- one step ---------------------------------------------------------------------------------------------------------


def test_the_rate_follows_its_schedule() -> None:
    constant, cosine = Training(rate=0.2), Training(rate=0.2, schedule="cosine")
    assert [rate_at(constant, step, 10) for step in (0, 5, 9)] == [0.2, 0.2, 0.2]
    assert rate_at(cosine, 0, 10) == pytest.approx(0.2)
    assert rate_at(cosine, 5, 10) == pytest.approx(0.1)
    assert 0 < rate_at(cosine, 9, 10) < 0.2 * (math.pi / 20) ** 2


def test_clipping_bounds_the_step_and_the_norm_reported_is_the_one_before() -> None:
    def moved(clip: float) -> tuple[float, float]:
        found = list(events(preset(optimiser="sgd", rate=1.0, clip=clip, epochs=0, steps=1)))
        after = last(found, Snapshot).weights
        training = train(preset(optimiser="sgd", rate=1.0, clip=clip, epochs=0, steps=1), dataset(), CPU)
        next(training)
        before = training.send("snapshot")
        assert isinstance(before, Snapshot)
        square = sum(float((after[name] - before.weights[name]).double().square().sum()) for name in after)
        return math.sqrt(square), float(last(found, Progress).gradient_norms[0])

    free, norm = moved(0.0)
    assert free == pytest.approx(norm, rel=1e-3)
    clipped, reported = moved(0.01)
    assert reported == norm > 0.01
    assert clipped == pytest.approx(0.01, rel=1e-3)


# --- varied pictures, averaged weights, smaller numbers ---------------------------------------------------------------


def test_pictures_are_varied_while_learning_and_never_while_judging() -> None:
    def losses(**settings: Any) -> tuple[float, float]:
        found = list(events(preset(rate=1e-30, epochs=1, **settings)))  # so small that nothing is learnt
        return float(last(found, Progress).losses[-1]), last(found, Validated).loss

    plain, judged = losses()
    varied, judged_varied = losses(**VARIED)
    assert varied != plain
    assert judged_varied == judged


def test_the_average_is_of_all_weights_so_far_the_latest_counting_most() -> None:
    settings = preset(average=0.8, steps=9)
    found = list(events(settings, report_seconds=0.0, checkpoint_seconds=0.0))
    trained = [event.state.weights for event in found if isinstance(event, Checkpoint)][:9]
    expected = list(events(preset(rate=1e-30, steps=1), report_seconds=0.0, checkpoint_seconds=0.0))
    average = {name: weight.double() for name, weight in last(expected, Checkpoint).state.weights.items()}
    for step, weights in enumerate(trained):
        kept = min(0.8, (1 + step) / (10 + step))
        average = {name: kept * average[name] + (1 - kept) * weight for name, weight in weights.items()}
    shown = last(found, Snapshot).weights
    for name, weight in average.items():
        torch.testing.assert_close(shown[name].double(), weight, atol=1e-6, rtol=1e-5)
        assert not torch.equal(shown[name], trained[-1][name])


def test_averaging_leaves_what_is_learnt_as_it_is() -> None:
    plain, averaged = (last(list(events(preset(average=share))), Checkpoint).state for share in (0.0, 0.9))
    assert plain.average == {}
    assert all(torch.equal(plain.weights[name], averaged.weights[name]) for name in plain.weights)


def test_what_is_tested_is_what_is_kept() -> None:
    settings = preset(kept="float16", average=0.9)
    found = list(events(settings))
    kept = last(found, Snapshot).weights
    assert all(torch.equal(weight, weight.half().float()) for weight in kept.values())
    network = build(settings.model, dataset().interface)
    network.load_state_dict(kept)
    test = dataset().test
    with torch.inference_mode():
        right = network(torch.from_numpy(test.inputs)).argmax(-1).numpy() == test.targets
    assert last(found, FinalScore).score.total.correct == right.sum()
    # Training can go on from numbers in full.
    state = last(found, Checkpoint).state
    assert any(not torch.equal(weight, weight.half().float()) for weight in state.average.values())


def test_bfloat16_learns_the_same_thing_less_exactly() -> None:
    exact, fast = (
        np.concatenate(
            [e.losses for e in events(preset(precision=precision, rate=0.02, epochs=15)) if isinstance(e, Progress)]
        )
        for precision in ("float32", "bfloat16")
    )
    assert not np.array_equal(exact, fast)
    np.testing.assert_allclose(fast[:10], exact[:10], atol=0.02)
    assert fast[-10:].mean() < 0.6 * fast[:10].mean()


def test_further_test_splits_are_parts_of_the_score() -> None:
    data = dataset()
    other = Split(data.test.inputs[:11], data.test.targets[:11], "the first eleven")
    found = [e for e in train(preset(), replace(data, others=(other,)), CPU) if e is not None]
    score, alone = last(found, FinalScore).score, last(list(events(preset())), FinalScore).score
    assert score.total == alone.total
    assert [(part.caption, part.count) for part in score.parts] == [("the first eleven", 11)]
    assert score.parts[0].correct <= score.total.correct
