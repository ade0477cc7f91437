"""Which runs are drawn behind the live curves: each in a place of its own, which is its colour, hidden or shown."""

from collections.abc import Hashable, Iterable
from typing import NamedTuple

from workbench.session.history import History


class DrawnRun(NamedTuple):
    """One run's curves. ``place``: 0 and up, the same as long as it is drawn. ``key``: by what it is hidden."""

    key: Hashable
    history: History
    place: int
    is_hidden: bool


class DrawnRuns:
    """A run keeps its place while others come and go; a place that is free again is given to the next."""

    def __init__(self) -> None:
        self._places: dict[Hashable, int] = {}
        self._hidden: set[Hashable] = set()

    def of(self, histories: Iterable[History]) -> tuple[DrawnRun, ...]:
        """These, each once: of two histories of one folder it is the first."""
        found: dict[Hashable, History] = {}
        for history in histories:
            if len(history.training):
                found.setdefault(history.folder or history, history)
        self._places = {key: place for key, place in self._places.items() if key in found}
        self._hidden &= found.keys()
        for key in found:
            if key not in self._places:
                taken = set(self._places.values())
                self._places[key] = next(place for place in range(len(taken) + 1) if place not in taken)
        return tuple(DrawnRun(key, history, self._places[key], key in self._hidden) for key, history in found.items())

    def hide(self, key: Hashable, is_hidden: bool = True) -> None:
        """Hides a run's curves, or shows them again; its place stays its own."""
        (self._hidden.add if is_hidden else self._hidden.discard)(key)
