"""Watching: looks inside a network while it trains, tells its gradient flow and what goes wrong, and costs little."""

import time
from collections import deque
from collections.abc import Generator
from contextlib import closing

import torch

from workbench.config import Preset
from workbench.data.dataset import Loading
from workbench.engine.batches import as_input, single
from workbench.engine.events import Command, Ended, Event, Progress, Snapshot, Started
from workbench.engine.experiment import Experiment
from workbench.insight.activity import activity
from workbench.insight.finding import Finding
from workbench.insight.flow import Flow
from workbench.insight.gradient_flow import flow_through
from workbench.insight.health import Health
from workbench.insight.unrolled import unroll
from workbench.models.build import build
from workbench.models.network import Network

Watched = Generator[Event | Loading | Flow | Finding | None, Command | None, None]

#: Measuring may take this share of the training's own time. What is dear (784 steps) is measured less often.
SHARE = 0.03

#: So many samples of the test split are measured, always the same ones.
SAMPLES = 16


def watched(work: Experiment, preset: Preset, *, share: float = SHARE) -> Watched:
    """The experiment's own events, and between two batches what was seen inside: a Flow, and Findings.

    The network is measured as its snapshots show it; averaged weights are, where those are what answers. The first
    snapshot and the one after the last step always are, the others as often as ``share`` allows. Trainings by hand may
    have squared errors for a loss; their flow is that of the loss that torch would lower.
    """
    watch = _Watch(preset, share)
    command: Command | None = None
    with closing(work):
        while True:
            try:
                event = work.send(command)
            except StopIteration:
                return
            watch.see(event)
            command = None
            # A command has to be answered by what comes next, so nothing is told in between.
            while watch.told and (isinstance(event, Ended) or (event is None and command is None)):
                command = yield watch.told.popleft()
            if command is None or event is not None:
                command = yield event


class _Watch:
    """What is known of one training so far. ``told``: what is to be told at the next occasion."""

    def __init__(self, preset: Preset, share: float) -> None:
        self.told: deque[Flow | Finding] = deque()
        self._preset, self._share = preset, share
        self._health = Health(preset)
        self._started: Started | None = None
        self._network: Network | None = None
        self._measured_at = -1
        #: Seconds of training at the first report and now; those that measuring took, in all and the last time.
        self._began: float | None = None
        self._now = self._spent = self._last = 0.0

    def see(self, event: Event | Loading | None) -> None:
        """Takes in one event."""
        match event:
            case Started():
                self._started = event
                network = build(self._preset.model, event.interface)
                self._network = network.requires_grad_(False).eval() if isinstance(network, Network) else None
            case Progress():
                self._began = event.seconds if self._began is None else self._began
                self._now = event.seconds
            case Snapshot() if self._is_due(event):
                self._measure(event)
            case _:
                pass
        self.told += self._health.see(event)

    def _is_due(self, snapshot: Snapshot) -> bool:
        assert self._started is not None
        trained = self._now - (self._began or 0.0)
        if snapshot.step == self._measured_at:
            return False
        return snapshot.step >= self._started.steps or self._spent + self._last <= self._share * trained

    def _measure(self, snapshot: Snapshot) -> None:
        if self._network is None:
            return
        assert self._started is not None
        began, self._measured_at = time.perf_counter(), snapshot.step
        self._network.load_state_dict(snapshot.weights)
        examples = self._started.examples
        unrolled = unroll(self._network, as_input(torch.from_numpy(examples.inputs[:SAMPLES])))
        answers = single(torch.from_numpy(examples.targets[:SAMPLES]))
        flow = flow_through(unrolled, answers, every_step=self._preset.training.every_step)
        self.told.append(Flow(snapshot.step, flow))
        self.told += self._health.see_inside(snapshot.step, flow, activity(unrolled))
        self._last = time.perf_counter() - began
        self._spent += self._last
