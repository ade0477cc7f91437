"""Settings of the sources of digits: drawn by our own generator, or scanned."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from workbench.config.interface import Interface
from workbench.config.settings import Settings, Task

#: Numbers that one step reads, by how a digit of 28 x 28 is read.
READS: dict[str, int] = {"rows": 28, "pairs": 56, "pixels": 1}

Read = Annotated[
    Literal["rows", "pairs", "pixels"],
    Meta(
        title="Read",
        description="What a step reads: a row, 28 steps; a pair of rows, 14 steps; or a pixel, 784 steps.",
    ),
]


def digit_interface(read: str) -> Interface:
    """A digit of 28 x 28 grey levels as it is read, ten classes."""
    width = READS[read]
    return Interface(steps=28 * 28 // width, width=width, symbols=0, classes=10, picture=(28, 28, 1))


class StrokesDigits(Settings, frozen=True, kw_only=True, tag="strokes-digits", tag_field="kind"):
    """Handwritten-like digits drawn by our own generator; needs no download."""

    task: ClassVar[Task] = "digits"
    #: Height and width of a picture, as every source of pictures has it.
    side: ClassVar[int] = 28

    train: Annotated[int, Meta(ge=100, le=1_000_000, title="Training digits", description="How many to draw.")] = 60_000
    validation: Annotated[
        int, Meta(ge=10, le=100_000, title="Validation digits", description="Held out, to watch while training.")
    ] = 2_000
    test: Annotated[
        int, Meta(ge=10, le=100_000, title="Test digits", description="Seen once only, when training has ended.")
    ] = 5_000
    read: Read = "rows"
    seed: Annotated[
        int, Meta(ge=0, le=2**31 - 1, title="Drawing seed", description="The same seed draws the same digits.")
    ] = 0


class Mnist(Settings, frozen=True, kw_only=True, tag="mnist", tag_field="kind"):
    """MNIST: 70,000 scanned handwritten digits, through torchvision."""

    task: ClassVar[Task] = "digits"
    #: Height and width of a picture, as every source of pictures has it.
    side: ClassVar[int] = 28

    folder: Annotated[
        str,
        Meta(
            title="Folder",
            description="The folder that holds MNIST/raw. Empty: the workbench's own, downloaded when missing (12 MB).",
            extra={"path": "folder"},
        ),
    ] = ""
    train: Annotated[
        int, Meta(ge=100, le=60_000, title="Training digits", description="The first so many; the rest are unused.")
    ] = 55_000
    validation: Annotated[
        int,
        Meta(ge=10, le=30_000, title="Validation digits", description="The last so many of the 60,000, held out."),
    ] = 5_000
    read: Read = "rows"


class DigitsMix(Settings, frozen=True, kw_only=True, tag="digits-mix", tag_field="kind"):
    """MNIST, digits written with a pen, and drawn ones together, to read everybody's digits."""

    task: ClassVar[Task] = "digits"
    side: ClassVar[int] = 28

    folder: Annotated[
        str,
        Meta(
            title="Folder of MNIST",
            description="The folder that holds MNIST/raw. Empty: the workbench's own, downloaded when missing (12 MB).",
            extra={"path": "folder"},
        ),
    ] = ""
    validation: Annotated[
        int,
        Meta(
            ge=10, le=30_000, title="Validation digits",
            description="The last so many of MNIST's 60,000 training digits, held out; those before are learnt from.",
        ),
    ] = 5_000  # fmt: skip
    pen: Annotated[
        str,
        Meta(
            title="Pen traces",
            description="A file of digits as pen traces (UNIPEN), drawn as the pad would draw them. Empty: none.",
            extra={"path": "file"},
        ),
    ] = ""
    pens: Annotated[
        int,
        Meta(ge=1, le=9, title="Pens", description="With how many pens, from thin to thick, each trace is drawn."),
    ] = 2
    drawn: Annotated[
        int,
        Meta(ge=0, le=1_000_000, title="Drawn digits", description="How many digits of our own generator are added."),
    ] = 4_000
    read: Read = "rows"
    seed: Annotated[
        int, Meta(ge=0, le=2**31 - 1, title="Drawing seed", description="The same seed draws the same digits.")
    ] = 0
