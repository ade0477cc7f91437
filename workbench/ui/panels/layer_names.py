"""What the layers and directions of a trace are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.ui.text import tr

if TYPE_CHECKING:
    from workbench.insight.trace import GateTrace, LayerTrace


def layer_names(trace: GateTrace) -> list[str]:
    """``Layer 0``, or ``Layer 0, forward`` where any layer reads backwards too; in the trace's order."""
    both = any(layer.direction != "forward" for layer in trace.layers)
    return [_name(layer, both) for layer in trace.layers]


def _name(layer: LayerTrace, both: bool) -> str:
    if not both:
        return tr("Layer {number}").format(number=layer.layer)
    direction = {"forward": tr("forward"), "backward": tr("backward")}[layer.direction]
    return tr("Layer {number}, {direction}").format(number=layer.layer, direction=direction)
