"""Source: two numbers and their sum, bit by bit, the lowest first."""

import numpy as np
from numpy.typing import NDArray

from workbench.config import BinaryAddition, Interface
from workbench.data.availability import HERE, Availability
from workbench.data.dataset import Dataset, Loader, Loading, Split

Bits = NDArray[np.float32]

#: Up to so many bits every sum there is can be tested; above, so many are drawn.
EVERY_SUM_BITS = 8
DRAWN = 10_000

#: Longer sums than any in training, to see whether the rule was learnt or the sums.
LONG_BITS = 64
LONG_SUMS = 1_000

VALIDATION = 500


def interface(settings: BinaryAddition) -> Interface:
    """Two bits a step, one of each summand; after each step the sum's bit."""
    return Interface(steps=settings.bits, width=2, symbols=0, classes=1, every_step=True, answer="bit")


def availability(settings: BinaryAddition) -> Availability:
    """Always here: they are added when they are needed."""
    return HERE


def load(settings: BinaryAddition) -> Loader:
    """Draws the training sums; tests on all sums of eight bits and less, and on sums of 64 bits."""
    yield Loading("Adding numbers", 0, 0)
    bits, below = settings.bits, 2 ** (settings.bits - 1)
    random = np.random.RandomState(settings.seed)
    random.random_sample(settings.skip)
    train = random.randint(below, size=(settings.train, 2))
    if bits <= EVERY_SUM_BITS:
        tested = np.stack(np.meshgrid(np.arange(below), np.arange(below), indexing="ij"), axis=-1).reshape(-1, 2)
        caption = f"all {len(tested):,} sums of {bits} bits"
    else:
        tested = np.random.RandomState(settings.seed + 1).randint(below, size=(DRAWN, 2))
        caption = f"{DRAWN:,} other sums of {bits} bits"
    watched = tested[:: -(-len(tested) // VALIDATION)]
    # 63 random bits and a zero, so that the last carry has room; as numbers they would not fit into 64 bits with sign.
    long = np.random.RandomState(settings.seed + 2).randint(2, size=(LONG_SUMS, LONG_BITS, 2))
    long[:, -1] = 0
    return Dataset(
        interface(settings),
        train=_split(_bits(train, bits), f"{settings.train:,} sums of {bits} bits"),
        validation=_split(_bits(watched, bits), f"{len(watched):,} sums of {bits} bits"),
        test=_split(_bits(tested, bits), caption),
        classes=("1",),
        others=(_split(long, f"{LONG_SUMS:,} sums of {LONG_BITS} bits"),),
    )


def bits_of(a: int, b: int, places: int) -> Bits:
    """Two summands as the network reads them, the lowest bits first. -> (places, 2)."""
    return np.array([[a >> place & 1, b >> place & 1] for place in range(places)], dtype=np.float32)


def sum_and_carry(summands: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Adds bit by bit, with a carry, as on paper. summands: (sums, places, 2) of 0 and 1, the lowest place first.

    Returns the sum's bits and the carry out of every place, both (sums, places); the last carry is lost.
    """
    carry = np.zeros(len(summands), dtype=np.int64)
    found, carries = (np.empty(summands.shape[:2], dtype=np.int64) for _ in range(2))
    for place in range(summands.shape[1]):
        total = summands[:, place].sum(axis=-1) + carry
        found[:, place], carry = total & 1, total >> 1
        carries[:, place] = carry
    return found, carries


def _bits(summands: NDArray[np.int64], places: int) -> NDArray[np.int64]:
    """(samples, 2) -> (samples, places, 2)."""
    return (summands[:, None, :] >> np.arange(places)[None, :, None]) & 1


def _split(summands: NDArray[np.int64], caption: str) -> Split:
    """Summands and their sums as samples. summands: (samples, places, 2)."""
    total, _ = sum_and_carry(summands)
    return Split(summands.astype(np.float32), total.astype(np.float32)[..., None], caption)
