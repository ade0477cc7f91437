"""One small, untrained network of every kind that can be exported."""

from tests.recurrents import recurrent
from tests.small import untrained
from workbench.config import (
    BinaryAddition,
    Convnet,
    Data,
    ImageFolder,
    Interface,
    Layer,
    Preset,
    Primes,
    Recurrent,
    Series,
    StrokesDigits,
    Words,
)
from workbench.config.digits import Read, digit_interface
from workbench.data.dataset import DIGITS
from workbench.data.sources import interface
from workbench.data.words import interface_with
from workbench.engine.trained import Trained


def digits(model: Recurrent | Convnet, read: Read = "rows") -> Trained:
    """A reader of digits."""
    preset = Preset(title="Digits", data=StrokesDigits(read=read), model=model)
    return untrained("digits", preset, digit_interface(read), DIGITS)


def words(model: Recurrent, **data: object) -> Trained:
    """A teller of eleven words; the text is nowhere."""
    settings = Words(text="/nowhere/at-all.txt", window=4, **data)  # type: ignore[arg-type]
    names = tuple(f"word {number}" for number in range(11))
    return untrained("words", Preset(title="Words", data=settings, model=model), interface_with(settings, 11), names)


def sequence(data: Data, answer: str, model: Recurrent) -> Trained:
    """One that answers with bits or numbers."""
    return untrained("sequence", Preset(title="Sequence", data=data, model=model), interface(data), (answer,))


def pictures(model: Convnet) -> Trained:
    """A convolution net of three classes, with a mean and a deviation of its own for each colour."""
    preset = Preset(title="Pictures", data=ImageFolder(folder="/nowhere", side=20), model=model)
    trained = untrained("pictures", preset, Interface(20, 60, 0, 3, picture=(20, 20, 3)), ("a", "b", "c"))
    for name, levels in (("mean", [0.4, 0.5, 0.6]), ("deviation", [0.2, 0.3, 0.4])):
        trained.weights[name][:] = trained.weights[name].new_tensor(levels)
    return trained


#: Every cell, those that run step by step too.
CELLS = {
    "lstm": Layer(units=5),
    "peepholes": Layer(units=5, peepholes=True),
    "no-outer-tanh": Layer(units=5, outer_tanh=False),
    "peepholes-no-outer-tanh": Layer(units=5, peepholes=True, outer_tanh=False),
    "gru": Layer(units=5, cell="gru"),
    "rnn-tanh": Layer(units=5, cell="rnn-tanh"),
    "rnn-relu": Layer(units=5, cell="rnn-relu"),
    "rnn-sigmoid": Layer(units=5, cell="rnn-sigmoid"),
}

MIXED = (Layer(units=4, bidirectional=True), Layer(cell="gru", units=3), Layer(cell="rnn-sigmoid", units=6))


def _both_ways(layer: Layer) -> Layer:
    return Layer(units=4, bidirectional=True, cell=layer.cell, peepholes=layer.peepholes, outer_tanh=layer.outer_tanh)


KINDS: dict[str, Trained] = {
    **{name: digits(Recurrent(stack=(layer,))) for name, layer in CELLS.items()},
    **{f"{name}-both-ways": digits(Recurrent(stack=(_both_ways(layer),))) for name, layer in CELLS.items()},
    "stack": digits(Recurrent(stack=MIXED)),
    "both-ends": digits(recurrent(units=5, layers=2, bidirectional=True, readout="both_ends")),
    "attention": digits(recurrent(units=5, bidirectional=True, readout="attention")),
    "mean": digits(recurrent(units=5, readout="mean")),
    "max": digits(recurrent(units=5, readout="max")),
    "no-bias": digits(recurrent(units=5, peepholes=True, bias=False, projection=3)),
    "pairs": digits(recurrent(units=5, projection=4), "pairs"),
    "pixels": digits(recurrent(units=5), "pixels"),
    "convnet": pictures(Convnet(first_units=12)),
    "convnet-no-activation": pictures(Convnet(first_units=12, activation="none")),
    "scalar": words(recurrent(units=5, input="scalar")),
    "one-hot": words(recurrent(units=5, input="one_hot"), targets="every"),
    "embedding": words(recurrent(units=5, layers=2, input="embedding"), targets="every", reading="stream"),
    "vectors": words(recurrent(units=5, input="word_vectors"), vector_width=7, answer="vector"),
    "tuned-vectors": words(recurrent(units=5, input="word_vectors", tune_vectors=True), vector_width=7),
    "bits": sequence(BinaryAddition(bits=6), "1", recurrent(units=5)),
    "series": sequence(Series(), "value", recurrent(units=5, head="first_units")),
    "primes": sequence(Primes(), "prime", recurrent(units=5)),
}
