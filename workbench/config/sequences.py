"""Settings of the short sequences of numbers: sums bit by bit, a toy series, and primes."""

from typing import Annotated, ClassVar

from msgspec import Meta

from workbench.config.settings import Settings, Task

Seed = Annotated[
    int, Meta(ge=0, le=2**31 - 1, title="Data seed", description="Start of the stream the data are drawn from.")
]
Skip = Annotated[
    int,
    Meta(
        ge=0, le=1_000_000, title="Passed over",
        description="Numbers of the stream that come before the data; published programs drew weights from it first.",
    ),
]  # fmt: skip


class BinaryAddition(Settings, frozen=True, kw_only=True, tag="binary-addition", tag_field="kind"):
    """Two numbers and their sum, bit by bit, the lowest first; tested on every sum, and on sums of 64 bits."""

    task: ClassVar[Task] = "bits"

    bits: Annotated[
        int,
        Meta(
            ge=2, le=32, title="Bits",
            description="Places of the sum. Summands have one place less, so that there is room for the last carry.",
        ),
    ] = 8  # fmt: skip
    train: Annotated[
        int, Meta(ge=1, le=1_000_000, title="Training sums", description="How many pairs of summands to draw.")
    ] = 10_000
    seed: Seed = 0
    skip: Skip = 0


class Series(Settings, frozen=True, kw_only=True, tag="series", tag_field="kind"):
    """A few numbers to be told one after another; each step reads random numbers that say only which step it is."""

    task: ClassVar[Task] = "series"

    values: Annotated[
        str,
        Meta(min_length=1, title="Series", description="The numbers to be told, with spaces between them."),
    ] = "-0.5 0.2 0.1 -0.5"
    width: Annotated[
        int, Meta(ge=1, le=4096, title="Inputs", description="Random numbers from 0 to 1 that each step reads.")
    ] = 50
    seed: Seed = 0
    skip: Skip = 0


class Primes(Settings, frozen=True, kw_only=True, tag="primes", tag_field="kind"):
    """Primes in a row, the first again after the last: each step reads some, one further than the step before.

    It tells the one that follows. Every prime is divided by the bound, so that all numbers lie between 0 and 1.
    """

    task: ClassVar[Task] = "series"

    below: Annotated[int, Meta(ge=5, le=10_000, title="Primes below", description="Below 100 there are 25 primes.")] = (
        100
    )
    window: Annotated[
        int,
        Meta(
            ge=1, le=1024, title="Window",
            description="How many primes a step reads; 50 of 25 are all of them twice.", extra={"unit": "primes"},
        ),
    ] = 50  # fmt: skip
    samples: Annotated[int, Meta(ge=1, le=1000, title="Steps", description="How many primes are told, from 2 on.")] = 10
