"""A race: several architectures trained step by step in turn, on the same samples in the same order."""

import time
from collections import deque
from collections.abc import Collection, Generator, Sequence
from dataclasses import dataclass
from statistics import median

import torch

from workbench.config import Preset
from workbench.data.dataset import Dataset, Loading
from workbench.data.sources import load
from workbench.engine.allocator import keep_freed_memory
from workbench.engine.device import choose, fixed_order, wait_for
from workbench.engine.events import Command, Ended, Event, Snapshot, Validated
from workbench.engine.lanes import check_lanes
from workbench.engine.memory import check_memory_of
from workbench.engine.state import TrainerState
from workbench.engine.train import CHECKPOINT_SECONDS, begin, go_through, is_validated
from workbench.outcome import until_stopped

#: A lane's time per step is the median of its last so many steps.
TIMED = 256


@dataclass(frozen=True)
class OfLane:
    """What happened in one lane. ``step_seconds``: the median time of its last steps; None before the second one."""

    lane: int
    event: Event
    step_seconds: float | None


Happened = tuple[OfLane, ...]
Race = Generator[Happened | Loading | Ended | None, Command | None, None]


def race(
    presets: Sequence[Preset],
    states: Sequence[TrainerState | None] = (),
    over: Collection[int] = (),
    *,
    report_seconds: float = 0.1,
    snapshot_seconds: float = 0.2,
    checkpoint_seconds: float = CHECKPOINT_SECONDS,
) -> Race:
    """Loads the data once and trains all lanes on them, each step of one followed by the same step of the next.

    Yields Loading, what happened in the lanes, None where there is nothing to tell, and at last Ended, of all lanes
    together. Whenever it yields, all lanes that still learn stand at the same step, unless some have yet to catch up.
    "snapshot" is answered at once, with what is not reported yet of each lane that has moved, and its network. What a
    lane learns is what it learns alone.

    A race that was broken off goes on from the ``states`` of its lanes, None for one that begins anew. They need not be
    of one step, since each lane is saved when its own clock says so: those ahead wait until the others have caught up.
    Lanes that are ``over`` have nothing left to learn; nothing happens in them.

    Raises BadInput for lanes that do not share data, order, seed or batch, and for what no memory can hold.
    """
    check_lanes(presets)
    with fixed_order(any(preset.training.deterministic for preset in presets)):
        device = choose(presets[0].training.device)
        keep_freed_memory()
        dataset = yield from until_stopped(load(presets[0].data))
        if dataset is None:
            yield Ended(0, "stopped")
            return
        learning = [preset for number, preset in enumerate(presets) if number not in over]
        check_memory_of(learning, dataset.interface, len(dataset.train), device)
        seconds = (report_seconds, snapshot_seconds, checkpoint_seconds)
        yield from run_lanes(presets, dataset, device, seconds, states, over)


def run_lanes(
    presets: Sequence[Preset],
    dataset: Dataset,
    device: torch.device,
    seconds: tuple[float, float, float] = (0.1, 0.2, CHECKPOINT_SECONDS),
    states: Sequence[TrainerState | None] = (),
    over: Collection[int] = (),
) -> Race:
    """The race itself, on data that are there. ``seconds``: between reports, snapshots and checkpoints of a lane."""
    begun = states or [None] * len(presets)
    lanes = [
        _Lane(number, preset, dataset, device, seconds, state)
        for number, (preset, state) in enumerate(zip(presets, begun, strict=True))
        if number not in over
    ]
    field = _Field(lanes)
    try:
        yield from field.say([lane.send() for lane in lanes])  # each says Started
        for lane in lanes:
            if lane.run.step:  # its state may be of a step whose validation, or whose end, was still to come
                yield from field.settle(lane)
        while running := field.next():
            if not field.stops:
                # Nothing is said between the steps of one round, so that all lanes are always found at the same step.
                yield from field.say([told for lane in running for told in lane.one_step()])
            for lane in running:
                yield from field.settle(lane)
        yield field.ended()
    finally:
        for lane in lanes:
            lane.close()


class _Lane:
    """One training of the race, and how long its steps take."""

    def __init__(
        self, number: int, preset: Preset, dataset: Dataset, device: torch.device,
        seconds: tuple[float, float, float], state: TrainerState | None,
    ) -> None:  # fmt: skip
        self._number, self._device = number, device
        self.run = begin(preset, dataset, device, state)
        self._work = go_through(self.run, preset, dataset, *seconds)
        self._times: deque[float] = deque(maxlen=TIMED)
        self._is_first_step = True
        #: The step of the network that was told of last.
        self._shown = -1
        #: How it ended; None while it goes on.
        self.ended: Ended | None = None
        self.is_over = False

    def send(self, command: Command | None = None) -> OfLane | None:
        """One event further, or None."""
        step, seconds = self.run.step, self.run.seconds
        try:
            event = self._work.send(command)
        except StopIteration:
            self.is_over = True
            return None
        if self.run.step > step:
            self._see(self.run.seconds - seconds)
        if isinstance(event, Ended):
            self.ended = event
        if isinstance(event, Snapshot):
            self._shown = event.step
        return None if event is None else self.tell(event)

    def _see(self, seconds: float) -> None:
        """Notes how long a step took, to the end: a GPU is still at it when it was asked for the next."""
        began = time.perf_counter()
        wait_for(self._device)
        waited = time.perf_counter() - began
        self.run.seconds += waited
        if self._is_first_step:  # which also makes the kernels ready
            self._is_first_step = False
        else:
            self._times.append(seconds + waited)

    def tell(self, event: Event) -> OfLane:
        return OfLane(self._number, event, median(self._times) if self._times else None)

    def one_step(self) -> list[OfLane]:
        """One batch, and what there was to tell of it."""
        told: list[OfLane] = []
        step = self.run.step
        while not self.is_over:
            said = self.send()
            if said is not None:
                told.append(said)
            elif self.run.step > step:
                break
        return told

    def standing(self) -> list[OfLane]:
        """What is not reported yet, and the network as it is, where that was not told of already."""
        if self.ended is not None or self._shown == self.run.step:
            return []
        told = [self.tell(self.run.report())] if self.run.waiting else []
        if not self.run.finite:
            return told
        self._shown = self.run.step
        return [*told, self.tell(Snapshot(self.run.step, self.run.weights()))]

    def close(self) -> None:
        self._work.close()


class _Field:
    """All lanes, and what whoever watches them wants."""

    def __init__(self, lanes: Sequence[_Lane]) -> None:
        self._lanes = lanes
        #: Whether the race is to end where it is.
        self.stops = False

    def next(self) -> list[_Lane]:
        """The lanes whose turn it is: all that still learn, but those ahead of another. Of a race that stops, all."""
        running = [lane for lane in self._lanes if not lane.is_over]
        step = min((lane.run.step for lane in running), default=0)
        return [lane for lane in running if lane.run.step == step or self.stops]

    def say(self, told: Sequence[OfLane | None]) -> Race:
        """Tells it and hears what is wanted."""
        command = yield tuple(each for each in told if each is not None) or None
        if command == "snapshot":
            command = yield tuple(told for lane in self._lanes for told in lane.standing())
        self.stops = self.stops or command == "stop"

    def settle(self, lane: _Lane) -> Race:
        """Validates the lane if it is time to, and goes to its end when all its steps are done or it is to stop."""
        is_validating = is_validated(lane.run)
        while not lane.is_over and (self.stops or is_validating or lane.run.step == lane.run.total):
            told = lane.send("stop" if self.stops else None)
            is_validating = is_validating and not (told is not None and isinstance(told.event, Validated))
            yield from self.say([told])

    def ended(self) -> Ended:
        """How the race ended: as its lanes did, diverged only if all of them are."""
        ends = [lane.ended for lane in self._lanes if lane.ended is not None]
        reasons = [end.reason for end in ends]
        reason = min(reasons, key=("stopped", "finished", "diverged").index)
        return Ended(max(end.step for end in ends), reason)
