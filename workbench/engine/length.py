"""How long a training takes, told before it has been done."""

from collections.abc import Callable
from dataclasses import dataclass

#: A training above this is called long, and says that it can be cut short.
LONG_SECONDS = 300.0


@dataclass(frozen=True)
class Length:
    """What a training is expected to take on this computer: seconds in all, of ``steps`` steps, on ``device``."""

    seconds: float
    steps: int
    device: str

    @property
    def is_long(self) -> bool:
        return self.seconds > LONG_SECONDS

    def words(self, tr: Callable[[str], str] = str) -> str:
        """``about 4 minutes on this machine``; no more exact than it is known. ``tr`` translates."""
        return tr("{time} on this machine").format(time=about(self.seconds, tr))


def about(seconds: float, tr: Callable[[str], str] = str) -> str:
    """A time in one unit, with at most two digits that count: ``about 40 seconds``, ``about 2.5 hours``."""
    if seconds < 7.5:
        return tr("a few seconds")
    if seconds < 90.0:
        return tr("about {count} seconds").format(count=5 * round(seconds / 5.0))
    if seconds < 5400.0:
        return tr("about {count} minutes").format(count=_roughly(seconds / 60.0))
    if seconds < 129_600.0:
        return tr("about {count} hours").format(count=_roughly(seconds / 3600.0))
    return tr("about {count} days").format(count=_roughly(seconds / 86_400.0))


def _roughly(count: float) -> str:
    """To a half below 3, to a whole below 20, to fives above."""
    if count < 3.0:
        return f"{round(2.0 * count) / 2.0:g}"
    return f"{round(count) if count < 20.0 else 5 * round(count / 5.0)}"
