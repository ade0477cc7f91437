"""After a crash: what was cut short, a training or a race, is offered back until somebody answers."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from workbench.errors import BadInput
from workbench.runs.index import About
from workbench.session.session import Session
from workbench.session.unfinished import unfinished, unmark
from workbench.ui.notice import Notice
from workbench.ui.text import tr


class CutShort(QObject):
    """After a clean end nothing is offered. ``left`` comes when a person leaves the runs for later."""

    left = Signal()

    def __init__(self, session: Session, notice: Notice, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._notice = session, notice
        #: One run, or the lanes of a race.
        self._runs: tuple[Path, ...] = ()

    def offer(self) -> None:
        """Asks, where there is something."""
        if not (found := unfinished()):
            return
        self._runs = tuple(found)
        is_race = len(found) > 1
        told, goes_on = (_of_race(found), tr("Go on racing")) if is_race else (_of_run(found), tr("Go on training"))
        self._notice.ask(told, ((goes_on, self._resume), (tr("Leave it in Runs"), self._leave)))

    @Slot()
    def _resume(self) -> None:
        try:
            if len(self._runs) > 1:
                self._session.race.resume(self._runs[0])
            else:
                self._session.resume(self._runs[0])
        except BadInput as error:
            self._notice.say(str(error))
            self._leave()

    @Slot()
    def _leave(self) -> None:
        unmark(self._runs[0])
        self._session.runs.choose(self._runs)
        self.left.emit()


def _of_run(found: Mapping[Path, About]) -> str:
    [about] = found.values()
    told = tr("{title} was being trained when the workbench broke off. It is saved up to step {step:,} of {steps:,}.")
    return told.format(title=about.title, step=about.step, steps=about.steps)


def _of_race(lanes: Mapping[Path, About]) -> str:
    """Each lane was saved when its own clock said so; the race goes on from the first of them."""
    told = tr("A race of {names} was on when the workbench broke off. It is saved up to step {step:,} of {steps:,}.")
    names = ", ".join(str(about.facts.get("network", about.title)) for about in lanes.values())
    step = min(about.step for about in lanes.values() if not about.is_over)
    steps = max(about.steps for about in lanes.values())
    return told.format(names=names, step=step, steps=steps)
