"""The words for ids that can be chosen, as people know them."""

from workbench.ui.text import tr


def choice_name(option: str) -> str:
    """``lstm`` is "LSTM"; an id without a word of its own is shown as it stands."""
    names = {
        "lstm": tr("LSTM"), "gru": tr("GRU"), "rnn-tanh": tr("RNN, tanh"), "rnn-relu": tr("RNN, ReLU"),
        "rnn-sigmoid": tr("RNN, sigmoid"), "uniform": tr("uniform"), "orthogonal": tr("orthogonal"),
        "identity": tr("identity"), "xavier": tr("Xavier"),
        "last": tr("last"), "both_ends": tr("both ends"), "mean": tr("mean"), "max": tr("maximum"),
        "attention": tr("attention"),
        "every": tr("every"), "spaces": tr("spaces"), "words": tr("words"),
        "segments": tr("Chinese"), "characters": tr("characters"), "word": tr("a word"),
        "vector": tr("a vector"), "windows": tr("windows"), "in_turn": tr("windows in turn"), "stream": tr("a stream"),
        "scalar": tr("its number"), "one_hot": tr("one-hot"), "embedding": tr("embedding"),
        "word_vectors": tr("word vectors"),
        "adam": tr("Adam"), "adamw": tr("AdamW"), "rmsprop": tr("RMSprop"), "sgd": tr("SGD"),
        "constant": tr("constant"), "cosine": tr("cosine"),
        "rows": tr("one row a step"), "pairs": tr("two rows a step"), "pixels": tr("one pixel a step"),
        "torch": tr("torch"), "scratch": tr("by hand"), "network": tr("in order"),
        "adder": tr("as the adder"), "gates-alike": tr("gates alike"),
        "gates-apart": tr("gates apart"), "cross_entropy": tr("cross-entropy"), "squared": tr("squared error"),
        "relu": tr("ReLU"), "none": tr("none"),
        "linear": tr("linear"), "first_units": tr("first units"),
        "auto": tr("automatic"), "cpu": tr("CPU"), "cuda": tr("CUDA GPU"), "mps": tr("Apple GPU"),
    }  # fmt: skip
    return names.get(option, option)


def source_name(kind: str) -> str:
    """The word for a source of data, by the id that presets use."""
    names = {
        "strokes-digits": tr("Drawn digits"), "mnist": tr("MNIST"), "words": tr("A text"),
        "fashion-mnist": tr("Fashion-MNIST"), "kmnist": tr("KMNIST"), "cifar10": tr("CIFAR-10"),
        "image-folder": tr("A folder of images"),
        "digits-mix": tr("Digits of many hands"),
        "binary-addition": tr("Sums, bit by bit"), "series": tr("A series"), "primes": tr("Primes"),
    }  # fmt: skip
    return names.get(kind, kind)


def model_name(kind: str) -> str:
    """The word for a kind of model, by the id that presets use."""
    return {"recurrent": tr("Recurrent"), "convnet": tr("Convolutions")}.get(kind, kind)
