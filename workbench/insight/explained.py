"""What is explained of an answer: the score of one class, bit or number, or by how much it is above another's."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from workbench.engine.story import nearest_words
from workbench.engine.trained import Trained
from workbench.errors import BadInput

Measured = Literal["logit", "number", "cosine"]


@dataclass(frozen=True)
class Explained:
    """One score; with ``against`` the difference to another one. ``step`` is that of the answer, -1 for the last.

    ``name`` and ``against_name`` are the classes' names; empty for bits and numbers, of which the step says which.
    """

    measured: Measured
    output: int
    name: str = ""
    against: int | None = None
    against_name: str = ""
    step: int = -1

    def of(self, scores: Tensor) -> Tensor:
        """scores: (batch, answers, outputs) -> (batch,)."""
        answer = scores[:, self.step]
        return answer[:, self.output] if self.against is None else answer[:, self.output] - answer[:, self.against]

    def sentence(self) -> str:
        """In words: ``the logit of 7``."""
        what = f"the {self.measured} of {self.name}" if self.name else self._of_step()
        return f"{what} above that of {self.against_name}" if self.against is not None else what

    def _of_step(self) -> str:
        return f"the logit of bit {self.step}" if self.measured == "logit" else f"the number told at step {self.step}"


def explained(
    trained: Trained,
    belief: NDArray[np.float32],
    class_name: str | None = None,
    against: str | None = None,
    step: int | None = None,
) -> Explained:
    """What is to be explained of an answer whose belief is (classes,), or (steps,) for bits and numbers.

    Without a class it is the likeliest one; of bits and numbers the last, or that at ``step``. Raises BadInput.
    """
    if trained.interface.answer in ("bit", "number"):
        for key, name in (("class", class_name), ("against", against)):
            if name is not None:
                raise BadInput("influence", "this network has no classes; choose a step", key=key, value=name)
        at = len(belief) - 1 if step is None else step
        if not 0 <= at < len(belief):
            raise BadInput("influence", f"expected 0 to {len(belief) - 1}", key="step", value=step)
        return Explained("logit" if trained.interface.answer == "bit" else "number", 0, step=at)
    if step is not None:
        raise BadInput("influence", "the answer after the last step is explained", key="step", value=step)
    measured: Measured = "cosine" if trained.interface.answer == "vector" else "logit"
    output = int(np.nan_to_num(belief).argmax()) if class_name is None else _number(trained, "class", class_name)
    if against is None:
        return Explained(measured, output, trained.classes[output])
    other = _number(trained, "against", against)
    if other == output:
        raise BadInput("influence", "expected another class than the one explained", key="against", value=against)
    return Explained(measured, output, trained.classes[output], other, trained.classes[other])


def _number(trained: Trained, key: str, name: str) -> int:
    if name in trained.classes:
        return trained.classes.index(name)
    if len(trained.classes) <= 20:
        expected = f"expected one of {', '.join(trained.classes)}"
    else:
        near = nearest_words(name, trained.classes)
        expected = f"the network has no such word; nearest: {', '.join(near)}" if near else "no word of the network"
    raise BadInput("influence", expected, key=key, value=name)
