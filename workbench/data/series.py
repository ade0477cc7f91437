"""Source: a few numbers to be told one after another, from random inputs."""

import math

import numpy as np

from workbench.config import Interface, Series
from workbench.data.availability import HERE, Availability
from workbench.data.dataset import Dataset, Loader, Loading, Split
from workbench.errors import BadInput


def values_of(settings: Series) -> list[float]:
    """The numbers of the series. Raises BadInput for what is none."""
    words = settings.values.replace(",", " ").split()
    try:
        values = [float(word) for word in words]
    except ValueError:
        values = []
    if not values or not all(map(math.isfinite, values)):
        raise BadInput("the series", "expected numbers with spaces between them, as in -0.5 0.2", key="data.values",
                       value=settings.values)  # fmt: skip
    return values


def interface(settings: Series) -> Interface:
    """One number after each step. Raises BadInput."""
    return Interface(
        steps=len(values_of(settings)), width=settings.width, symbols=0, classes=1, every_step=True, answer="number"
    )


def availability(settings: Series) -> Availability:
    """Always here: the numbers are in the settings."""
    return HERE


def load(settings: Series) -> Loader:
    """One sample: the whole series. It is to be known by heart, so there is nothing to hold out. Raises BadInput."""
    yield Loading("Drawing the inputs", 0, 0)
    targets = np.array(values_of(settings))[None, :, None]  # (1, time, 1)
    random = np.random.RandomState(settings.seed)
    random.random_sample(settings.skip)
    inputs = random.random_sample((1, targets.shape[1], settings.width))
    split = Split(inputs, targets, f"the series of {targets.shape[1]} numbers")
    return Dataset(interface(settings), train=split, validation=split, test=split, classes=("value",))
