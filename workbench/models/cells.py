"""The registry of cells, by the word that names one in a preset."""

from workbench.config import CellName
from workbench.models.cell import Cell
from workbench.models.gru import GRU
from workbench.models.lstm import LSTM
from workbench.models.plain_rnn import PlainRNN

CELLS: dict[CellName, Cell] = {
    "lstm": LSTM(),
    "gru": GRU(),
    "rnn-tanh": PlainRNN("tanh"),
    "rnn-relu": PlainRNN("relu"),
}
