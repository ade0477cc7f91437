"""What data and model must agree on."""

from dataclasses import dataclass, replace
from typing import Literal

#: What an answer is. class: one of ``classes`` (softmax cross-entropy). bit: each output is 0 or 1 (sigmoid
#: cross-entropy). number: each output is a number (mean squared error). vector: the outputs are a word's vector (mean
#: squared error), and the nearest word is what is meant.
Answer = Literal["class", "bit", "number", "vector"]


@dataclass(frozen=True)
class Interface:
    """What data and model must agree on.

    ``steps``: time steps of one sample. ``width``: numbers per step, 0 when a step is a symbol.
    ``symbols``: size of the vocabulary, 0 when a step is numbers. ``classes``: width of the answer.
    ``every_step``: the head answers after each step, not only after the last. ``answer``: what an answer is.
    ``picture``: (height, width, channels) where a sample is a picture. The sample holds it row by row, (height, width *
    channels), the channels of one pixel beside each other; a step reads the next ``width`` numbers, one row or more.
    ``vectors``: width of the vectors that come with the symbols, 0 when none do.
    """

    steps: int
    width: int
    symbols: int
    classes: int
    every_step: bool = False
    answer: Answer = "class"
    picture: tuple[int, int, int] | None = None
    vectors: int = 0

    def reads_alike(self, other: "Interface") -> bool:
        """Whether samples and answers are the same, however many steps the pictures are read in."""
        if self.picture is None or other.picture is None:
            return self == other
        return replace(self, steps=other.steps, width=other.width) == other

    def rows_at(self, step: int) -> range:
        """The rows of the picture that one step reads, of a part of a row that row; of what is no picture the step."""
        if self.picture is None:
            return range(step, step + 1)
        row = self.picture[1] * self.picture[2]
        return range(step * self.width // row, -(-(step + 1) * self.width // row))

    def columns_at(self, step: int) -> range:
        """The columns of the picture that one step reads: all of them, or those of a part of a row; else none."""
        if self.picture is None:
            return range(0)
        _, columns, channels = self.picture
        if self.width >= columns * channels:
            return range(columns)
        first = step * self.width % (columns * channels)
        return range(first // channels, -(-(first + self.width) // channels))
