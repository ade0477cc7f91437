"""Settings of the models: a stack of recurrent layers, or a convolution net for contrast."""

from typing import Annotated, Literal

from msgspec import Meta

from workbench.config.settings import Settings

CellName = Literal["lstm", "gru", "rnn-tanh", "rnn-relu", "rnn-sigmoid"]
Readout = Literal["last", "both_ends", "mean", "max", "attention"]
Input = Literal["scalar", "one_hot", "embedding", "word_vectors"]
RecurrentStart = Literal["uniform", "orthogonal", "identity", "xavier"]
Head = Literal["linear", "first_units"]
Activation = Literal["relu", "none"]


class Layer(Settings, frozen=True, kw_only=True):
    """One recurrent layer of a stack."""

    cell: Annotated[CellName, Meta(title="Cell", description="What one unit computes at one step.")] = "lstm"
    units: Annotated[int, Meta(ge=1, le=4096, title="Units", description="Width of h in each direction.")] = 128
    bidirectional: Annotated[
        bool, Meta(title="Bidirectional", description="A second half of the layer reads the sequence backwards.")
    ] = False
    peepholes: Annotated[
        bool,
        Meta(
            title="Peepholes",
            description="The gates also see the cell state (Gers and Schmidhuber, 2000). Slower: step by step.",
            extra={"cell": "lstm"},
        ),
    ] = False
    outer_tanh: Annotated[
        bool,
        Meta(
            title="Outer tanh",
            description="h = o tanh(c); without it h = o c, as some write it by hand. Slower: step by step.",
            extra={"cell": "lstm"},
        ),
    ] = True

    @property
    def sees_cell(self) -> bool:
        """Whether it has peepholes: a setting of LSTMs, which says nothing where it was left on for another cell."""
        return self.cell == "lstm" and self.peepholes

    @property
    def lacks_outer_tanh(self) -> bool:
        """Whether it is an LSTM whose h is o c; the setting says nothing for another cell."""
        return self.cell == "lstm" and not self.outer_tanh


def stacked(
    cell: CellName = "lstm", units: int = 128, layers: int = 1, bidirectional: bool = False
) -> tuple[Layer, ...]:
    """A stack of equal layers."""
    return (Layer(cell=cell, units=units, bidirectional=bidirectional),) * layers


class Recurrent(Settings, frozen=True, kw_only=True, tag="recurrent", tag_field="kind"):
    """Input layer, a stack of recurrent layers, read-out and head."""

    stack: Annotated[
        tuple[Layer, ...],
        Meta(min_length=1, max_length=16, title="Layers", description="Recurrent layers, the lowest first."),
    ] = (Layer(),)
    projection: Annotated[
        int,
        Meta(
            ge=0, le=4096, title="Input projection",
            description="Width of a linear layer before the first recurrent one; 0 leaves it out.",
            extra={"task": ("digits", "images", "bits", "series")},
        ),
    ] = 0  # fmt: skip
    input: Annotated[
        Input,
        Meta(
            title="Input",
            description="What stands for a word. scalar: its number in the vocabulary. one_hot: a vector with a single "
            "1. embedding: a vector learnt along. word_vectors: the vector that gensim learnt from the text.",
            extra={"task": "words"},
        ),
    ] = "embedding"
    embedding: Annotated[
        int,
        Meta(
            ge=1, le=4096, title="Embedding", description="Width of the vector learnt for each word.",
            extra={"task": "words", "needs": "embedding"},
        ),
    ] = 64  # fmt: skip
    tune_vectors: Annotated[
        bool,
        Meta(
            title="Tune the vectors",
            description="Whether gensim's vectors are learnt further as they are read; otherwise they stay fixed.",
            extra={"task": "words", "needs": "vector input"},
        ),
    ] = False
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
            "the mean or maximum over all steps, or their sum weighted by attention (Yang 2016).",
            extra={"task": ("digits", "images")},
        ),
    ] = "last"
    head: Annotated[
        Head,
        Meta(
            title="Head",
            description="linear: weights of its own make the answer from what is read out. first_units: the first "
            "units of the top layer are the answer.",
        ),
    ] = "linear"
    forget_bias: Annotated[
        float,
        Meta(
            ge=-10.0, le=10.0, title="Forget bias",
            description="Initial bias of the forget gate; 1 lets memory through from the start (Jozefowicz 2015).",
            extra={"cell": "lstm"},
        ),
    ] = 1.0  # fmt: skip
    longest_memory: Annotated[
        int,
        Meta(
            ge=0, le=1_000_000, title="Longest memory",
            description="Units start with memories of all lengths up to this many steps, by the biases of their input "
            "and forget gates (Tallec and Ollivier, 2018); 0 starts them all with the forget bias.",
            extra={"cell": "lstm", "unit": "steps"},
        ),
    ] = 0  # fmt: skip
    recurrent_start: Annotated[
        RecurrentStart,
        Meta(
            title="Recurrent start",
            description="The recurrent matrices before training: uniform; orthogonal (Saxe 2014); the identity "
            "(Le 2015), which passes h on unchanged; or Xavier's uniform (Glorot 2010).",
        ),
    ] = "uniform"
    bias: Annotated[
        bool, Meta(title="Biases", description="Whether units have a bias; without, they are 0 and stay so.")
    ] = True

    @property
    def reads_backwards(self) -> bool:
        """Whether any layer has a half that reads the sequence from its end."""
        return any(layer.bidirectional for layer in self.stack)


class Convnet(Settings, frozen=True, kw_only=True, tag="convnet", tag_field="kind"):
    """Two convolutions, each followed by pooling, and three linear layers (LeCun et al., 1998); no recurrence."""

    first_maps: Annotated[
        int, Meta(ge=1, le=512, title="First maps", description="Patterns that the first convolution looks for.")
    ] = 6
    second_maps: Annotated[
        int, Meta(ge=1, le=512, title="Second maps", description="Patterns of patterns: the second convolution's.")
    ] = 16
    kernel: Annotated[
        int,
        Meta(
            ge=1, le=11, title="Kernel", description="Height and width of one pattern, in both convolutions.",
            extra={"unit": "pixels"},
        ),
    ] = 5  # fmt: skip
    first_units: Annotated[
        int, Meta(ge=1, le=4096, title="First units", description="Width of the first linear layer.")
    ] = 120
    second_units: Annotated[
        int, Meta(ge=1, le=4096, title="Second units", description="Width of the second linear layer.")
    ] = 84
    activation: Annotated[
        Activation,
        Meta(
            title="Activation",
            description="What becomes of the sums of each layer but the last. relu: those below 0 become 0. none: they "
            "stay, and the maxima of pooling are all that keeps the net from being one linear map.",
        ),
    ] = "relu"
    dropout: Annotated[
        float,
        Meta(ge=0.0, le=0.95, title="Dropout", description="Share of the pooled second maps silenced."),
    ] = 0.0

    def pooled_side(self, side: int) -> int:
        """What two convolutions, each halved by pooling, leave of a picture's side; below 1 it was too small."""
        return ((side - self.kernel + 1) // 2 - self.kernel + 1) // 2
