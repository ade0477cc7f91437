"""Watching a race: the gradient flow of all lanes after the same step, and what goes wrong in any, at little cost."""

import time
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import closing

import torch

from workbench.config import Preset
from workbench.data.dataset import Loading
from workbench.engine.batches import as_input, single
from workbench.engine.events import Command, Ended, Progress, Snapshot, Started
from workbench.engine.race import Happened, OfLane, Race
from workbench.insight.activity import activity
from workbench.insight.finding import LaneFinding
from workbench.insight.flow import Flow, Flows
from workbench.insight.gradient_flow import flow_through
from workbench.insight.health import Health
from workbench.insight.unrolled import unroll
from workbench.insight.watch import SAMPLES, SHARE
from workbench.models.build import build
from workbench.models.network import Network

WatchedRace = Generator[Happened | Loading | Ended | Flows | LaneFinding | None, Command | None, None]


def watched_race(work: Race, presets: Sequence[Preset], *, share: float = SHARE) -> WatchedRace:
    """The race's own events, and between two rounds the flows of all lanes at one step, and findings.

    Flows are measured before the first step, after the last one, and in between as often as ``share`` of the lanes'
    own time allows. The networks are measured as their snapshots show them.
    """
    watch = _Watch(presets, share)
    command: Command | None = None
    with closing(work):
        while True:
            try:
                said = work.send(command)
            except StopIteration:
                return
            if isinstance(said, Ended):  # a race that is over has nothing left to stop
                if watch.is_behind():
                    yield watch.measure()
                yield from watch.found
            if isinstance(said, tuple):
                watch.see(said)
            command = yield said
            # A command has to be answered by what comes next, so nothing is told in between.
            while command is None and watch.found and not isinstance(said, Ended):
                command = yield watch.found.popleft()
            if command is not None or not watch.is_due() or isinstance(said, Loading | Ended):
                continue
            standing = work.send("snapshot")
            if isinstance(standing, tuple):
                watch.see(standing)
            command = yield standing
            if command is None and watch.is_behind():
                command = yield watch.measure()


class _Watch:
    """The latest snapshots of all lanes, and what measuring has cost. ``found``: findings that are still to be told."""

    def __init__(self, presets: Sequence[Preset], share: float) -> None:
        self._presets, self._share = presets, share
        self._health = [Health(preset) for preset in presets]
        self.found: deque[LaneFinding] = deque()
        self._networks: list[Network | None] = [None] * len(presets)
        self._snapshots: list[Snapshot | None] = [None] * len(presets)
        self._learning: set[int] = set()
        #: Seconds that each lane had trained when it began here (or its first report, where it goes on), and now.
        self._began: dict[int, float] = {}
        self._now: dict[int, float] = {}
        self._inputs = self._answers = torch.empty(0)
        self._measured_at = -1
        self._has_begun = False
        self._spent = self._last = 0.0

    def see(self, happened: Sequence[OfLane]) -> None:
        """Takes in what happened in the lanes."""
        for told in happened:
            self.found += (LaneFinding(told.lane, each) for each in self._health[told.lane].see(told.event))
            match told.event:
                case Started() as started:
                    self._has_begun = True
                    self._learning.add(told.lane)
                    if not started.step:
                        self._began[told.lane] = 0.0
                    network = build(self._presets[told.lane].model, started.interface)
                    if isinstance(network, Network):
                        self._networks[told.lane] = network.requires_grad_(False).eval()
                    self._inputs = as_input(torch.from_numpy(started.examples.inputs[:SAMPLES]))
                    self._answers = single(torch.from_numpy(started.examples.targets[:SAMPLES]))
                case Progress() as progress:
                    self._began.setdefault(told.lane, progress.seconds)
                    self._now[told.lane] = progress.seconds
                case Snapshot() as snapshot:
                    self._snapshots[told.lane] = snapshot
                case Ended():
                    self._learning.discard(told.lane)

    def is_due(self) -> bool:
        """Whether there is time to measure again; the first time there always is."""
        if not self._has_begun:
            return False
        trained = sum(self._now.values()) - sum(self._began.values())
        return self._measured_at < 0 or self._spent + self._last <= self._share * trained

    def is_behind(self) -> bool:
        """Whether there are snapshots of a later step than was measured."""
        return self._step() > self._measured_at

    def _step(self) -> int:
        """That of the lanes that still learn, of which some may wait ahead of the others; at the end the last one."""
        steps = {lane: each.step for lane, each in enumerate(self._snapshots) if each is not None}
        return min((steps.get(lane, -1) for lane in self._learning), default=max(steps.values(), default=-1))

    def measure(self) -> Flows:
        """The flow of every lane that stands at the step of those that still learn."""
        began, step = time.perf_counter(), self._step()
        found: list[Flow | None] = []
        lanes = zip(self._presets, self._networks, self._snapshots, strict=True)
        for number, (preset, network, snapshot) in enumerate(lanes):
            if network is None or snapshot is None or snapshot.step != step:
                found.append(None)
                continue
            network.load_state_dict(snapshot.weights)
            unrolled = unroll(network, self._inputs)
            flow = flow_through(unrolled, self._answers, every_step=preset.training.every_step)
            found.append(Flow(step, flow))
            seen = self._health[number].see_inside(step, flow, activity(unrolled))
            self.found += (LaneFinding(number, each) for each in seen)
        self._measured_at = step
        self._last = time.perf_counter() - began
        self._spent += self._last
        return Flows(step, tuple(found))
