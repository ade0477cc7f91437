"""Settings of the source of words: a text, how it is cut, and what is learnt from it."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from workbench.config.settings import Settings, Task

Split = Literal["spaces", "words", "segments", "characters"]


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
        Split,
        Meta(
            title="Cut at",
            description="spaces: only at white space. words: words, punctuation and Chinese characters each alone. "
            "segments: Chinese words too, found by jieba. characters: every character, spaces and line ends included.",
        ),
    ] = "spaces"
    window: Annotated[
        int,
        Meta(
            ge=1,
            le=1024,
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
    answer: Annotated[
        Literal["word", "vector"],
        Meta(
            title="Answers with",
            description="word: a probability for every word. vector: the next word's vector, by mean squared error; "
            "the word whose vector is nearest by cosine is meant.",
        ),
    ] = "word"
    reading: Annotated[
        Literal["windows", "in_turn", "stream"],
        Meta(
            title="Read as",
            description="windows: shuffled, each from an empty state. in_turn: in the text's order, each beginning "
            "after the word that the one before told, from an empty state; where a pass begins is drawn anew. stream: "
            "one window after another, the state carried over (backpropagation through time, truncated at the window).",
        ),
    ] = "windows"
    windows: Annotated[
        int,
        Meta(ge=0, le=100_000_000, title="First windows", description="Only the first so many windows; 0 takes all."),
    ] = 0
    held_out: Annotated[
        float,
        Meta(
            ge=0.0,
            le=0.3,
            title="Held out",
            description="Share of the text, at its end, kept for the test, and as much before it to watch while "
            "training; 0 holds nothing out: the text is learnt by heart and read back.",
        ),
    ] = 0.0
    least: Annotated[
        int,
        Meta(
            ge=1,
            le=1_000_000,
            title="Least often",
            description="Words that the text has less often are read as one and the same rare word.",
            extra={"unit": "times"},
        ),
    ] = 1
    vocabulary: Annotated[
        int,
        Meta(
            ge=0,
            le=1_000_000,
            title="Vocabulary",
            description="Most words to know, the most frequent ones; the others are read as one rare word. 0: all.",
            extra={"unit": "words"},
        ),
    ] = 0
    vector_width: Annotated[
        int,
        Meta(
            ge=0,
            le=2_000,
            title="Word vectors",
            description="Width of the vectors that gensim learns from the text (continuous bag of words); 0: none.",
        ),
    ] = 0
    vector_window: Annotated[
        int,
        Meta(
            ge=1,
            le=100,
            title="Vectors: window",
            description="How many words on each side tell the word between them.",
            extra={"unit": "words", "needs": "vectors"},
        ),
    ] = 8
    vector_negative: Annotated[
        int,
        Meta(
            ge=1,
            le=200,
            title="Vectors: negative",
            description="Words drawn by chance that each right word is told from.",
            extra={"needs": "vectors"},
        ),
    ] = 25
    vector_subsampling: Annotated[
        float,
        Meta(
            ge=0.0,
            le=1.0,
            title="Vectors: subsampling",
            description="Words more frequent than this share of the text are often skipped; 0 skips none.",
            extra={"needs": "vectors"},
        ),
    ] = 1e-4
    vector_epochs: Annotated[
        int,
        Meta(
            ge=1,
            le=10_000,
            title="Vectors: epochs",
            description="Passes over the text; a short one needs hundreds.",
            extra={"needs": "vectors"},
        ),
    ] = 15
    vector_seed: Annotated[
        int,
        Meta(
            ge=0,
            le=2**31 - 1,
            title="Vectors: seed",
            description="The same seed learns the same vectors.",
            extra={"needs": "vectors"},
        ),
    ] = 0
