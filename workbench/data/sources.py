"""The registry of sources: which file loads which settings."""

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
from workbench.data import (
    binary_addition,
    cifar10,
    digits_mix,
    image_folder,
    mnist,
    primes,
    series,
    strokes_digits,
    words,
)
from workbench.data.availability import Availability
from workbench.data.dataset import Loader


def interface(data: Data) -> Interface:
    """What the network must fit, without loading the data. Raises BadInput."""
    match data:
        case StrokesDigits():
            return strokes_digits.interface(data)
        case Mnist() | FashionMnist() | Kmnist():
            return mnist.interface(data)
        case DigitsMix():
            return digits_mix.interface(data)
        case Words():
            return words.interface(data)
        case Cifar10():
            return cifar10.interface(data)
        case ImageFolder():
            return image_folder.interface(data)
        case BinaryAddition():
            return binary_addition.interface(data)
        case Series():
            return series.interface(data)
        case Primes():
            return primes.interface(data)


def availability(data: Data) -> Availability:
    """Whether the data can be used at once, without loading them or asking the network."""
    match data:
        case StrokesDigits():
            return strokes_digits.availability(data)
        case Mnist() | FashionMnist() | Kmnist():
            return mnist.availability(data)
        case DigitsMix():
            return digits_mix.availability(data)
        case Words():
            return words.availability(data)
        case Cifar10():
            return cifar10.availability(data)
        case ImageFolder():
            return image_folder.availability(data)
        case BinaryAddition():
            return binary_addition.availability(data)
        case Series():
            return series.availability(data)
        case Primes():
            return primes.availability(data)


def at_hand(data: Data) -> bool:
    """Whether :func:`interface` answers at once, and not only after a text was cut. Raises BadInput."""
    return words.at_hand(data) if isinstance(data, Words) else True


def load(data: Data) -> Loader:
    """Loads step by step. Raises BadInput."""
    match data:
        case StrokesDigits():
            return strokes_digits.load(data)
        case Mnist() | FashionMnist() | Kmnist():
            return mnist.load(data)
        case DigitsMix():
            return digits_mix.load(data)
        case Words():
            return words.load(data)
        case Cifar10():
            return cifar10.load(data)
        case ImageFolder():
            return image_folder.load(data)
        case BinaryAddition():
            return binary_addition.load(data)
        case Series():
            return series.load(data)
        case Primes():
            return primes.load(data)


def training_count(data: Data) -> int | None:
    """How many training samples there will be; None where only loading tells."""
    match data:
        case StrokesDigits() | Mnist() | FashionMnist() | Kmnist() | Cifar10() | BinaryAddition():
            return data.train
        case DigitsMix() if not data.pen:
            return 60_000 - data.validation + data.drawn
        case _:
            return None
