"""The registry of cells in plain NumPy, by the word that names one in a preset."""

from workbench.scratch.cell import Cell
from workbench.scratch.gru import GRU
from workbench.scratch.lstm import LSTM
from workbench.scratch.plain_rnn import PlainRNN

CELLS: dict[str, Cell] = {
    "lstm": LSTM(),
    "gru": GRU(),
    "rnn-tanh": PlainRNN("tanh"),
    "rnn-relu": PlainRNN("relu"),
    "rnn-sigmoid": PlainRNN("sigmoid"),
}


def cell_of(name: str, *, outer_tanh: bool = True) -> Cell:
    """The cell of that name. ``outer_tanh`` False: an LSTM whose h = o c; the other cells have no such tanh."""
    return LSTM(outer_tanh=False) if name == "lstm" and not outer_tanh else CELLS[name]
