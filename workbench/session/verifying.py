"""The verification desk: all checks, and a famous mistake with its twins, in the background."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from workbench.errors import BadInput
from workbench.session.background import Background
from workbench.session.change import Change
from workbench.session.job import Done, Failed, Work

if TYPE_CHECKING:
    from workbench.insight.verify import Stack, Verdict
    from workbench.scratch.mistakes import Mistake
    from workbench.scratch.twins import TwinStep

#: Twins are trained for so many steps, unless they are stopped.
TWIN_STEPS = 600


class Planned(NamedTuple):
    """What is going to be checked, and above which error something is wrong."""

    stacks: tuple[Stack, ...]
    limit: float


class VerifyDesk:
    """Checks every stack one after the other; with a mistake switched on it also trains right and broken twins."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._checking, self._training = Background("verify", wake), Background("twins", wake)
        self._changed = Change.NONE
        #: The name of the mistake that is switched on; empty for none.
        self.mistake = ""
        #: What the last check set out to do; None until one has begun.
        self.plan: Planned | None = None
        #: What it has found so far, in the order of the plan.
        self.verdicts: dict[Stack, Verdict] = {}
        #: The cell of the twins, and what they have come to so far.
        self.twin_cell = ""
        self.twins: list[TwinStep] = []
        self.failure: Failed | None = None

    @property
    def is_checking(self) -> bool:
        return self._checking.is_busy

    @property
    def is_training(self) -> bool:
        """Whether twins are being trained."""
        return self._training.is_busy

    @property
    def is_whole(self) -> bool:
        """Whether everything was checked."""
        return self.plan is not None and len(self.verdicts) == len(self.plan.stacks)

    @property
    def red(self) -> list[Verdict]:
        """What was found wrong so far."""
        return [verdict for verdict in self.verdicts.values() if not verdict.is_green]

    @property
    def made(self) -> Mistake | None:
        """The mistake that is switched on."""
        from workbench.scratch.mistakes import MISTAKES

        return MISTAKES.get(self.mistake)

    def verify(self) -> None:
        """Checks everything anew, with the mistake that is switched on, if one is."""
        mistake = self.mistake
        self.plan, self.verdicts, self.failure = None, {}, None
        self._checking.start(lambda: _checks(mistake))
        self._changed |= Change.VERIFYING

    def switch_on(self, mistake: str) -> None:
        """Makes a famous mistake, none when empty: checks everything and trains its twins. Raises BadInput."""
        from workbench.scratch.mistakes import MISTAKES

        if mistake and mistake not in MISTAKES:
            raise BadInput("verify", f"expected one of {', '.join(MISTAKES)}", key="mistake", value=mistake)
        self.mistake = mistake
        self.verify()
        if self.made is None:
            self._training.stop()
            self.twin_cell, self.twins = "", []
        else:
            self.train_twins(self.made.cells[0])

    def train_twins(self, cell: str) -> None:
        """Trains a right and a broken network of this cell side by side. Raises BadInput where it cannot be broken."""
        mistake = self.made
        if mistake is None or cell not in mistake.cells:
            where = ", ".join(mistake.cells) if mistake is not None else "a mistake to be switched on first"
            raise BadInput("verify", f"expected {where}", key="cell", value=cell)
        self.twin_cell, self.twins = cell, []
        self._training.start(lambda: _twins(mistake, cell))
        self._changed |= Change.VERIFYING

    def stop(self) -> None:
        """Ends both after what they are at; what was found stays."""
        self._checking.stop()
        self._training.stop()

    def close(self) -> None:
        """Stops, and waits until the threads are gone."""
        self._checking.close()
        self._training.close()

    def poll(self) -> Change:
        """Takes in what was found since the last call."""
        change, self._changed = self._changed, Change.NONE
        for event in [*self._checking.poll(), *self._training.poll()]:
            self._fold(event)
            change = Change.VERIFYING
        return change

    def _fold(self, event: Any) -> None:
        from workbench.scratch.twins import TwinStep

        match event:
            case Planned():
                self.plan = event
            case TwinStep():
                self.twins.append(event)
            case Failed():
                self.failure = event
            case Done():
                pass  # only wakes the window to see that it is over
            case _:
                self.verdicts[event.stack] = event


def _checks(mistake: str) -> Work:
    from workbench.insight.verify import GREEN, every_stack, verify

    stacks = every_stack()
    command = yield Planned(stacks, GREEN)
    for stack in stacks:
        if command == "stop":
            return
        command = yield verify(stack, mistake)


def _twins(mistake: Mistake, cell: str) -> Work:
    from workbench.scratch.twins import twins

    for step in twins(mistake, cell, steps=TWIN_STEPS):
        if (yield step) == "stop":
            return
