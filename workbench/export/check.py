"""Whether an exported network answers as ours does, on test samples where these are at hand."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from workbench.engine.batches import as_input
from workbench.engine.test_samples import try_out_samples
from workbench.engine.trained import Trained
from workbench.errors import BadInput
from workbench.outcome import outcome

#: How far apart two answers may be: single precision, added up in another order.
TOLERANCE = 1e-5

#: So many samples are answered by both.
SAMPLES = 64


@dataclass(frozen=True)
class Checked:
    """The largest difference between our scores and the exported network's, and on what it was found.

    ``difference`` is a share of the largest of our scores where that is above 1, and absolute otherwise.
    """

    difference: float
    on: str

    def sentence(self) -> str:
        """``Checked on 64 drawn digits: the scores differ by 2.4e-07 at most``."""
        return f"Checked on {self.on}: the scores differ by {self.difference:.2g} at most"

    def document(self) -> dict[str, Any]:
        """As plain values for JSON."""
        return {"largest_difference": self.difference, "tolerance": TOLERANCE, "on": self.on}


def samples_for(trained: Trained, count: int = SAMPLES) -> tuple[Tensor, str]:
    """Inputs as the network takes them, (count, ...), and what they are.

    Where no test sample is on this computer they are drawn by chance, which is said.
    """
    try:
        split = outcome(try_out_samples(trained, count))
    except BadInput:
        return drawn_inputs(trained, count), f"{count} inputs drawn by chance, its test data not being on this computer"
    return as_input(torch.from_numpy(np.ascontiguousarray(split.inputs[:count]))), split.caption


def check(trained: Trained, answer: Callable[[NDArray[Any]], NDArray[np.float32]], what: str) -> Checked:
    """Asks both networks. ``answer`` takes inputs and gives scores. Raises BadInput where they differ too much."""
    x, caption = samples_for(trained)
    with torch.inference_mode():
        ours: NDArray[np.float32] = trained.network()(x).numpy()
    theirs = answer(x.numpy())
    if theirs.shape != ours.shape:
        raise BadInput(what, f"answers with {theirs.shape} where the network answers with {ours.shape}")
    difference = float(np.abs(theirs.astype(np.float64) - ours).max() / max(1.0, float(np.abs(ours).max())))
    if not difference <= TOLERANCE:
        raise BadInput(
            what, f"its answers differ from the network's by {difference:.2g}, on {caption}; it was not kept"
        )
    return Checked(difference, caption)


def drawn_inputs(trained: Trained, count: int) -> Tensor:
    """Random inputs of the right shape, the same each time."""
    interface, generator = trained.interface, torch.Generator().manual_seed(0)
    if interface.symbols:
        return torch.randint(interface.symbols, (count, interface.steps), generator=generator)
    if interface.picture is not None:
        height, width, channels = interface.picture
        return torch.rand(count, height, width * channels, generator=generator)
    return torch.rand(count, interface.steps, interface.width, generator=generator)
