"""Preset = data + model + training: every setting's type, range, default and help, declared once on its field.

The TOML reader, the forms in the window, ``--set model.units=256``, a run's saved settings and the README's table of
settings all derive from these declarations. No torch here: the window shows presets before torch is imported.
"""

from workbench.config.digits import DigitsMix, Mnist, StrokesDigits, digit_interface
from workbench.config.images import Cifar10, FashionMnist, ImageFolder, Kmnist
from workbench.config.interface import Answer, Interface
from workbench.config.model import CellName, Convnet, Input, Layer, Readout, Recurrent, RecurrentStart, stacked
from workbench.config.preset import DATA_KINDS, MODEL_KINDS, Data, Model, Preset, Published
from workbench.config.sequences import BinaryAddition, Primes, Series
from workbench.config.settings import Settings, Task
from workbench.config.training import DeviceName, Training
from workbench.config.words import Split, Words

__all__ = [
    "DATA_KINDS",
    "MODEL_KINDS",
    "Answer",
    "BinaryAddition",
    "CellName",
    "Cifar10",
    "Convnet",
    "Data",
    "DeviceName",
    "DigitsMix",
    "FashionMnist",
    "ImageFolder",
    "Input",
    "Interface",
    "Kmnist",
    "Layer",
    "Mnist",
    "Model",
    "Preset",
    "Primes",
    "Published",
    "Readout",
    "Recurrent",
    "RecurrentStart",
    "Series",
    "Settings",
    "Split",
    "StrokesDigits",
    "Task",
    "Training",
    "Words",
    "digit_interface",
    "stacked",
]
