"""What a soak came to: a table, a document for JSON, and which limits were broken."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from tests.soak.gauges import Census, Sample
from tests.soak.turning import Frames

TENTHS = 10

#: Memory is followed after so much of the time; what is looked at once is there by then.
WARM_UP = 0.3

#: Below so many minutes neither a slope nor a tenth says anything.
SHORTEST_TO_JUDGE = 10.0

#: MiB an hour; how much longer the frames of the last tenth may take than those of the second; objects a round.
MOST_SLOPE, MOST_SLOWER, MOST_OBJECTS = 24.0, 1.25, 2.0


#: What is kept on purpose, up to a bound that an hour need not reach: 500 steps to undo, 1000 lines of the log, and the
#: unions of changes, each of which Python's enum makes once and keeps.
KEPT = frozenset({
    "workbench.data.drawing.Drawing", "workbench.data.drawing.Stroke", "workbench.session.pad.Content",
    "workbench.session.pad.Image", "workbench.insight.clamp.Clamp", "workbench.session.note.Note",
    "workbench.session.change.Change",
})  # fmt: skip


@dataclass
class Report:
    """Everything that was measured."""

    minutes: float = 0.0
    samples: list[Sample] = field(default_factory=list)
    censuses: list[Census] = field(default_factory=list)
    tenths: list[Frames] = field(default_factory=lambda: [Frames() for _ in range(TENTHS)])
    #: How often each thing was done.
    done: dict[str, int] = field(default_factory=dict)
    #: What did not come to what it should, and errors in the window's log.
    missed: list[str] = field(default_factory=list)
    threads_left: list[str] = field(default_factory=list)
    timers_left: list[str] = field(default_factory=list)

    @property
    def is_judged(self) -> bool:
        """Whether it lasted long enough for slopes and tenths to mean something."""
        return self.minutes >= SHORTEST_TO_JUDGE

    def warm(self) -> list[Census]:
        """The censuses after warming up."""
        return [one for one in self.censuses if one.seconds >= WARM_UP * 60 * self.minutes]

    def slope(self) -> float:
        """Of the resident memory after warming up, by least squares, in MiB an hour."""
        warm = [one for one in self.samples if one.seconds >= WARM_UP * 60 * self.minutes]
        return 3600.0 * _slope([one.seconds for one in warm], [one.memory for one in warm])

    def growing(self) -> dict[str, float]:
        """Types of ours of which there are more and more: by how many a round, by least squares, most first."""
        warm = self.warm()
        rounds = list(range(len(warm)))
        names = {name for one in warm for name in one.types}
        found = {name: _slope(rounds, [one.types.get(name, 0) for one in warm]) for name in names}
        return dict(sorted(((name, by) for name, by in found.items() if by > 0.1), key=lambda item: -item[1]))

    def slower(self, share: float) -> float:
        """How much longer a frame of the last tenth was computed than one of the second, at a quantile.

        Both are held to the drawing that is the same all the time, so that it is not the computer that is measured.
        """
        return self.tenths[-1].relative(share) / self.tenths[1].relative(share)

    def broken(self) -> list[str]:
        """The limits that were broken, in words."""
        found = [f"missed: {what}" for what in self.missed]
        found += [f"a thread was left: {name}" for name in self.threads_left]
        found += [f"a timer was left: {name}" for name in self.timers_left]
        if not self.is_judged:
            return found
        if not self.slope() <= MOST_SLOPE:
            found.append(f"memory grows by {self.slope():.1f} MiB an hour, more than {MOST_SLOPE:g}")
        for share in (0.5, 0.95):
            if not self.slower(share) <= MOST_SLOWER:
                found.append(f"frames became slower: by {self.slower(share):.2f} at the quantile {share:g}")
        found += [
            f"more and more of {name}: {by:.1f} a round"
            for name, by in self.growing().items()
            if by > MOST_OBJECTS and name not in KEPT
        ]
        warm = self.warm()
        for what in ("threads", "files", "timers", "active_timers", "windows", "widgets"):
            values = [getattr(one, what) for one in warm]
            if (by := _slope(range(len(warm)), values)) > 0.5:
                found.append(f"more and more {what.replace('_', ' ')}: {by:.1f} a round ({values[0]} to {values[-1]})")
        return found

    def as_document(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "minutes": self.minutes,
            "rounds": len(self.censuses),
            "done": self.done,
            "memory_slope_mib_per_hour": _finite(self.slope()),
            "frames_slower": {"median": _finite(self.slower(0.5)), "quantile_95": _finite(self.slower(0.95))},
            "tenths": [_tenth(frames) for frames in self.tenths],
            "growing_per_round": self.growing(),
            "threads_left": self.threads_left,
            "timers_left": self.timers_left,
            "broken": self.broken(),
            "samples": [asdict(one) for one in self.samples],
            "censuses": [asdict(one) for one in self.censuses],
        }

    def lines(self) -> list[str]:
        """For the terminal."""
        said = ", ".join(f"{count} {what}" for what, count in self.done.items())
        found = [f"{self.minutes:.1f} minutes, {len(self.censuses)} whole rounds: {said}", ""]
        found.append(
            f"{'tenth':>5} {'MiB':>8} {'frames':>8} {'computed ms':>12} {'95 %':>7} {'passed ms':>10} {'95 %':>7}"
            f" {'reference':>9}"
        )
        for number, frames in enumerate(self.tenths):
            memory = [one.memory for one in self.samples if self._tenth_of(one) == number]
            found.append(
                f"{number + 1:>5} {np.median(memory) if memory else math.nan:>8.1f} {len(frames.computed):>8}"
                f" {frames.computed.quantile(0.5):>12.1f} {frames.computed.quantile(0.95):>7.1f}"
                f" {frames.passed.quantile(0.5):>10.1f} {frames.passed.quantile(0.95):>7.1f}"
                f" {frames.reference.quantile(0.5):>9.2f}"
            )
        found.append("")
        if warm := self.warm():
            for what in ("memory", "threads", "files", "timers", "active_timers", "windows", "widgets"):
                first, last = getattr(warm[0], what), getattr(warm[-1], what)
                found.append(f"{what.replace('_', ' '):<14} {first:>9.7g} after warming up, {last:>9.7g} at the end")
        found.append(f"memory slope   {self.slope():+.1f} MiB an hour after the first {WARM_UP:.0%}")
        found.append(
            f"frames         {self.slower(0.5):.2f} (median) and {self.slower(0.95):.2f} (95 %) of the second tenth,"
            " both in units of the reference"
        )
        found += [f"grows          {name}: {by:+.2f} a round" for name, by in list(self.growing().items())[:12]]
        found.append(f"left           {len(self.threads_left)} threads, {len(self.timers_left)} timers")
        return [*found, *(f"BROKEN: {one}" for one in self.broken())]

    def _tenth_of(self, one: Sample) -> int:
        return min(TENTHS - 1, int(TENTHS * one.seconds / (60 * self.minutes))) if self.minutes else 0


def _tenth(frames: Frames) -> dict[str, Any]:
    return {
        "frames": len(frames.computed),
        **{
            f"{name}_ms": {"median": _finite(times.quantile(0.5)), "quantile_95": _finite(times.quantile(0.95))}
            for name, times in vars(frames).items()
        },
    }


def _slope(x: Sequence[float], y: Sequence[float]) -> float:
    """By least squares; NaN for fewer than two points."""
    return float(np.polyfit(np.asarray(x, dtype=np.float64), y, 1)[0]) if len(x) > 1 else math.nan


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
