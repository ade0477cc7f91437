"""One word of a story, with what the network thought of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Word:
    """One word that was told. ``probability`` is the network's own, before temperature, as are the candidates'."""

    text: str
    probability: float
    candidates: tuple[tuple[str, float], ...]
