"""Settings of the sources of digits: drawn by our own generator, or scanned."""

from typing import Annotated, ClassVar

from msgspec import Meta

from workbench.config.settings import Settings, Task


class StrokesDigits(Settings, frozen=True, kw_only=True, tag="strokes-digits", tag_field="kind"):
    """Handwritten-like digits drawn by our own generator; needs no download."""

    task: ClassVar[Task] = "digits"

    train: Annotated[int, Meta(ge=100, le=1_000_000, title="Training digits", description="How many to draw.")] = 60_000
    validation: Annotated[
        int, Meta(ge=10, le=100_000, title="Validation digits", description="Held out, to watch while training.")
    ] = 2_000
    test: Annotated[
        int, Meta(ge=10, le=100_000, title="Test digits", description="Seen once only, when training has ended.")
    ] = 5_000
    seed: Annotated[
        int, Meta(ge=0, le=2**31 - 1, title="Drawing seed", description="The same seed draws the same digits.")
    ] = 0


class Mnist(Settings, frozen=True, kw_only=True, tag="mnist", tag_field="kind"):
    """MNIST: 70,000 scanned handwritten digits, through torchvision."""

    task: ClassVar[Task] = "digits"

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
