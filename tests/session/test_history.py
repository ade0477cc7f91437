"""Columns grow without losing a row, and a history takes in every event of a training."""

import numpy as np

from tests.engine.toy import events, preset
from workbench.engine import events as said
from workbench.engine.events import Ended, Started, Validated
from workbench.engine.score import Score, Share
from workbench.insight.flow import Flow, GradientFlow
from workbench.session.history import MOST_FLOWS, Columns, History
from workbench.session.job import Paused


def test_columns_keep_every_row_however_they_grow() -> None:
    columns = Columns("step", "loss")
    assert len(columns) == 0
    assert columns["loss"].shape == (0,)
    sizes = [1, 255, 1, 600, 3, 2000]
    for size in sizes:
        start = len(columns)
        columns.append(np.arange(start, start + size), -np.arange(start, start + size))
    assert len(columns) == sum(sizes)
    assert columns["step"].tolist() == list(range(sum(sizes)))
    assert columns["loss"].tolist() == [-k for k in range(sum(sizes))]


def test_a_single_row_and_a_number_for_all_rows_may_be_added() -> None:
    columns = Columns("a", "b")
    columns.append(1, 2.5)
    columns.append([2, 3], 0)
    assert columns["a"].tolist() == [1, 2, 3]
    assert columns["b"].tolist() == [2.5, 0, 0]


def test_a_column_seen_earlier_does_not_change() -> None:
    columns = Columns("a")
    columns.append([1, 2])
    seen = columns["a"]
    columns.append(np.zeros(1000))
    assert seen.tolist() == [1, 2]


def test_a_history_holds_all_of_a_training() -> None:
    history = History("toys", "toy")
    versions = []
    for event in events(preset(epochs=2), report_seconds=0.0):
        history.fold(event)
        versions.append(history.version)
    assert history.training["step"].tolist() == list(range(1, 25))
    assert history.validation["step"].tolist() == [12, 24]
    assert (history.step, history.steps, history.steps_per_epoch, history.batch) == (24, 24, 12, 10)
    assert history.parameters > 0
    assert history.seconds > 0
    assert history.device.startswith("cpu")
    assert history.validation_caption == "held-out toys"
    assert history.score is not None
    assert history.score.total.count == 47
    assert history.ended == Ended(24, "finished")
    assert versions == sorted(versions)


def test_only_what_belongs_to_it_makes_a_new_version() -> None:
    history = History("toys", "toy")
    history.fold(Paused())
    history.fold(None)
    assert history.version == 0
    history.fold(Validated(1, 0.5, 0.5))
    history.fold(said.Tested(1, Score(0.1, Share("toys", 1, 2))))
    assert history.version == 2


def test_a_start_says_where_it_goes_on() -> None:
    history = History("toys", "toy")
    started = next(iter(events(preset(epochs=1))))
    assert isinstance(started, Started)
    history.fold(started)
    assert history.step == 0
    assert history.steps == 12


def test_flows_are_kept_thinner_as_they_grow_but_from_first_to_last() -> None:
    history = History("toys", "toy")
    for step in range(1, 2000):
        history.fold(Flow(step, GradientFlow((), 0.5, 16)))
        assert history.flows[0].step == 1
        assert step - history.flows[-1].step <= 1
        assert len(history.flows) <= MOST_FLOWS
