"""The network: input layer, a stack of recurrent layers, read-out, and head."""

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor, nn

from workbench.config import Interface, Layer, Readout, Recurrent
from workbench.models.attention import Attention
from workbench.models.cell import Cell, State, Weights
from workbench.models.cells import cell_of
from workbench.models.input_layer import InputLayer
from workbench.models.stepwise import Stepwise, weights_in

DIRECTIONS = ("forward", "backward")


def directions(layer: Layer) -> int:
    """How many halves a layer has."""
    return 2 if layer.bidirectional else 1


class FirstUnits(nn.Module):
    """In place of a head: the first units of the top layer are the scores."""

    def __init__(self, outputs: int) -> None:
        super().__init__()
        self.outputs = outputs

    def forward(self, x: Tensor) -> Tensor:
        """(..., width) -> (..., outputs)."""
        return x[..., : self.outputs]


class LayerOutput(NamedTuple):
    """What went into one recurrent layer and what came out."""

    inputs: Tensor  # (batch, time, width)
    outputs: Tensor  # (batch, time, directions * hidden)


Memory = tuple[State, ...]
"""What a network carries from one stretch of a stream to the next: each layer's state, (batch, hidden) each."""


class Network(nn.Module):
    """A sequence in, scores of the classes out; ``state_dict`` holds the weights of ``models.shapes.weight_shapes``."""

    def __init__(self, model: Recurrent, interface: Interface) -> None:
        super().__init__()
        self.model, self.interface = model, interface
        self.cells: list[Cell] = [cell_of(layer) for layer in model.stack]
        self.input = InputLayer(model, interface)
        self.layers = nn.ModuleList()
        width = self.input.width
        for cell, layer in zip(self.cells, model.stack, strict=True):
            self.layers.append(
                cell.fused(width, layer.units, bidirectional=layer.bidirectional, bias=model.bias)
                or Stepwise(cell, layer, width, bias=model.bias)
            )
            width = layer.units * directions(layer)
        self.attention: Attention | None = None
        if model.readout == "attention" and not interface.every_step:
            self.attention = Attention(width, model.stack[-1].units, bias=model.bias)
        self.width = width  # of what the head sees
        self.head: nn.Linear | FirstUnits = (
            nn.Linear(width, interface.classes, bias=model.bias)
            if model.head == "linear"
            else FirstUnits(interface.classes)
        )

    def forward(self, x: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """Scores (logits). x as InputLayer takes it -> (batch, classes), or (batch, time, classes) with every_step.

        ``generator`` draws the dropout masks; without it nothing is dropped, as in evaluation.
        """
        return self.go_on(x, None, generator)[0]

    def go_on(
        self, x: Tensor, memory: Memory | None, generator: torch.Generator | None = None
    ) -> tuple[Tensor, Memory]:
        """Scores as :meth:`forward` gives them, and the memory after the last step; None begins from an empty one.

        Layers that read backwards have no memory to go on with.
        """
        return self._answer(self.input(x), memory, generator)

    def answer_to(self, z: Tensor) -> Tensor:
        """Scores as :meth:`forward` gives them, for what the input layer gave. z: (batch, time, width)."""
        return self._answer(z, None, None)[0]

    def _answer(self, z: Tensor, memory: Memory | None, generator: torch.Generator | None) -> tuple[Tensor, Memory]:
        ran = list(self._layers(z, generator, memory))
        seen = self.seen(ran[-1][0].outputs)
        return self.head(self._drop(seen, generator)), tuple(state for _, state in ran)

    def seen(self, outputs: Tensor) -> Tensor:
        """What the head sees of the top layer's outputs: all of them with every_step, else their read-out.

        outputs: (batch, time, directions * hidden) -> the same shape, or (batch, directions * hidden).
        """
        if self.interface.every_step:
            return outputs
        if self.attention is not None:
            return self.attention(outputs)  # type: ignore[no-any-return]
        return read_out(outputs, self.model.readout, self.model.stack[-1].units)

    def after_every_step(self, x: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """Scores had the sequence ended at each step, of a network that reads forwards and reads out the last step.

        x and ``generator`` as :meth:`forward` takes them -> (batch, time, classes); the last are what it gives.
        """
        return self.head(self._drop(self.run(x, generator)[-1].outputs, generator))  # type: ignore[no-any-return]

    def run(self, x: Tensor, generator: torch.Generator | None = None) -> list[LayerOutput]:
        """Every layer's inputs and outputs, lowest first."""
        return [output for output, _ in self._layers(self.input(x), generator, None)]

    def _layers(
        self, z: Tensor, generator: torch.Generator | None, memory: Memory | None
    ) -> Iterator[tuple[LayerOutput, State]]:
        """z: (batch, time, width), what the input layer gave."""
        for number, layer in enumerate(self.layers):
            if number:
                z = self._drop(z, generator)
            inputs = z
            z, state = _read(layer, inputs, memory[number] if memory else None)
            yield LayerOutput(inputs, z), state

    def weights_of(self, layer: int, direction: int) -> Weights:
        """The matrices of one layer; direction 0 is forward, 1 backward."""
        return weights_in(self.layers[layer], "_reverse" if direction else "")

    def initialise(self, generator: torch.Generator) -> None:
        """Draws every weight from ``generator``, so that the same seed gives the same network."""
        with torch.no_grad():
            if self.input.embedding is not None:
                self.input.embedding.weight.normal_(generator=generator)
            attention = (self.attention.hidden, self.attention.query) if self.attention is not None else ()
            for linear in (self.input.projection, *attention, self.head):
                if isinstance(linear, nn.Linear):
                    bound = linear.in_features**-0.5
                    linear.weight.uniform_(-bound, bound, generator=generator)
                    if linear.bias is not None:
                        linear.bias.uniform_(-bound, bound, generator=generator)
        for number, (cell, layer) in enumerate(zip(self.cells, self.model.stack, strict=True)):
            for direction in range(directions(layer)):
                weights = self.weights_of(number, direction)
                cell.initialise(
                    weights, generator, self.model.forget_bias, self.model.recurrent_start, self.model.longest_memory
                )

    def _drop(self, z: Tensor, generator: torch.Generator | None) -> Tensor:
        """Inverted dropout (Srivastava et al., 2014): what is kept is scaled up, so evaluation needs no change."""
        if generator is None or self.model.dropout == 0.0:
            return z
        keep = 1.0 - self.model.dropout
        return z * torch.empty_like(z).bernoulli_(keep, generator=generator).div_(keep)


def _read(layer: nn.Module, x: Tensor, state: State | None) -> tuple[Tensor, State]:
    """One layer over a stretch. torch's LSTM takes and gives (h, c), its others h alone, with an axis of directions."""
    if isinstance(layer, Stepwise):
        return layer(x, state=state)  # type: ignore[no-any-return]
    given = None if state is None else tuple(part[None] for part in state)
    outputs, after = layer(x, given if given is None or isinstance(layer, nn.LSTM) else given[0])
    return outputs, tuple(part[0] for part in (after if isinstance(layer, nn.LSTM) else (after,)))


def read_out(outputs: Tensor, readout: Readout, hidden: int) -> Tensor:
    """What the head sees. outputs: (batch, time, directions * hidden) -> (batch, directions * hidden).

    ``last`` takes the last step of both directions, where a backward half has read one step only; ``both_ends`` takes
    each direction where it has read everything. Attention has weights of its own: models.attention.
    """
    if readout == "mean":
        return outputs.mean(dim=1)
    if readout == "max":
        return outputs.amax(dim=1)
    if readout == "both_ends":
        return torch.cat([outputs[:, -1, :hidden], outputs[:, 0, hidden:]], dim=-1)
    return outputs[:, -1]
