"""Settings of the sources of words."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from workbench.config.settings import Settings, Task


class Words(Settings, frozen=True, kw_only=True, tag="words", tag_field="kind"):
    """A text, cut into words; some of them predict the next."""

    task: ClassVar[Task] = "words"

    text: Annotated[
        str,
        Meta(
            min_length=1,
            title="Text",
            description="The name of a text that comes with the workbench, or a text file (UTF-8 or GBK).",
            extra={"path": "file"},
        ),
    ] = "belling-the-cat"
    split: Annotated[
        Literal["spaces", "words"],
        Meta(
            title="Cut at",
            description="spaces: only at white space. words: words, punctuation and Chinese characters each alone.",
        ),
    ] = "spaces"
    window: Annotated[
        int,
        Meta(
            ge=1,
            le=256,
            title="Window",
            description="How many words the network reads to tell the next.",
            extra={"unit": "words"},
        ),
    ] = 3
    targets: Annotated[
        Literal["last", "every"],
        Meta(
            title="Learns from",
            description="last: only the word after the window. every: the word after each word of the window too.",
        ),
    ] = "last"
