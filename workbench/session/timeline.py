"""Undo and redo for a value that never changes in place."""

from typing import Generic, TypeVar

T = TypeVar("T")

#: Older states are forgotten.
LONGEST = 500


class Timeline(Generic[T]):
    """What a person made, and how to go back."""

    def __init__(self, first: T) -> None:
        self.now = first
        self._before: list[T] = []
        self._after: list[T] = []

    def do(self, value: T) -> None:
        """Makes ``value`` the present; what was undone before is gone."""
        if value == self.now:
            return
        self._before = [*self._before[-LONGEST + 1 :], self.now]
        self._after.clear()
        self.now = value

    def amend(self, value: T) -> None:
        """Puts ``value`` in the present's place, as if it had come at once."""
        self._after.clear()
        self.now = value

    @property
    def can_undo(self) -> bool:
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        return bool(self._after)

    def undo(self) -> None:
        if self._before:
            self._after.append(self.now)
            self.now = self._before.pop()

    def redo(self) -> None:
        if self._after:
            self._before.append(self.now)
            self.now = self._after.pop()
