"""Running a generator of work for its result: to its end, or until whoever watches it says stop."""

import math
import time
from collections.abc import Generator
from typing import Any, TypeVar

Result = TypeVar("Result")
Said = TypeVar("Said")


def outcome(work: Generator[Any, Any, Result]) -> Result:
    """What ``work`` returns."""
    while True:
        try:
            next(work)
        except StopIteration as done:
            result: Result = done.value
            return result


def until_stopped(
    work: Generator[Said, Any, Result], patience: float = math.inf
) -> Generator[Said, Any, Result | None]:
    """Passes on what ``work`` yields and returns what it returns; None when it was sent "stop".

    ``patience``: seconds after which it is given up as well. Work that is given up is closed.
    """
    began = time.perf_counter()
    while True:
        try:
            said = next(work)
        except StopIteration as done:
            result: Result = done.value
            return result
        if (yield said) == "stop" or time.perf_counter() - began > patience:
            work.close()
            return None
