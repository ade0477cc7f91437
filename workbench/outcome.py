"""Running a generator to its end where nobody watches what it yields."""

from collections.abc import Generator
from typing import Any, TypeVar

Result = TypeVar("Result")


def outcome(work: Generator[Any, Any, Result]) -> Result:
    """What ``work`` returns."""
    while True:
        try:
            next(work)
        except StopIteration as done:
            result: Result = done.value
            return result
