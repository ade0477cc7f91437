"""How soon a mouse move on the pad is answered by the bundled network."""

import argparse
import time
from typing import Any

import numpy as np
from PySide6.QtWidgets import QWidget

from workbench.bench.mouse import Hand, zigzag
from workbench.bench.offscreen import open_window
from workbench.cli.output import Output

MOVES = 200


def measure(arguments: argparse.Namespace, output: Output) -> dict[str, Any]:
    """From sending the mouse event to the painted belief, move by move."""
    waits = []
    with open_window() as opened:
        pad = opened.window.findChild(QWidget, "digitCanvas")
        assert isinstance(pad, QWidget)
        hand = Hand(pad)
        points = zigzag(MOVES).points
        hand.press(points[0][0], points[0][1])
        opened.spin(0.5)
        for x, y, _ in points[1:]:
            before = opened.session.looking.asked
            began = time.perf_counter()
            hand.move(x, y)
            opened.spin_until(lambda before=before: opened.session.looking.answered > before)  # type: ignore[misc]
            waits.append(1000 * (time.perf_counter() - began))
        hand.lift(points[-1][0], points[-1][1])
    middle, late = float(np.median(waits)), float(np.quantile(waits, 0.95))
    output.say(
        f"stroke: answered after {middle:.1f} ms (median of {len(waits)} mouse moves; 95 % within {late:.1f} ms)"
    )
    return {"median_ms": middle, "quantile_95_ms": late, "moves": len(waits)}
