"""What happens while a network is trained: frozen values, in the order they happen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from workbench.config import Interface
from workbench.data.dataset import Split
from workbench.engine.score import Fact, Score

if TYPE_CHECKING:
    from torch import Tensor

    from workbench.engine.state import TrainerState


@dataclass(frozen=True)
class Started:
    """Training begins (or goes on) at ``step`` of ``steps``."""

    step: int
    steps: int
    steps_per_epoch: int
    batch: int
    parameters: int
    device: str
    interface: Interface
    classes: tuple[str, ...]
    train: str
    validation: str
    examples: Split  # the first few test samples
    data_sha256: str  # of all samples and answers (Dataset.checksum)


@dataclass(frozen=True)
class Progress:
    """Every step since the last report, none left out. The arrays are as long as there were steps."""

    steps: NDArray[np.int64]  # number of each step, from 1
    losses: NDArray[np.float32]  # mean loss of the batch; cross-entropies in nats
    accuracies: NDArray[np.float32]  # share of the batch answered right, 0..1; NaN where answers are numbers
    gradient_norms: NDArray[np.float32]  # L2 norm over all weights, before clipping
    seconds: float  # spent in training so far, pauses left out


@dataclass(frozen=True)
class Printed:
    """An error that an article printed for ``step`` (counted from 0), and ours, both before that step's change."""

    step: int
    published: float
    here: float

    @property
    def is_same(self) -> bool:
        """Whether they agree in every digit that was printed."""
        last_digit = 10.0 ** int(Decimal(repr(self.published)).as_tuple().exponent)
        return abs(self.here - self.published) < 0.5 * last_digit * (1.0 + 1e-9)

    def sentence(self, tr: Callable[[str], str] = str) -> str:
        """``Step 1,000: published 3.63389116, here 3.63389116498, the same to the last digit``.

        ``tr`` translates, where there is a language to translate to.
        """
        words = tr("Step {step:,}: published {published!r}, here {here:.12g}").format(
            step=self.step, published=self.published, here=self.here
        )
        return f"{words}, {tr('the same to the last digit') if self.is_same else tr('not the same')}"

    def document(self) -> dict[str, Any]:
        """As plain values for JSON."""
        return {"step": self.step, "published": self.published, "here": self.here, "same": self.is_same}


@dataclass(frozen=True)
class Validated:
    """The network on the validation split, after ``step`` steps."""

    step: int
    loss: float
    accuracy: float
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class Snapshot:
    """The network as it was after ``step`` steps: clones, no longer touched by training."""

    step: int
    weights: dict[str, Tensor]


@dataclass(frozen=True)
class Checkpoint:
    """Everything training needs to go on exactly from here."""

    state: TrainerState


@dataclass(frozen=True)
class Tested:
    """The finished network on the test split."""

    step: int
    score: Score


@dataclass(frozen=True)
class Ended:
    """Training is over: all steps done, stopped by the person, or no longer finite."""

    step: int
    reason: Literal["finished", "stopped", "diverged"]
    message: str = ""


Event = Started | Progress | Printed | Validated | Snapshot | Checkpoint | Tested | Ended

Command = Literal["stop", "snapshot"]
"""What may be sent into the running generator: end after this batch, or show the network as it is now."""
