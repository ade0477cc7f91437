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
