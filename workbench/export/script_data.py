"""A standalone script's data: drawn anew in a few lines, through torchvision, or in a file written beside it."""

from dataclasses import dataclass, field
from typing import Any

import msgspec
from numpy.typing import NDArray

from workbench.config import (
    BinaryAddition,
    Cifar10,
    FashionMnist,
    Interface,
    Kmnist,
    Mnist,
    Preset,
    Primes,
    Series,
    Words,
)
from workbench.data.binary_addition import DRAWN, EVERY_SUM_BITS
from workbench.data.primes import primes_below
from workbench.data.series import values_of
from workbench.data.sources import interface, load
from workbench.data.text import read_text, text_path, words_of
from workbench.data.vocabulary import RARE
from workbench.data.words import MOST_READ_BACK
from workbench.outcome import outcome


@dataclass
class ScriptData:
    """Lines that give ``train_x, train_y, test_x, test_y``, what they import, and files beside the script."""

    interface: Interface
    lines: list[str]
    imports: set[str] = field(default_factory=set)
    #: By suffix: arrays for a .npz, or the text of a .txt or .json.
    arrays: dict[str, NDArray[Any]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    #: Whether the data are downloaded by torchvision into a folder.
    has_folder: bool = False
    #: Whether vectors came with the symbols, as ``vectors``.
    has_vectors: bool = False


def script_data(preset: Preset) -> ScriptData:
    """The data of a preset. What is drawn, cut or learnt by code of ours is written beside. Raises BadInput."""
    data = preset.data
    match data:
        case Mnist() | FashionMnist() | Kmnist():
            name = {"mnist": "MNIST", "fashion-mnist": "FashionMNIST", "kmnist": "KMNIST"}[_kind(data)]
            return _through_torchvision(interface(data), name, data.train, "")
        case Cifar10():
            return _through_torchvision(interface(data), "CIFAR10", data.train, ".flatten(2)")
        case BinaryAddition():
            return ScriptData(interface(data), _sums(data), {"import numpy as np"})
        case Series():
            return ScriptData(interface(data), _series(data), {"import numpy as np"})
        case Primes():
            return ScriptData(interface(data), _primes(data))
        case Words():
            return _words(data)
        case _:
            dataset = outcome(load(data))
            arrays = {
                "train_x": dataset.train.inputs, "train_y": dataset.train.targets,
                "test_x": dataset.test.inputs, "test_y": dataset.test.targets,
            }  # fmt: skip
            lines = [
                "# " + " ".join(f"{dataset.train.caption}, and {dataset.test.caption}.".split()),
                'names = ("train_x", "train_y", "test_x", "test_y")',
                'with np.load(Path(__file__).with_suffix(".npz")) as beside:',
                "    train_x, train_y, test_x, test_y = (torch.from_numpy(beside[name]) for name in names)",
            ]
            return ScriptData(dataset.interface, lines, {"import numpy as np", "from pathlib import Path"}, arrays)


def _kind(data: Any) -> str:
    return str(msgspec.to_builtins(data)["kind"])


def _through_torchvision(found: Interface, name: str, train: int, then: str) -> ScriptData:
    """Pictures row by row: (samples, height, width * channels), bytes."""
    lines = [
        f"kind = torchvision.datasets.{name}",
        "train, test = (kind(given.data, train=first, download=True) for first in (True, False))",
        f"train_x, test_x = (torch.as_tensor(part.data){then} for part in (train, test))  # row by row",
        "train_y, test_y = (torch.as_tensor(part.targets) for part in (train, test))",
        f"train_x, train_y = train_x[:{train}], train_y[:{train}]  # what comes after is held out",
    ]
    return ScriptData(found, lines, {"import torchvision"}, has_folder=True)


def _sums(data: BinaryAddition) -> list[str]:
    below = 2 ** (data.bits - 1)
    lines = [
        "def sums(summands):",
        '    """The bits of two summands, the lowest first, (sums, bits, 2), and those of their sums."""',
        f"    places = np.arange({data.bits})",
        "    bits = summands[:, None, :] >> places[:, None] & 1",
        "    total = summands.sum(1)[:, None] >> places & 1",
        "    return torch.tensor(bits, dtype=torch.float32), torch.tensor(total[..., None], dtype=torch.float32)",
        "",
        "",
        f"random = np.random.RandomState({data.seed})",
        *([f"random.random_sample({data.skip})"] if data.skip else []),
        f"train_x, train_y = sums(random.randint({below}, size=({data.train}, 2)))",
    ]
    if data.bits <= EVERY_SUM_BITS:
        return [
            *lines,
            f"every = np.indices(({below}, {below})).reshape(2, -1).T  # all pairs there are",
            "test_x, test_y = sums(every)",
        ]
    drawn = f"np.random.RandomState({data.seed + 1}).randint({below}, size=({DRAWN}, 2))"
    return [*lines, f"test_x, test_y = sums({drawn})"]


def _series(data: Series) -> list[str]:
    values = values_of(data)
    return [
        f"values = {values}",
        f"random = np.random.RandomState({data.seed})",
        *([f"random.random_sample({data.skip})"] if data.skip else []),
        f"train_x = torch.tensor(random.random_sample((1, {len(values)}, {data.width})), dtype=torch.float32)",
        "train_y = torch.tensor(values)[None, :, None]",
        "test_x, test_y = train_x, train_y  # it is to be known by heart",
    ]


def _primes(data: Primes) -> list[str]:
    count = len(primes_below(data.below))
    return [
        f"# The {count} primes below {data.below}.",
        f"primes = [n for n in range(2, {data.below}) if all(n % k for k in range(2, int(n**0.5) + 1))]",
        f"known = torch.tensor(primes, dtype=torch.float64) / {data.below}",
        f"places = torch.arange({data.samples})[:, None] + torch.arange({data.window + 1})",
        "rows = known[places % len(known)][None].float()  # (1, time, window + 1), round and round",
        "train_x, train_y = rows[..., :-1], rows[..., -1:]",
        "test_x, test_y = train_x, train_y  # they are to be known by heart",
    ]


def _words(data: Words) -> ScriptData:
    text = read_text(text_path(data.text))
    found = ScriptData(interface(data), [], {"from collections import Counter", "from pathlib import Path"})
    if data.split in ("spaces", "characters"):
        found.texts[".txt"] = text
        found.lines.append('text = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8")')
        found.lines.append("words = text.split()" if data.split == "spaces" else "words = list(text)")
    else:
        found.texts[".json"] = msgspec.json.encode(words_of(text, data.split)).decode()
        found.imports.add("import json")
        found.lines.append('words = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))')
    found.lines += [
        "counts = Counter(words)",
        "# The most frequent word is 0.",
        f"vocabulary = [word for word, count in counts.most_common({data.vocabulary or ''}) if count >= {data.least}]",
    ]
    if data.vocabulary or data.least > 1:
        found.lines += [
            "if len(vocabulary) < len(counts):",
            f"    vocabulary.append({RARE!r})  # all the others",
        ]
    found.lines += [
        "number = {word: symbol for symbol, word in enumerate(vocabulary)}",
        "symbols = torch.tensor([number.get(word, len(vocabulary) - 1) for word in words])",
        *_windows(data),
    ]
    if data.vector_width:
        vectors = outcome(load(data)).vectors
        assert vectors is not None
        found.arrays["vectors"] = vectors
        found.has_vectors = True
        found.imports.add("import numpy as np")
        found.lines += [
            'with np.load(Path(__file__).with_suffix(".npz")) as beside:',
            '    vectors = torch.from_numpy(beside["vectors"])  # learnt by gensim, (words, width)',
        ]
    return found


def _windows(data: Words) -> list[str]:
    """The lines that cut the text into windows, each with what follows."""
    target = "windows[1:]" if data.targets == "every" else f"symbols[{data.window}:]"
    lines = [
        "",
        "",
        "def split(symbols):",
        '    """Every window of the text, and what follows."""',
        f"    windows = symbols.unfold(0, {data.window}, 1)",
        f"    return windows[:-1], {target}",
        "",
        "",
    ]
    if data.held_out:
        return [
            *lines,
            f"held_out = round(len(symbols) * {data.held_out})",
            "train_x, train_y = split(symbols[: len(symbols) - 2 * held_out])",
            "test_x, test_y = split(symbols[len(symbols) - held_out :])",
        ]
    first = f"[:{data.windows}]" if data.windows else ""
    lines.append(f"train_x, train_y = (part{first} for part in split(symbols))" if first else
                 "train_x, train_y = split(symbols)")  # fmt: skip
    if data.reading != "stream":
        lines.append(f"every = -(-len(train_x) // {MOST_READ_BACK})")
        return [*lines, "test_x, test_y = train_x[::every], train_y[::every]  # it is to be known by heart"]
    return [*lines, "test_x, test_y = train_x, train_y  # it is to be known by heart"]
