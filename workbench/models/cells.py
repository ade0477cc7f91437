"""The registry of cells, by the word that names one in a preset."""

from collections.abc import Callable

from workbench.config import CellName, Layer
from workbench.models.cell import Cell
from workbench.models.gru import GRU
from workbench.models.lstm import LSTM
from workbench.models.plain_rnn import PlainRNN

CELLS: dict[CellName, Callable[[Layer], Cell]] = {
    "lstm": lambda layer: LSTM(peepholes=layer.peepholes, outer_tanh=layer.outer_tanh),
    "gru": lambda layer: GRU(),
    "rnn-tanh": lambda layer: PlainRNN("tanh"),
    "rnn-relu": lambda layer: PlainRNN("relu"),
    "rnn-sigmoid": lambda layer: PlainRNN("sigmoid"),
}


def cell_of(layer: Layer) -> Cell:
    """The cell that a layer's settings ask for."""
    return CELLS[layer.cell](layer)
