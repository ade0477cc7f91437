"""Asking: which network answers for a task, why nobody does, and the questions that are put to it."""

from __future__ import annotations

from workbench.config import Task
from workbench.session.change import Change
from workbench.session.clamping import ClampDesk
from workbench.session.looking import Looking
from workbench.session.networks import InUse, NetworkShelf
from workbench.session.reader import Answer, Probe

#: What is missing where nobody answers for a task: its network, and the preset that makes one.
_WANTED: dict[Task, tuple[str, str]] = {
    "digits": ("digit", "a digit preset"),
    "words": ("story", "a story preset"),
    "images": ("picture", "a picture preset"),
    "bits": ("adding", "an adding preset"),
    "series": ("series", "a series preset"),
}


class Asking:
    """Puts what stands at a place of the playground before the network in use there, with the gates that are held."""

    def __init__(self, networks: NetworkShelf, clamping: ClampDesk, looking: Looking) -> None:
        self._networks, self._clamping, self._looking = networks, clamping, looking

    @property
    def answer(self) -> Answer | None:
        """The answer the gates show."""
        return self._looking.answers.get(self._looking.at)

    def network_for(self, task: Task) -> InUse | None:
        """The network that answers for a task."""
        return self._networks.in_use.get(task)

    def nobody_answers(self, task: Task) -> str:
        """Why no network answers for a task; empty when one does."""
        if task in self._networks.in_use:
            return ""
        network, preset = _WANTED[task]
        if self._networks.is_loading:
            return f"The {network} network is still being loaded."
        return f"Train {preset} first."

    def probe(self, task: Task) -> Probe | None:
        """What the network is asked; None when there is nothing to ask."""
        return self._looking.probe(task, self.network_for(task))

    def ask(self, task: Task) -> Change:
        """Asks about a place as it is now."""
        in_use = self.network_for(task)
        held = ((), {}) if in_use is None else self._clamping.for_network(in_use.trained)
        return self._looking.ask(task, in_use, *held)

    def look_at(self, task: Task) -> Change:
        """Looks at another place, and asks about it."""
        is_other = task != self._looking.at
        self._looking.at = task
        return self.ask(task) | (Change.READING if is_other else Change.NONE)
