"""Shares: what x, the state before and the bias each give to one unit's pre-activations, gate by gate, at one step."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from workbench.config import CellName, Layer
from workbench.models.shapes import BLOCKS

if TYPE_CHECKING:
    from workbench.insight.trace import LayerTrace

#: The gates in the order in which torch stacks their rows.
STACKED: dict[CellName, tuple[str, ...]] = {
    "lstm": ("i", "f", "g", "o"), "gru": ("r", "z", "n"),
    "rnn-tanh": ("h",), "rnn-relu": ("h",), "rnn-sigmoid": ("h",),
}  # fmt: skip
_PEEPHOLES = ("i", "f", "o")


@dataclass(frozen=True)
class Share:
    """What one gate of one unit is given. Without biases ``bias`` and ``hidden_bias`` are None."""

    input: float  # W x
    hidden: float  # U h'
    bias: float | None  # b, which comes with x
    hidden_bias: float | None  # d, which comes with h'
    peephole: float | None  # p, still to be multiplied with c; None without peepholes


def shares(
    weights: Mapping[str, Any], layer: Layer, trace: "LayerTrace", unit: int, step: int, before: int | None
) -> dict[str, Share]:
    """By gate. ``weights``: a network's, by the names of ``models.shapes``; ``before``: None at the first step read.

    Worked out in float64 from the weights, the layer's inputs and the traced h.
    """
    suffix = "_reverse" if trace.direction == "backward" else ""
    prefix = f"layers.{trace.layer}."

    def rows(name: str, gates: int) -> NDArray[np.float64] | None:
        """The unit's rows of one matrix, one a gate."""
        found = weights.get(f"{prefix}{name}{suffix}")
        return None if found is None else np.asarray(found[unit :: layer.units][:gates], dtype=np.float64)

    names = STACKED[layer.cell]
    blocks = BLOCKS[layer.cell]
    W, U = rows("weight_ih_l0", blocks), rows("weight_hh_l0", blocks)
    assert W is not None and U is not None
    b, d, p = rows("bias_ih_l0", blocks), rows("bias_hh_l0", blocks), rows("weight_peephole_l0", len(_PEEPHOLES))
    x = trace.inputs[step].astype(np.float64)
    h = trace.gates["h"]
    remembered = np.zeros(len(h)) if before is None else h[:, before].astype(np.float64)
    of_x, of_h = W @ x, U @ remembered
    return {
        gate: Share(
            float(of_x[k]), float(of_h[k]), None if b is None else float(b[k]), None if d is None else float(d[k]),
            float(p[_PEEPHOLES.index(gate)]) if p is not None and gate in _PEEPHOLES else None,
        )
        for k, gate in enumerate(names)
    }  # fmt: skip
