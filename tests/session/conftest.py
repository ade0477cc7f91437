"""A session with small networks and a bell, closed when the test ends."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.bell import Bell
from tests.small import own_preset
from workbench.session.change import Change
from workbench.session.session import Session


class Opened:
    """A session that is polled until something is so."""

    def __init__(self) -> None:
        self._bell = Bell()
        self.session = Session(self._bell)
        self.seen = Change.NONE

    def until(self, done: Callable[[], bool]) -> None:
        def look() -> bool:
            self.seen |= self.session.poll()
            return done()

        self._bell.until(look)

    def until_phase(self, *phases: str) -> None:
        self.until(lambda: self.session.training.phase in phases)

    def until_loaded(self) -> None:
        self.until(lambda: not self.session.networks.is_loading)

    def until_answered(self) -> None:
        self.until(lambda: self.session.looking.answered == self.session.looking.asked)


@pytest.fixture
def open_session() -> Iterator[Callable[[], Opened]]:
    """Opens sessions of the same home, one after the other."""
    opened: list[Opened] = []

    def start() -> Opened:
        opened.append(Opened())
        return opened[-1]

    yield start
    for one in opened:
        one.session.close()


@pytest.fixture
def opened(counting: str, open_session: Callable[[], Opened]) -> Opened:
    return open_session()


@pytest.fixture(autouse=True)
def with_small_networks(small_networks: Path) -> None:
    """In every test of this folder."""


@pytest.fixture
def counting(temporary_home: Path) -> str:
    """A preset that trains in a moment."""
    return own_preset(temporary_home)
