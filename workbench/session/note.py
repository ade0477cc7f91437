"""A line of the log."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Note:
    """A line for the log: when, how serious, what, and details to copy.

    ``told_by`` names the part of the window that says it already, where there is one.
    """

    clock: str
    level: str
    sentence: str
    details: str = ""
    told_by: Literal["", "training"] = ""
