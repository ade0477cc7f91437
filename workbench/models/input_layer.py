"""The input layer: what stands for a symbol, or numbers as they are or through a linear projection."""

import torch
from torch import Tensor, nn
from torch.nn.functional import embedding, one_hot

from workbench.config import Interface, Recurrent
from workbench.models.shapes import input_shapes, input_width


class InputLayer(nn.Module):
    """A symbol becomes its number, a one-hot vector, a vector learnt along, or one that came with the data.

    ``vectors`` are those that came: (symbols, width), fixed; answers that are vectors are compared with them too.
    """

    vectors: Tensor | None

    def __init__(self, model: Recurrent, interface: Interface) -> None:
        super().__init__()
        self.symbols, self.read_width = interface.symbols, interface.width
        #: Numbers in a row of a picture; 0 where samples are no pictures.
        self.row = interface.picture[1] * interface.picture[2] if interface.picture else 0
        self.embedding: nn.Embedding | None = None
        self.projection: nn.Linear | None = None
        self.register_buffer("vectors", None)
        self.width = interface.width
        if interface.symbols:
            self.width = input_width(model, interface)
            self.reads = model.input
            for shape in input_shapes(model, interface):
                symbols, width = shape.shape
                if shape.is_trained:
                    self.embedding = nn.Embedding(symbols, width)
                else:
                    self.vectors = torch.zeros(symbols, width)
        elif model.projection:
            self.projection = nn.Linear(interface.width, model.projection, bias=model.bias)
            self.width = model.projection

    def forward(self, x: Tensor) -> Tensor:
        """x: (batch, time) symbols or (batch, time, width) numbers -> (batch, time, width of the first layer).

        A picture comes as its rows, and each step reads as many of them as its width holds.
        """
        read: Tensor = x
        if self.symbols:
            if self.reads == "scalar":
                read = x.to(torch.get_default_dtype())[..., None]
            elif self.reads == "one_hot":
                read = one_hot(x, self.symbols).to(torch.get_default_dtype())
            elif self.embedding is not None:
                read = self.embedding(x)
            elif self.vectors is not None:
                read = embedding(x, self.vectors)
            return read
        if x.shape[-1] == self.row != self.read_width:
            read = x.reshape(x.shape[0], -1, self.read_width)
        return read if self.projection is None else self.projection(read)

    def take(self, vectors: Tensor) -> None:
        """Takes over the vectors that came with the data, (symbols, width), fixed or to begin with."""
        with torch.no_grad():
            if self.embedding is not None and self.reads == "word_vectors":
                self.embedding.weight.copy_(vectors)
            if self.vectors is not None:
                self.vectors.copy_(vectors)
