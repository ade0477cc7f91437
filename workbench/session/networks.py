"""Which trained network answers for the pad and which tells the stories, and where each came from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from workbench import paths
from workbench.config import Task
from workbench.errors import BadInput
from workbench.runs.folders import NETWORK
from workbench.runs.index import latest_network
from workbench.session.change import Change
from workbench.session.job import Failed, Job, Work

if TYPE_CHECKING:
    from workbench.engine.trained import Trained

#: "snapshot": as it was at an earlier step.
Origin = Literal["bundled", "run", "training", "file", "snapshot"]

#: What answers before anything was trained, by task.
BUNDLED: dict[Task, str] = {
    "digits": "digits-best",
    "words": "story-belling-the-cat",
    "bits": "binary-addition-lstm",
    "series": "next-prime-torch",
}


@dataclass(frozen=True)
class InUse:
    """A network that answers. ``path`` is the file it was read from, None while it is being trained."""

    trained: Trained
    origin: Origin
    path: Path | None = None


@dataclass(frozen=True)
class OpenedRun:
    """A run that came in one file, as a folder of this computer, and its network."""

    folder: Path
    network: InUse


def network_path(preset_id: str) -> tuple[Path, Origin] | None:
    """The network for a preset: what it trained last, else the one that comes with the workbench, else None."""
    latest = latest_network(preset_id)
    if latest is not None:
        return latest, "run"
    return bundled_path(preset_id)


def bundled_path(preset_id: str) -> tuple[Path, Origin] | None:
    """The network that comes with the workbench for a preset, None when none does."""
    path = paths.networks() / f"{preset_id}.safetensors"
    return (path, "bundled") if path.is_file() else None


class NetworkShelf:
    """Loads networks in the background and holds the one in use for each task."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._jobs: list[Job] = []
        self.in_use: dict[Task, InUse] = {}
        self._opened: list[OpenedRun] = []

    @property
    def is_loading(self) -> bool:
        return bool(self._jobs)

    def load(self, preset_ids: Sequence[str]) -> None:
        """Loads the networks of these presets, in this order, where there are any."""

        def work() -> Work:
            for preset_id in preset_ids:
                # A network that cannot be read is said, and the one that comes along answers in its place.
                for found in dict.fromkeys((network_path(preset_id), bundled_path(preset_id))):
                    if found is not None:
                        loaded = _loaded(*found)
                        yield loaded
                        if isinstance(loaded, InUse):
                            break

        self._begin(work)

    def load_file(self, path: Path) -> None:
        """Loads a network's file that the person opened."""

        def work() -> Work:
            yield _loaded(path, "file")

        self._begin(work)

    def load_run(self, path: Path) -> None:
        """Unpacks a run that came in one file among the runs, and loads its network."""

        def work() -> Work:
            from workbench.runs.run_file import open_run

            try:
                folder = open_run(path)
            except BadInput as error:
                yield error
                return
            loaded = _loaded(folder / NETWORK, "run")
            yield OpenedRun(folder, loaded) if isinstance(loaded, InUse) else loaded

        self._begin(work)

    def take_opened(self) -> list[OpenedRun]:
        """Runs that were opened since the last call."""
        opened, self._opened = self._opened, []
        return opened

    def use(self, trained: Trained, origin: Origin, path: Path | None = None) -> None:
        """``path``: the file of the network that it is, or was a snapshot of, where there is one."""
        self.in_use[trained.preset.task] = InUse(trained, origin, path)

    def poll(self) -> tuple[Change, list[BadInput | Failed]]:
        """Takes in what was loaded since the last call, and what could not be."""
        change = Change.NONE
        failures: list[BadInput | Failed] = []
        for job in list(self._jobs):
            for event in job.poll():
                change |= self._fold(event, failures)
            if job.join(0):
                for event in job.poll():
                    change |= self._fold(event, failures)
                self._jobs.remove(job)
                change |= Change.NETWORK  # also when there was none: whoever waits for it must say something else
        return change, failures

    def close(self) -> None:
        for job in self._jobs:
            job.stop()
            job.join()

    def _begin(self, work: Callable[[], Work]) -> None:
        job = Job("networks", work, self._wake)
        self._jobs.append(job)
        job.start()

    def _fold(self, event: Any, failures: list[BadInput | Failed]) -> Change:
        if isinstance(event, InUse):
            self.in_use[event.trained.preset.task] = event
            return Change.NETWORK
        if isinstance(event, OpenedRun):
            self._opened.append(event)
            return self._fold(event.network, failures)
        if isinstance(event, BadInput | Failed):
            failures.append(event)
            return Change.LOG
        return Change.NONE


def _loaded(path: Path, origin: Origin) -> InUse | BadInput:
    from workbench.runs.network_file import load_network

    try:
        return InUse(load_network(path), origin, path)
    except BadInput as error:
        return error
