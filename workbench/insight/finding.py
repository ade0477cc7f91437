"""A finding: what is wrong with a training, since which step, where, the likely cause, and the setting to change."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["diverged", "exploding", "vanishing", "saturated", "dead", "over-fitting"]


@dataclass(frozen=True)
class Finding:
    """One finding. ``setting`` and ``suggestion`` are a key and a value as ``--set KEY=VALUE`` takes them.

    ``where``: layer and direction, and the gate; empty where it is the whole network.
    """

    kind: Kind
    step: int
    where: str
    measured: str
    cause: str
    setting: str
    suggestion: str

    @property
    def title(self) -> str:
        """The field's word for it."""
        return _TITLES[self.kind]

    @property
    def change(self) -> str:
        """``training.rate=0.001``."""
        return f"{self.setting}={self.suggestion}"

    def sentence(self, tr: Callable[[str], str] = str) -> str:
        """All of it but the way out. ``tr`` translates, where there is a language to translate to."""
        place = f" ({self.where})" if self.where else ""
        return tr("{title} at step {step:,}{place}: {measured}. Likely cause: {cause}.").format(
            title=tr(self.title), step=self.step, place=place, measured=self.measured, cause=self.cause
        )

    def document(self) -> dict[str, Any]:
        """As plain values for JSON."""
        return {
            "kind": self.kind, "step": self.step, "where": self.where, "measured": self.measured,
            "cause": self.cause, "setting": self.setting, "suggestion": self.suggestion,
        }  # fmt: skip


@dataclass(frozen=True)
class LaneFinding:
    """What is wrong in one of the networks that train side by side."""

    lane: int
    finding: Finding


_TITLES: dict[Kind, str] = {
    "diverged": "Diverged",
    "exploding": "Exploding gradient",
    "vanishing": "Vanishing gradient",
    "saturated": "Saturated gate",
    "dead": "Dead units",
    "over-fitting": "Over-fitting",
}
