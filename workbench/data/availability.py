"""Whether data can be used at once: they are here, must be downloaded first, or are missing."""

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Availability:
    """``size`` in bytes and ``host`` tell of a download, ``why`` of what is missing, ``key`` where from."""

    state: Literal["here", "download", "missing"]
    size: int = 0
    host: str = ""
    why: str = ""
    key: str = ""

    def words(self) -> str:
        """In short: ``here``, ``12 MB to download``, ``missing``."""
        return f"{megabytes(self.size)} to download" if self.state == "download" else self.state

    def document(self) -> dict[str, Any]:
        """As plain values for JSON."""
        match self.state:
            case "download":
                return {"state": self.state, "bytes": self.size, "host": self.host}
            case "missing":
                return {"state": self.state, "why": self.why}
            case "here":
                return {"state": self.state}


HERE = Availability("here")


def megabytes(size: int) -> str:
    """A size in bytes as it is told to people, ``12 MB``; never less than one."""
    return f"{max(1, round(size / 1e6)):,} MB"
