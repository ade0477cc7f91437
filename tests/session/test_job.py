"""A job runs a generator on a thread of its own, and answers pause, one step, go on and stop."""

import os
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.bell import Bell
from tests.engine.toy import CPU, dataset, preset
from workbench.engine.events import Checkpoint, Ended, Progress, Snapshot
from workbench.engine.train import train
from workbench.errors import BadInput
from workbench.session.job import Done, Failed, Job, Paused, Work, lower_priority


class Followed:
    """A job, and everything it said so far."""

    def __init__(self, make: Callable[[], Work]) -> None:
        self._bell = Bell()
        self.job = Job("test", make, self._bell)
        self.events: list[Any] = []

    def until(self, done: Callable[[list[Any]], bool]) -> None:
        def look() -> bool:
            self.events += self.job.poll()
            return done(self.events)

        self._bell.until(look)

    def until_last_is(self, kind: type) -> None:
        self.until(lambda events: bool(events) and isinstance(events[-1], kind))

    @property
    def steps(self) -> list[int]:
        """The numbers of all batches that were reported."""
        return [int(step) for event in self.events if isinstance(event, Progress) for step in event.steps]


@pytest.fixture
def follow() -> Iterator[Callable[[Callable[[], Work]], Followed]]:
    followed: list[Followed] = []

    def start(make: Callable[[], Work]) -> Followed:
        followed.append(Followed(make))
        followed[-1].job.start()
        return followed[-1]

    yield start
    for one in followed:
        one.job.stop()
        assert one.job.join(60)


def training(**settings: Any) -> Work:
    return train(preset(**settings), dataset(), CPU, report_seconds=0.01, checkpoint_seconds=0.02)


def endless() -> Work:
    return training(epochs=10_000)


def test_events_come_in_order_and_done_comes_last(follow: Any) -> None:
    def count() -> Work:
        for number in range(5):
            yield number
            yield None

    followed = follow(count)
    followed.until_last_is(Done)
    assert followed.events == [0, 1, 2, 3, 4, Done()]
    assert followed.job.join(60)
    assert followed.job.poll() == []


def test_the_work_is_done_elsewhere(follow: Any) -> None:
    def who() -> Work:
        yield threading.current_thread().name

    followed = follow(who)
    followed.until_last_is(Done)
    assert followed.events[0] == "workbench test"


def test_told_to_go_on_and_to_pause_in_one_breath_it_says_that_it_pauses(follow: Any) -> None:
    followed = follow(endless)
    followed.job.pause()
    followed.until_last_is(Paused)
    for _ in range(20):
        followed.job.go_on()
        followed.job.pause()
        followed.until_last_is(Paused)
        followed.events.append("told")
    followed.job.go_on()
    before = len(followed.events)
    followed.until(lambda events: any(isinstance(event, Progress) for event in events[before:]))


def test_bad_input_is_said_as_it_is(follow: Any) -> None:
    def fails() -> Work:
        yield "begun"
        raise BadInput("here", "expected something else")

    followed = follow(fails)
    followed.until_last_is(Done)
    begun, failed, _ = followed.events
    assert begun == "begun"
    assert isinstance(failed, Failed)
    assert (failed.sentence, failed.details) == ("here: expected something else.", "")


@pytest.mark.parametrize("early", [True, False])
def test_any_other_error_is_shown_with_its_details(follow: Any, early: bool) -> None:
    def fails() -> Work:
        yield "begun"
        raise ZeroDivisionError("by nothing\nand again")

    def fails_early() -> Work:
        raise ZeroDivisionError("by nothing")

    followed = follow(fails_early if early else fails)
    followed.until_last_is(Done)
    failed = followed.events[-2]
    assert isinstance(failed, Failed)
    assert failed.sentence == "ZeroDivisionError: by nothing"
    assert "Traceback" in failed.details
    assert isinstance(failed.error, ZeroDivisionError)


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory"), RuntimeError("out of memory")]
)
def test_too_little_memory_has_a_sentence_of_its_own(follow: Any, error: Exception) -> None:
    def fails() -> Work:
        yield None
        raise error

    followed = follow(fails)
    followed.until_last_is(Done)
    assert followed.events[0].sentence.startswith("There is not enough memory")


def test_a_pause_shows_the_network_as_it_is_and_holds_still(follow: Any) -> None:
    followed = follow(endless)
    followed.until(lambda events: len(followed.steps) > 3)
    followed.job.pause()
    followed.until_last_is(Paused)
    snapshot = followed.events[-2]
    assert isinstance(snapshot, Snapshot)
    assert snapshot.step == followed.steps[-1]
    assert not followed.job.join(0.2)
    assert followed.job.poll() == []


def test_one_step_makes_exactly_one_step(follow: Any) -> None:
    # Validating after every third batch, so that steps are also asked for in the middle of a validation.
    followed = follow(lambda: training(epochs=10_000, validate_every=3))
    followed.job.pause()
    followed.until_last_is(Paused)
    for _ in range(10):
        before = followed.steps[-1] if followed.steps else 0
        followed.events.append("asked for one step")
        followed.job.one_step()
        followed.until_last_is(Paused)
        assert followed.steps[-1] == before + 1
        assert isinstance(followed.events[-2], Snapshot)
        assert followed.events[-2].step == before + 1
    assert followed.steps == list(range(1, len(followed.steps) + 1))


def test_it_goes_on_after_a_pause(follow: Any) -> None:
    followed = follow(lambda: training(epochs=4))
    followed.job.pause()
    followed.until_last_is(Paused)
    followed.job.go_on()
    followed.until_last_is(Done)
    assert followed.steps == list(range(1, 49))
    assert followed.events[-2] == Ended(48, "finished")


@pytest.mark.parametrize("paused", [True, False])
def test_stopping_keeps_what_was_learnt(follow: Any, paused: bool) -> None:
    followed = follow(endless)
    followed.until(lambda events: len(followed.steps) > 3)
    if paused:
        followed.job.pause()
        followed.until_last_is(Paused)
    followed.job.stop()
    followed.until_last_is(Done)
    step = followed.steps[-1]
    assert followed.events[-2] == Ended(step, "stopped")
    assert isinstance(followed.events[-3], Checkpoint)
    assert followed.events[-4].step == step


def test_a_pause_asked_for_at_the_very_end_does_not_hold_the_thread(follow: Any) -> None:
    jobs: list[Job] = []

    def ends() -> Work:
        jobs[0].pause()
        yield Ended(3, "finished")

    bell = Bell()
    jobs.append(Job("ending", ends, bell))
    jobs[0].start()
    assert jobs[0].join(60)
    assert jobs[0].poll() == [Ended(3, "finished"), Done()]


def test_nothing_undoes_a_stop(follow: Any) -> None:
    followed = follow(endless)
    followed.until(lambda events: len(followed.steps) > 3)
    followed.job.stop()
    followed.job.go_on()
    followed.job.pause()
    followed.until_last_is(Done)


def test_a_stop_closes_the_generator(follow: Any) -> None:
    closed = threading.Event()

    def work() -> Work:
        try:
            while (yield "busy") != "stop":
                pass
        finally:
            closed.set()

    followed = follow(work)
    followed.until(lambda events: len(events) > 3)
    followed.job.stop()
    assert followed.job.join(60)
    assert closed.is_set()


def test_a_job_that_never_began_is_joined_at_once() -> None:
    job = Job("idle", endless, lambda: None)
    job.stop()
    assert job.join(0)


@pytest.mark.skipif(sys.platform != "linux", reason="priority belongs to a thread on Linux only")
def test_a_lower_priority_is_never_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[int] = []
    monkeypatch.setattr(os, "setpriority", lambda which, who, priority: given.append(priority))
    monkeypatch.setattr(os, "getpriority", lambda which, who: 15)
    lower_priority()
    monkeypatch.setattr(os, "getpriority", lambda which, who: 0)
    lower_priority()
    assert given == [15, 10]
