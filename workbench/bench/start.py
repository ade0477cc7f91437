"""How soon the window is painted, in fresh processes."""

import argparse
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from statistics import median
from typing import Any

from workbench import paths
from workbench.cli.output import Output

_CHILD = """
import json, sys, time
from workbench.bench.start import paint_once
print(json.dumps(paint_once()))
"""


def paint_once() -> dict[str, Any]:
    """Opens the window, waits for its first picture, and says when that was (time.time) and whether torch was there."""
    gc.disable()  # as the command does
    from workbench.session.session import Session
    from workbench.ui.app import application
    from workbench.ui.theme import ThemeSource
    from workbench.ui.ticker import Ticker
    from workbench.ui.window import Window

    app = application()
    ticker = Ticker()
    session = Session(ticker.wake)
    window = Window(session, ticker, ThemeSource(app))
    window.show()
    window.grab()
    painted, with_torch = time.time(), "torch" in sys.modules
    session.close()
    return {"painted": painted, "torch": with_torch}


def measure(arguments: argparse.Namespace, output: Output) -> dict[str, Any]:
    """Starts the window several times."""
    seconds, with_torch = [], False
    for _ in range(max(arguments.rounds, 1)):
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", paths.HOME_VARIABLE: folder}
            began = time.time()
            child = subprocess.run(
                [sys.executable, "-c", _CHILD], env=environment, capture_output=True, text=True, check=True
            )
            result = json.loads(child.stdout.splitlines()[-1])
        seconds.append(result["painted"] - began)
        with_torch |= result["torch"]
    said = "torch was imported before" if with_torch else "torch was not imported before"
    output.say(f"start: painted after {median(seconds):.2f} s (median of {len(seconds)} fresh processes); {said}")
    return {"seconds": seconds, "median_seconds": median(seconds), "torch_imported": with_torch}
