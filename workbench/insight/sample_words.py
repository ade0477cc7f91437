"""A sample in words: what it reads, what is right and what was told, as people write them."""

from typing import Any

import numpy as np

from workbench.config import Interface, Preset, Words
from workbench.data.dataset import Split
from workbench.data.text import told

#: Of a long text the end is shown.
LONGEST = 12


def sample_words(preset: Preset, interface: Interface, classes: tuple[str, ...], split: Split, number: int) -> str:
    """``had a general council`` or ``57 + 70``; of what has no words its number, ``test sample 3``."""
    match preset.task:
        case "words" if isinstance(preset.data, Words):
            words = [classes[int(symbol)] for symbol in split.inputs[number]]
            shown = words[-LONGEST:] if preset.data.split != "characters" else words[-4 * LONGEST :]
            text = told(shown, preset.data.split).replace("\n", "↵")
            return ("… " if len(shown) < len(words) else "") + text
        case "bits":
            a, b = (as_number(split.inputs[number][:, summand]) for summand in (0, 1))
            return f"{a:,} + {b:,}"
        case "series":
            return f"step {number % interface.steps}" if interface.every_step else f"series {number}"
        case _:
            return f"test sample {number:,}"


def answer_words(interface: Interface, classes: tuple[str, ...], answer: Any) -> str:
    """One answer: a class's or word's name, the number that bits make, or the numbers themselves."""
    match interface.answer:
        case "class" | "vector":
            return classes[int(answer)]
        case "bit":
            return f"{as_number(np.asarray(answer).ravel()):,}"
        case "number":
            return " ".join(f"{value:.4g}" for value in np.asarray(answer, dtype=np.float64).ravel())


def as_number(bits: Any) -> int:
    """The number of some bits, the lowest place first."""
    return sum(1 << place for place, bit in enumerate(np.asarray(bits).ravel().tolist()) if bit > 0.5)
