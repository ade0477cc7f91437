"""Settings of training: how the weights are found."""

from typing import Annotated, Literal

from msgspec import Meta

from workbench.config.settings import Settings

DeviceName = Literal["auto", "cpu", "cuda", "mps"]


class Training(Settings, frozen=True, kw_only=True):
    """How the weights are found."""

    optimiser: Annotated[
        Literal["adam", "adamw", "rmsprop", "sgd"],
        Meta(title="Optimiser", description="The rule that moves the weights."),
    ] = "adam"
    momentum: Annotated[
        float,
        Meta(
            ge=0.0, le=0.999, title="Momentum",
            description="Of SGD: the share of its last step that a step takes again (Polyak, 1964); 0 is plain SGD.",
            extra={"engine": "torch"},
        ),
    ] = 0.0  # fmt: skip
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
        float,
        Meta(
            ge=0.0, le=10.0, title="Weight decay",
            description="L2 regularisation, a pull of the weights towards nothing: added to the gradient, but by AdamW "
            "taken off the weights themselves (Loshchilov and Hutter, 2019).",
        ),
    ] = 0.0  # fmt: skip
    average: Annotated[
        float,
        Meta(
            ge=0.0, le=0.999999, title="Average weights",
            description="Share of the weights' running average that each step keeps; the average is then what is "
            "validated, shown, tested and kept. 0: no average.",
            extra={"engine": "torch"},
        ),
    ] = 0.0  # fmt: skip
    every_step: Annotated[
        bool,
        Meta(
            title="Every step",
            description="The loss is the mean over the answers after every step, so that beliefs on the way are learnt "
            "too; otherwise that of the last step's answer alone, which is what validation and test count anyway.",
            extra={"task": ("digits", "images"), "engine": "torch"},
        ),
    ] = False
    precision: Annotated[
        Literal["float32", "bfloat16"],
        Meta(
            title="Precision",
            description="Numbers inside a step. bfloat16 is faster where the processor has it; weights stay float32.",
            extra={"engine": "torch"},
        ),
    ] = "float32"
    kept: Annotated[
        Literal["float32", "float16"],
        Meta(
            title="Weights kept as",
            description="Numbers of the finished network; float16 halves its file. What is kept is what is tested.",
            extra={"engine": "torch"},
        ),
    ] = "float32"
    turn: Annotated[
        float,
        Meta(
            ge=0.0, le=180.0, title="Turn", description="Pictures are turned at random, by up to so much.",
            extra={"task": ("digits", "images"), "unit": "degrees"},
        ),
    ] = 0.0  # fmt: skip
    slant: Annotated[
        float,
        Meta(
            ge=0.0, le=1.0, title="Slant",
            description="Pictures are slanted at random: moved sideways by up to this share of the height.",
            extra={"task": ("digits", "images")},
        ),
    ] = 0.0  # fmt: skip
    stretch: Annotated[
        float,
        Meta(
            ge=0.0, le=1.0, title="Stretch",
            description="Width and height are scaled at random, the logarithm of each by up to so much.",
            extra={"task": ("digits", "images")},
        ),
    ] = 0.0  # fmt: skip
    shift: Annotated[
        float,
        Meta(
            ge=0.0, le=28.0, title="Shift", description="Pictures are moved at random, by up to so much each way.",
            extra={"task": ("digits", "images"), "unit": "pixels"},
        ),
    ] = 0.0  # fmt: skip
    bend: Annotated[
        float,
        Meta(
            ge=0.0, le=10.0, title="Bend",
            description="Pictures are bent at random, like rubber (Simard 2003): standard deviation of the points "
            "that pull them.",
            extra={"task": ("digits", "images"), "unit": "pixels"},
        ),
    ] = 0.0  # fmt: skip
    pen: Annotated[
        float,
        Meta(
            ge=0.0, le=1.0, title="Another pen",
            description="Lines are made thicker or thinner at random, by up to so much on each side.",
            extra={"task": "digits", "unit": "pixels"},
        ),
    ] = 0.0  # fmt: skip
    mirror: Annotated[
        bool,
        Meta(
            title="Mirror", description="Half of the pictures are mirrored, left for right.",
            extra={"task": "images"},
        ),
    ] = False  # fmt: skip
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
    engine: Annotated[
        Literal["torch", "scratch"],
        Meta(
            title="Engine",
            description="torch, or scratch: forwards and backwards written out by hand in NumPy, by plain gradient "
            "descent (sgd) on the CPU, through the examples in the order they were drawn.",
        ),
    ] = "torch"
    start_order: Annotated[
        Literal["network", "adder", "gates-alike", "gates-apart"],
        Meta(
            title="Start",
            description="In which order first weights are drawn. network: as the network holds them. adder: as Trask's "
            "program did. gates-apart: an LSTM gate by gate. gates-alike: the same, from the seed anew each time, so "
            "that all gates begin with the same weights, as in Jimenez's program.",
            extra={"engine": "scratch"},
        ),
    ] = "network"
    start_reach: Annotated[
        float,
        Meta(
            ge=0.0, le=100.0, title="Start within",
            description="First weights lie between minus this and this; 0: 1 / sqrt(units).",
            extra={"engine": "scratch"},
        ),
    ] = 0.0  # fmt: skip
    bit_loss: Annotated[
        Literal["cross_entropy", "squared"],
        Meta(
            title="Loss of a bit",
            description="cross_entropy, or half the squared error of its probability, as the first articles have it.",
            extra={"engine": "scratch", "task": "bits"},
        ),
    ] = "cross_entropy"
    device: Annotated[
        DeviceName,
        Meta(
            title="Device",
            description="auto takes a GPU when there is one that works.",
            extra={"engine": "torch"},
        ),
    ] = "auto"
    deterministic: Annotated[
        bool,
        Meta(
            title="Repeatable",
            description="On a GPU only kernels that add up in a fixed order are used, which are slower. Then torch "
            "promises the same bits again on the same GPU with the same versions, not on another one, and refuses a "
            "step that it has no such kernel for. On the CPU a training is repeated to the bit without this.",
            extra={"engine": "torch"},
        ),
    ] = False
