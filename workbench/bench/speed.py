"""Steps per second of one training round, alone or under something that watches it."""

import json
import os
import subprocess
import sys
from statistics import median
from typing import Any, Literal

from workbench.cli.output import Output
from workbench.config import Recurrent
from workbench.session.choices import preset_entry

Round = Literal["headless", "watched", "window"]

PRESET = "mnist-bilstm"

_CHILD = """
import json, sys
from workbench.bench.speed import one_round
print(json.dumps(one_round(sys.argv[1], float(sys.argv[2]))))
"""


def compare(what: Round, against: Round, rounds: int, seconds: float) -> dict[str, Any]:
    """Interleaved rounds of both, each in a fresh process; the ratio of the medians."""
    speeds: dict[Round, list[float]] = {what: [], against: []}
    for _ in range(max(rounds, 1)):
        for kind in (against, what):
            child = subprocess.run(
                [sys.executable, "-c", _CHILD, kind, str(seconds)],
                env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, capture_output=True, text=True, check=True,
            )  # fmt: skip
            speeds[kind].append(json.loads(child.stdout.splitlines()[-1]))
    ratio = median(speeds[what]) / median(speeds[against])
    return {"ratio": ratio, "steps_per_second": speeds}


def said(name: str, result: dict[str, Any], output: Output, what: Round, against: Round, how: str) -> None:
    """Prints the ratio and what it is of."""
    speeds = result["steps_per_second"]
    output.say(
        f"{name}: training runs at {result['ratio']:.3f} of its headless speed {how} "
        f"({median(speeds[what]):.1f} against {median(speeds[against]):.1f} steps/s, medians of "
        f"{len(speeds[what])} interleaved rounds, same threads)"
    )


def one_round(kind: Round, seconds: float) -> float:
    """Steps per second over ``seconds`` of training, after a second of warming up."""
    from workbench.bench.offscreen import open_window, temporary_home

    if kind == "window":
        with open_window() as opened:
            return _trained(opened.session, opened.spin, seconds)
    from workbench.session.session import Session
    from workbench.ui.app import training_threads

    with temporary_home():
        session = Session(threads=training_threads())
        try:
            return _trained(session, _watching(session) if kind == "watched" else _polling(session), seconds)
        finally:
            session.close()


def _trained(session: Any, wait: Any, seconds: float) -> float:
    """The network of ``PRESET`` on drawn digits, so that no download is needed."""
    preset = preset_entry(PRESET).preset
    session.choose("strokes-digits")
    session.set("data.train", 10_000)
    session.set("training.epochs", 1000)
    session.set("training.validate_every", 1_000_000)
    assert isinstance(preset.model, Recurrent)
    for name in ("bidirectional", "units"):
        session.set(f"model.{name}", getattr(preset.model.stack[0], name))
    for name in ("projection", "readout"):
        session.set(f"model.{name}", getattr(preset.model, name))
    session.train()
    while session.training.history is None or session.training.history.step < 5:
        wait(0.1)
    wait(1.0)
    history = session.training.history
    step, spent = history.step, history.seconds
    wait(seconds)
    return float((history.step - step) / (history.seconds - spent))


def _polling(session: Any) -> Any:
    """Waits as the command line would: nobody looks at gates or beliefs."""
    import time

    def wait(seconds: float) -> None:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            session.training.poll()
            time.sleep(0.1)

    return wait


def _watching(session: Any) -> Any:
    """Follows every gate at the default interval, but paints nothing."""
    import time

    def wait(seconds: float) -> None:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            session.poll()
            time.sleep(0.033)

    return wait
