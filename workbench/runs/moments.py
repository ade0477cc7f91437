"""Moments: the weights of a training at some of its steps, as its snapshots come."""

from __future__ import annotations

import bisect
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workbench.config import Preset
from workbench.engine.events import Snapshot, Started
from workbench.runs.thinning import Thinning, places_for

if TYPE_CHECKING:
    from torch import Tensor

    from workbench.engine.trained import Trained


@dataclass(frozen=True, eq=False)  # compared by identity: it holds arrays
class Moment:
    """The weights that answered after so many steps, of single precision."""

    step: int
    weights: dict[str, Tensor]


def at_moment(trained: Trained, moment: Moment) -> Trained:
    """The same network with the weights of a moment. What was tested was another, and is left out."""
    facts = {name: fact for name, fact in trained.facts.items() if name not in ("test", "comparison", "validation")}
    return replace(trained, weights=moment.weights, step=moment.step, facts=facts)


class Moments:
    """Keeps those snapshots that the thinning has a place for, in the order of their steps."""

    def __init__(self, preset: Preset, started: Started, known: Iterable[int] = ()) -> None:
        """``known`` steps are kept elsewhere already, as of a run that is gone on with."""
        self._steps = started.steps
        self._validate_every = preset.training.validate_every or started.steps_per_epoch
        self._known = tuple(known)
        self._thinning: Thinning | None = None
        self._taken: set[tuple[str, int]] = set()
        self.kept: list[Moment] = []

    @property
    def are_too_large(self) -> bool:
        """Whether the network is too large for any to be kept."""
        return self._thinning is not None and not self._thinning.places

    def see(self, snapshot: Snapshot) -> Moment | None:
        """What is kept of a snapshot; None where nothing is. Of two of one step it is the first."""
        if self._thinning is None:
            size = sum(weight.nbytes for weight in snapshot.weights.values())
            self._thinning = Thinning(self._steps, self._validate_every, places_for(size))
            places = map(self._thinning.place_of, self._known)
            self._taken.update(place for place in places if place is not None)
        place = self._thinning.place_of(snapshot.step)
        if place is None or place in self._taken or snapshot.step in self._known:
            return None
        self._taken.add(place)
        moment = Moment(snapshot.step, snapshot.weights)
        bisect.insort(self.kept, moment, key=lambda each: each.step)
        return moment
