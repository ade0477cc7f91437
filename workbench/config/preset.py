"""A preset: one experiment, data + model + training, what to look for, and the figure that was published."""

from typing import Annotated, Literal

from msgspec import Meta

from workbench.config.digits import DigitsMix, Mnist, StrokesDigits
from workbench.config.images import Cifar10, FashionMnist, ImageFolder, Kmnist
from workbench.config.model import Convnet, Layer, Recurrent
from workbench.config.sequences import BinaryAddition, Primes, Series
from workbench.config.settings import Settings, Task
from workbench.config.training import Training
from workbench.config.words import Words

Data = (
    StrokesDigits
    | Mnist
    | DigitsMix
    | FashionMnist
    | Kmnist
    | Words
    | Cifar10
    | ImageFolder
    | BinaryAddition
    | Series
    | Primes
)

#: Every source of data by the word that names it in a preset.
DATA_KINDS: dict[str, type[Data]] = {
    "strokes-digits": StrokesDigits,
    "mnist": Mnist,
    "digits-mix": DigitsMix,
    "fashion-mnist": FashionMnist,
    "kmnist": Kmnist,
    "words": Words,
    "cifar10": Cifar10,
    "image-folder": ImageFolder,
    "binary-addition": BinaryAddition,
    "series": Series,
    "primes": Primes,
}

Model = Recurrent | Convnet

#: Every kind of model by the word that names it in a preset.
MODEL_KINDS: dict[str, type[Model]] = {"recurrent": Recurrent, "convnet": Convnet}


class Published(Settings, frozen=True, kw_only=True):
    """The figure an article printed for this experiment, and which number of ours it is to be held against."""

    figure: Annotated[float, Meta(ge=-1e12, le=1e12, description="The number.")]
    unit: Annotated[
        str, Meta(description="What it counts: 'percent right', 'percent wrong', or a name: 'mean squared error'.")
    ] = "percent right"
    better: Annotated[
        Literal["higher", "lower"], Meta(description="Whether a higher or a lower number is the better one.")
    ] = "higher"
    test_set: Annotated[str, Meta(description="On what it was measured.")] = ""
    compare: Annotated[
        str,
        Meta(
            description="The number of ours that was measured on the same: the caption of the test split or of a part "
            "of it, or the name of a measured fact. 'loss': the loss on the test split. Empty: all of the test split."
        ),
    ] = ""
    source: Annotated[str, Meta(description="Where it was published.")] = ""
    printed: Annotated[
        tuple[tuple[Annotated[int, Meta(ge=0)], Annotated[float, Meta(ge=-1e12, le=1e12)]], ...],
        Meta(description="Errors it printed on the way: [step from 0, error before that step]."),
    ] = ()


class Preset(Settings, frozen=True, kw_only=True):
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

    @property
    def stack(self) -> tuple[Layer, ...]:
        """The recurrent layers; a convolution net has none."""
        return self.model.stack if isinstance(self.model, Recurrent) else ()
