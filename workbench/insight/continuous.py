"""A network as a smooth function of the numbers it reads, where a word is the vector that stands for it."""

from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from workbench.engine.objective import cosines, probabilities
from workbench.models.build import AnyNetwork, vectors_of
from workbench.models.network import Network

#: What a sample is made of: the pixels of a picture, words, or the numbers of each step.
Kind = Literal["picture", "words", "numbers"]

#: What stands where nothing is: no ink, a black picture, a word's zero vector, the number 0 of a word, or zeros.
Nothing = Literal["blank", "black", "zero vector", "number 0", "zeros"]


class Continuous:
    """A network that is asked with numbers, between any two of which there are others: a path can be walked.

    Where it reads symbols the numbers are what its input layer makes of them. A sample's *parts* are the pixels of its
    picture (height, width), its words (time,), or the numbers of its steps (time, width).
    """

    def __init__(self, network: AnyNetwork) -> None:
        self.network, self.interface = network, network.interface
        self._vectors = vectors_of(network)

    @property
    def kind(self) -> Kind:
        if self.interface.symbols:
            return "words"
        return "picture" if self.interface.picture is not None else "numbers"

    @property
    def nothing(self) -> Nothing:
        """What erased parts are replaced by, and where the path of integrated gradients begins: always zeros."""
        if isinstance(self.network, Network) and self.interface.symbols:
            return "number 0" if self.network.input.reads == "scalar" else "zero vector"
        if self.interface.picture is None:
            return "zeros"
        return "blank" if self.interface.picture[2] == 1 else "black"

    def numbers(self, x: Tensor) -> Tensor:
        """What is read of one sample, (time, width) numbers or (time,) symbols. -> (1, time, width)."""
        if isinstance(self.network, Network) and self.interface.symbols:
            with torch.no_grad():
                read: Tensor = self.network.input(x[None])
            return read.to(next(self.network.parameters()).dtype)
        return x[None]

    def scores(self, numbers: Tensor) -> Tensor:
        """Logits of classes and bits, told numbers, or cosines to every word's vector. numbers: (batch, time, width).

        -> (batch, answers, outputs): an answer after each step where the network gives one, else one.
        """
        if isinstance(self.network, Network) and self.interface.symbols:
            scores = self.network.answer_to(numbers)
        else:
            scores = self.network(numbers)
        if not self.interface.every_step:
            scores = scores[:, None]
        if self.interface.answer == "vector":
            assert self._vectors is not None
            scores = cosines(scores, self._vectors)
        return scores

    def shares(self, scores: Tensor) -> Tensor:
        """Scores as what is shown: probabilities where there are any. (batch, answers, outputs), as given."""
        return probabilities(scores, self.interface)

    def belief(self, scores: Tensor) -> NDArray[np.float32]:
        """What is shown of one sample's answer: its last, (classes,); or, of bits and numbers, all of them, (steps,).

        scores: (1, answers, outputs).
        """
        shares = self.shares(scores)[0]
        shown = shares[:, 0] if self.interface.answer in ("bit", "number") else shares[-1]
        found: NDArray[np.float32] = shown.float().numpy()
        return found

    def parts(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values of the numbers that are read, (time, width), added up to values of the sample's parts."""
        match self.kind:
            case "words":
                added: NDArray[np.float64] = values.sum(axis=1)
                return added
            case "picture":
                assert self.interface.picture is not None
                of_pixels: NDArray[np.float64] = values.reshape(self.interface.picture).sum(axis=2)
                return of_pixels
            case _:
                return values

    def shape(self, x: Tensor) -> tuple[int, ...]:
        """Shape of the sample's parts."""
        match self.kind:
            case "picture":
                assert self.interface.picture is not None
                return self.interface.picture[:2]
            case _:
                return tuple(x.shape)
