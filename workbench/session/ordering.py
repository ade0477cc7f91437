"""Ordering: in which order the units of the layer that is looked at stand, one order for all of its gates."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from workbench.errors import BadInput
from workbench.insight.orders import ORDERS, Order, order_of
from workbench.session.background import Background
from workbench.session.change import Change
from workbench.session.job import Work

if TYPE_CHECKING:
    from workbench.config import Preset
    from workbench.insight.trace import LayerTrace
    from workbench.session.reader import Answer

#: The quantity that units are sorted by: what the layer above reads of them.
SORTED_BY = "h"


class Place(NamedTuple):
    """What an order belongs to. Another snapshot or another drawing is the same place, where rows stand still."""

    preset: Preset
    layer: int
    units: int


class Sorted(NamedTuple):
    """An order that was found: the units' own numbers from top to bottom, and what they were sorted for."""

    place: Place
    units: NDArray[np.int64]  # (units,)
    caption: str
    step: int


class OrderDesk:
    """Sorts in the background, once: rows stand still while training goes on and while the pen moves.

    They are sorted anew when another order, layer or network is chosen, and when somebody asks.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self._sorting = Background("order", wake)
        self._changed = Change.NONE
        #: What is being sorted, or was last.
        self._place: Place | None = None
        self.kind: Order = "own"
        #: The order that was found for it; None while there is none, and for the units' own.
        self.sorted: Sorted | None = None

    def choose(self, kind: Order) -> None:
        """Chooses an order; the same one again sorts anew. Raises BadInput."""
        if kind not in ORDERS:
            raise BadInput("order of the units", f"expected one of {', '.join(ORDERS)}", value=kind)
        self.kind = kind
        self.sort_again()

    def sort_again(self) -> None:
        """Sorts by what is shown now."""
        self._place = None
        self._changed |= Change.ORDER

    def units(self, answer: Answer, layer: int) -> NDArray[np.int64] | None:
        """The order of this layer's units; None for their own."""
        found = self.sorted
        if self.kind == "own" or found is None or found.place != _place(answer, layer):
            return None
        return found.units

    def poll(self, answer: Answer | None, layer: int) -> Change:
        """Has the layer that is looked at sorted where that is due, and takes in what was found."""
        change, self._changed = self._changed, Change.NONE
        if answer is not None and self.kind != "own" and 0 <= layer < len(answer.trace.layers):
            place = _place(answer, layer)
            if place != self._place:
                self._place = place
                self._start(place, answer)
        for event in self._sorting.poll():
            if isinstance(event, Sorted):
                self.sorted = event
                change |= Change.ORDER
        return change

    def close(self) -> None:
        """Stops, and waits until the thread is gone."""
        self._sorting.close()

    def _start(self, place: Place, answer: Answer) -> None:
        kind, question = self.kind, answer.question
        values = answer.shown_trace.layers[place.layer].gates[SORTED_BY]  # (units, time)

        def work() -> Work:
            yield Sorted(place, order_of(kind, values), question.probe.caption, question.trained.step)

        self._sorting.start(work)


def _place(answer: Answer, layer: int) -> Place:
    traced: LayerTrace = answer.trace.layers[layer]
    return Place(answer.question.trained.preset, layer, len(traced.gates[SORTED_BY]))
