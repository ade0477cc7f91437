"""Preset = data + model + training: every setting's type, range, default and help, declared once on its field.

The TOML reader, the forms in the window, ``--set model.units=256``, a run's saved settings and the README's table of
settings all derive from these declarations. No torch here: the window shows presets before torch is imported.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

Task = Literal["digits", "words"]


class _Settings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A group of settings."""


# --- data -------------------------------------------------------------------------------------------------------------


class StrokesDigits(_Settings, frozen=True, kw_only=True, tag="strokes-digits", tag_field="kind"):
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


class Mnist(_Settings, frozen=True, kw_only=True, tag="mnist", tag_field="kind"):
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


class Words(_Settings, frozen=True, kw_only=True, tag="words", tag_field="kind"):
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


Data = StrokesDigits | Mnist | Words

#: Every source of data by the word that names it in a preset.
DATA_KINDS: dict[str, type[StrokesDigits] | type[Mnist] | type[Words]] = {
    "strokes-digits": StrokesDigits,
    "mnist": Mnist,
    "words": Words,
}


# --- model ------------------------------------------------------------------------------------------------------------

CellName = Literal["lstm", "gru", "rnn-tanh", "rnn-relu"]
Readout = Literal["last", "both_ends", "mean", "max"]


class Recurrent(_Settings, frozen=True, kw_only=True, tag="recurrent", tag_field="kind"):
    """Input layer, a stack of recurrent layers, read-out and a linear head."""

    cell: Annotated[CellName, Meta(title="Cell", description="What one unit computes at one step.")] = "lstm"
    units: Annotated[int, Meta(ge=1, le=4096, title="Units", description="Width of h in each layer and direction.")] = (
        128
    )
    layers: Annotated[int, Meta(ge=1, le=16, title="Layers", description="Recurrent layers, one above the other.")] = 1
    bidirectional: Annotated[
        bool, Meta(title="Bidirectional", description="A second half of each layer reads the sequence backwards.")
    ] = False
    projection: Annotated[
        int,
        Meta(
            ge=0, le=4096, title="Input projection",
            description="Width of a linear layer before the first recurrent one; 0 leaves it out.",
            extra={"task": "digits"},
        ),
    ] = 0  # fmt: skip
    embedding: Annotated[
        int,
        Meta(
            ge=0, le=4096, title="Embedding",
            description="Width of the vector learnt for each word; 0 feeds one-hot vectors.",
            extra={"task": "words"},
        ),
    ] = 64  # fmt: skip
    dropout: Annotated[
        float,
        Meta(
            ge=0.0, le=0.95, title="Dropout", description="Share of outputs silenced, between layers and at the head."
        ),
    ] = 0.0
    readout: Annotated[
        Readout,
        Meta(
            title="Read-out",
            description="Which outputs the head sees: of the last step, of each direction's own last step, "
            "or the mean or maximum over all steps.",
            extra={"task": "digits"},
        ),
    ] = "last"
    forget_bias: Annotated[
        float,
        Meta(
            ge=-10.0, le=10.0, title="Forget bias",
            description="Initial bias of the forget gate; 1 lets memory through from the start (Jozefowicz 2015).",
            extra={"cell": "lstm"},
        ),
    ] = 1.0  # fmt: skip


Model = Recurrent


# --- training ---------------------------------------------------------------------------------------------------------

DeviceName = Literal["auto", "cpu", "cuda", "mps"]


class Training(_Settings, frozen=True, kw_only=True):
    """How the weights are found."""

    optimiser: Annotated[
        Literal["adam", "adamw", "rmsprop", "sgd"],
        Meta(title="Optimiser", description="The rule that moves the weights."),
    ] = "adam"
    rate: Annotated[float, Meta(gt=0.0, le=100.0, title="Learning rate", description="How far one step goes.")] = 1e-3
    schedule: Annotated[
        Literal["constant", "cosine"],
        Meta(title="Schedule", description="constant, or a cosine from the full rate down to nothing at the end."),
    ] = "constant"
    batch: Annotated[
        int, Meta(ge=1, le=65_536, title="Batch", description="Samples per step.", extra={"unit": "samples"})
    ] = 128
    epochs: Annotated[
        int,
        Meta(ge=0, le=100_000, title="Epochs", description="Passes over the training data; 0 when steps are given."),
    ] = 5
    steps: Annotated[
        int, Meta(ge=0, le=100_000_000, title="Steps", description="Batches in all; 0 leaves the length to the epochs.")
    ] = 0
    clip: Annotated[
        float,
        Meta(ge=0.0, le=1e6, title="Clip gradient", description="Largest norm of the gradient; 0 does not clip."),
    ] = 0.0
    weight_decay: Annotated[
        float, Meta(ge=0.0, le=10.0, title="Weight decay", description="L2 pull of the weights towards nothing.")
    ] = 0.0
    validate_every: Annotated[
        int,
        Meta(
            ge=0,
            le=1_000_000,
            title="Validate every",
            description="Steps between two validations; 0: once an epoch.",
            extra={"unit": "steps"},
        ),
    ] = 0
    seed: Annotated[
        int, Meta(ge=0, le=2**31 - 1, title="Seed", description="Start of every random choice of this training.")
    ] = 0
    device: Annotated[
        DeviceName, Meta(title="Device", description="auto takes a GPU when there is one that works.")
    ] = "auto"


# --- preset -----------------------------------------------------------------------------------------------------------


class Published(_Settings, frozen=True, kw_only=True):
    """The figure an article printed for this experiment."""

    figure: Annotated[float, Meta(description="The number.")]
    unit: Annotated[str, Meta(description="What it counts: 'percent right', 'mean squared error' ...")] = (
        "percent right"
    )
    test_set: Annotated[str, Meta(description="On what it was measured.")] = ""
    source: Annotated[str, Meta(description="Where it was published.")] = ""


class Preset(_Settings, frozen=True, kw_only=True):
    """One experiment. The name of its file is its id."""

    title: Annotated[str, Meta(min_length=1, max_length=80)]
    promise: Annotated[str, Meta(max_length=140, description="One line: what one gets.")] = ""
    shows: Annotated[str, Meta(description="What the experiment shows.")] = ""
    look_for: Annotated[str, Meta(description="What to watch while it trains.")] = ""
    data: Data
    model: Model
    training: Training = Training()
    published: Published | None = None

    @property
    def task(self) -> Task:
        return self.data.task


@dataclass(frozen=True)
class Interface:
    """What data and model must agree on.

    ``steps``: time steps of one sample. ``width``: numbers per step, 0 when a step is a symbol.
    ``symbols``: size of the vocabulary, 0 when a step is numbers. ``classes``: width of the answer.
    ``every_step``: the head answers after each step, not only after the last.
    """

    steps: int
    width: int
    symbols: int
    classes: int
    every_step: bool = False
