"""One word of a story, with what the network thought of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Word:
    """One word that was told.

    ``probability`` is the network's own, before temperature, as are the candidates'. A network that answers with
    vectors has none: there it is the cosine between what it told and the word's vector (``is_cosine``).
    """

    text: str
    probability: float
    candidates: tuple[tuple[str, float], ...]
    is_cosine: bool = False
