"""Work is run to its end, or ends where it is stopped or takes too long, and is closed then."""

from collections.abc import Generator

import pytest

from workbench.outcome import outcome, until_stopped


class Work:
    """Three steps, then a result; it knows whether it was closed."""

    def __init__(self) -> None:
        self.was_closed = False

    def run(self) -> Generator[int, None, str]:
        try:
            yield from range(3)
        except GeneratorExit:
            self.was_closed = True
            raise
        return "done"


def test_what_nobody_watches_runs_to_its_end() -> None:
    assert outcome(Work().run()) == "done"


def test_what_is_watched_and_not_stopped_returns_its_result() -> None:
    watched = until_stopped(Work().run())
    assert [next(watched) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(StopIteration) as ended:
        next(watched)
    assert ended.value.value == "done"


@pytest.mark.parametrize(("patience", "command"), [(60.0, "stop"), (0.0, None)])
def test_what_is_stopped_or_takes_too_long_is_closed_and_returns_nothing(patience: float, command: str | None) -> None:
    work = Work()
    watched = until_stopped(work.run(), patience)
    assert next(watched) == 0
    with pytest.raises(StopIteration) as ended:
        watched.send(command)
    assert ended.value.value is None
    assert work.was_closed
