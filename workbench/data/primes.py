"""Source: primes in a row, from which the next is to be told."""

import numpy as np

from workbench.config import Interface, Primes
from workbench.data.availability import HERE, Availability
from workbench.data.dataset import Dataset, Loader, Loading, Split


def primes_below(bound: int) -> list[int]:
    """The sieve of Eratosthenes."""
    is_prime = np.ones(bound, dtype=bool)
    is_prime[:2] = False
    for number in range(2, int(bound**0.5) + 1):
        if is_prime[number]:
            is_prime[number * number :: number] = False
    return [int(number) for number in np.flatnonzero(is_prime)]


def interface(settings: Primes) -> Interface:
    """A window of primes a step, and one prime after it."""
    return Interface(
        steps=settings.samples, width=settings.window, symbols=0, classes=1, every_step=True, answer="number"
    )


def availability(settings: Primes) -> Availability:
    """Always here: they are found when they are needed."""
    return HERE


def load(settings: Primes) -> Loader:
    """One sample: step s reads the window that begins with prime number s, and tells the prime that follows it."""
    yield Loading("Finding primes", 0, 0)
    known = np.array(primes_below(settings.below)) / settings.below
    places = np.arange(settings.samples)[:, None] + np.arange(settings.window + 1)[None, :]
    rows = known[places % len(known)][None]  # (1, time, window + 1)
    split = Split(rows[..., :-1], rows[..., -1:], f"{settings.samples} primes, divided by {settings.below:,}")
    return Dataset(interface(settings), train=split, validation=split, test=split, classes=("prime",))
