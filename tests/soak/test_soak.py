"""A soak of seconds, and whether a report names what an hour of one would have to find."""

import numpy as np
import pytest

from tests.soak.gauges import Census, Sample
from tests.soak.report import Report
from tests.soak.soak import soak
from tests.soak.turning import Times


def test_a_window_in_use_is_closed_and_leaves_neither_thread_nor_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.session.job.lower_priority", lambda: None)  # beside other tests it would starve
    report = soak(5.0, steps=20)
    assert report.broken() == []
    assert report.done["walked the docks"] == 1
    assert len(report.samples) > 1
    assert all(one.memory > 50 and one.threads > 1 for one in report.samples)
    assert sum(len(frames.computed) for frames in report.tenths) > 0
    document = report.as_document()
    assert document["threads_left"] == document["timers_left"] == []
    assert any("MiB an hour" in line for line in report.lines())


def hour(*, leak: float = 0.0, slower: float = 1.0, busier: float = 1.0, widgets: int = 0, answers: int = 0) -> Report:
    """An hour of twenty rounds: memory that grows by ``leak`` MiB an hour, more widgets and answers every round.

    In the last tenth frames take ``slower`` times as long, and everything on the computer ``busier`` times.
    """
    report = Report(minutes=60.0)
    noise = np.random.default_rng(3)
    for seconds in np.arange(0.0, 3600.0, 5.0):
        warming = 200.0 * (1 - np.exp(-seconds / 100))
        memory = 500.0 + warming + leak * seconds / 3600 + noise.normal(0, 2.0)
        report.samples.append(Sample(float(seconds), float(memory), 9, 30))
    for number in range(20):
        types = {"workbench.session.reader.Answer": 4 + answers * number, "workbench.session.note.Note": 10}
        report.censuses.append(
            Census(180.0 * (number + 1), 700.0, 9, 30, 12, 3, 2, 1500 + widgets * number, types)
        )  # fmt: skip
    for number, frames in enumerate(report.tenths):
        factor, load = (slower, busier) if number == 9 else (1.0, 1.0)
        for milliseconds in noise.gamma(9.0, 0.6, 100) * load:
            frames.reference.add(milliseconds)
        for milliseconds in noise.gamma(2.0, 5.0, 1000) * factor * load:
            frames.computed.add(milliseconds)
            frames.passed.add(milliseconds)
    return report


def test_an_hour_in_which_nothing_grows_breaks_no_limit() -> None:
    assert hour().broken() == []


def test_what_grows_is_named() -> None:
    assert hour(leak=60.0).slope() == pytest.approx(60.0, abs=1.0)
    assert [one.partition(" by ")[0] for one in hour(leak=60.0).broken()] == ["memory grows"]
    assert hour(widgets=7).broken() == ["more and more widgets: 7.0 a round (1535 to 1633)"]
    assert hour(answers=3).broken() == ["more and more of workbench.session.reader.Answer: 3.0 a round"]
    assert all(one.startswith("frames became slower") for one in hour(slower=1.6).broken())
    assert len(hour(slower=1.6).broken()) == 2


def test_a_busier_computer_is_no_slower_window() -> None:
    assert hour(busier=1.6).broken() == []
    assert hour(busier=1.6).slower(0.5) == pytest.approx(1.0, abs=0.15)
    assert len(hour(slower=1.6, busier=0.7).broken()) == 2


def test_what_is_left_and_missed_breaks_a_soak_of_any_length() -> None:
    report = Report(minutes=0.1, missed=["a story is told"], threads_left=["workbench story"], timers_left=["None"])
    assert report.broken() == [
        "missed: a story is told",
        "a thread was left: workbench story",
        "a timer was left: None",
    ]


def test_times_keep_their_quantiles_to_a_fiftieth() -> None:
    values = np.random.default_rng(5).gamma(2.0, 8.0, 5000)
    times = Times()
    for value in values:
        times.add(float(value))
    assert len(times) == 5000
    for share in (0.1, 0.5, 0.95, 0.99):
        assert times.quantile(share) == pytest.approx(np.quantile(values, share), rel=0.03)
