"""How soon the belief follows the eraser of the Influence panel, over a drawn digit."""

import argparse
import time
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QDockWidget

from workbench.bench.offscreen import open_window
from workbench.cli.output import Output
from workbench.session.influence_desk import InfluenceDesk
from workbench.ui.widgets.influence_map import InfluenceMap


def measure(arguments: argparse.Namespace, output: Output) -> dict[str, Any]:
    """From sending the mouse event to the painted belief of a real re-run, for every move that erased something."""
    waits = []
    with open_window() as opened:
        session = opened.session
        session.show_sample()
        dock = opened.window.findChild(QDockWidget, "influenceDock")
        assert isinstance(dock, QDockWidget)
        dock.show()
        dock.raise_()
        opened.spin_until(lambda: session.influence.mattered is not None)
        opened.spin(0.5)
        view = opened.window.findChild(InfluenceMap, "influenceMap")
        assert isinstance(view, InfluenceMap)
        places = [(row, column) for row in range(1, 27, 3) for column in range(1, 27)]
        _send(view, QEvent.Type.MouseButtonPress, view.part_box(*places[0]).center())
        opened.spin(0.2)
        for row, column in places[1:]:
            before, began = session.influence.erased, time.perf_counter()
            _send(view, QEvent.Type.MouseMove, view.part_box(row, column).center())
            if session.influence.erased != before:
                opened.spin_until(lambda: _is_answered(session.influence))
                waits.append(1000 * (time.perf_counter() - began))
        _send(view, QEvent.Type.MouseButtonRelease, view.part_box(*places[-1]).center())
    middle, late = float(np.median(waits)), float(np.quantile(waits, 0.95))
    output.say(f"erase: answered after {middle:.1f} ms (median of {len(waits)} mouse moves; 95 % within {late:.1f} ms)")
    return {"median_ms": middle, "quantile_95_ms": late, "moves": len(waits)}


def _is_answered(desk: InfluenceDesk) -> bool:
    return desk.remains is not None and desk.remains.erased.parts == desk.erased


def _send(view: InfluenceMap, kind: QEvent.Type, place: QPointF) -> None:
    moves, lifts = kind == QEvent.Type.MouseMove, kind == QEvent.Type.MouseButtonRelease
    button = Qt.MouseButton.NoButton if moves else Qt.MouseButton.LeftButton
    held = Qt.MouseButton.NoButton if lifts else Qt.MouseButton.LeftButton
    seen = QPointF(view.mapToGlobal(place.toPoint()))
    QApplication.sendEvent(view, QMouseEvent(kind, place, seen, button, held, Qt.KeyboardModifier.NoModifier))
