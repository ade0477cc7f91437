"""The registry of sources: which file loads which settings."""

from workbench.config import (
    Cifar10,
    Data,
    DigitsMix,
    FashionMnist,
    ImageFolder,
    Interface,
    Kmnist,
    Mnist,
    StrokesDigits,
    Words,
)
from workbench.data import cifar10, digits_mix, image_folder, mnist, strokes_digits, words
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
