"""The registry of sources: which file loads which settings."""

from typing import Any, Protocol

from workbench.config import (
    BinaryAddition,
    Cifar10,
    Data,
    DigitsMix,
    FashionMnist,
    ImageFolder,
    Interface,
    Kmnist,
    Mnist,
    Primes,
    Series,
    StrokesDigits,
    Words,
)
from workbench.data.availability import Availability
from workbench.data.dataset import Loader


class Source(Protocol):
    """What the file of a source does with the settings of its own kind."""

    def interface(self, settings: Any, /) -> Interface: ...

    def availability(self, settings: Any, /) -> Availability: ...

    def load(self, settings: Any, /) -> Loader: ...


def interface(data: Data) -> Interface:
    """What the network must fit, without loading the data. Raises BadInput."""
    return _source(data).interface(data)


def availability(data: Data) -> Availability:
    """Whether the data can be used at once, without loading them or asking the network."""
    return _source(data).availability(data)


def at_hand(data: Data) -> bool:
    """Whether :func:`interface` answers at once, and not only after a text was cut. Raises BadInput."""
    if not isinstance(data, Words):
        return True
    from workbench.data import words

    return words.at_hand(data)


def load(data: Data) -> Loader:
    """Loads step by step. Raises BadInput."""
    return _source(data).load(data)


def training_count(data: Data) -> int | None:
    """How many training samples there will be; None where only loading tells."""
    match data:
        case StrokesDigits() | Mnist() | FashionMnist() | Kmnist() | Cifar10() | BinaryAddition():
            return data.train
        case DigitsMix() if not data.pen:
            return 60_000 - data.validation + data.drawn
        case _:
            return None


def _source(data: Data) -> Source:
    """The file for these settings, imported when it is asked: archives, downloads and pictures take their time."""
    match data:
        case StrokesDigits():
            from workbench.data import strokes_digits

            return strokes_digits
        case Mnist() | FashionMnist() | Kmnist():
            from workbench.data import mnist

            return mnist
        case DigitsMix():
            from workbench.data import digits_mix

            return digits_mix
        case Words():
            from workbench.data import words

            return words
        case Cifar10():
            from workbench.data import cifar10

            return cifar10
        case ImageFolder():
            from workbench.data import image_folder

            return image_folder
        case BinaryAddition():
            from workbench.data import binary_addition

            return binary_addition
        case Series():
            from workbench.data import series

            return series
        case Primes():
            from workbench.data import primes

            return primes
