"""Background work of which only the latest matters: starting it anew gives up what was begun before."""

from collections.abc import Callable
from typing import Any

from workbench.session.job import Done, Job, Work


class Background:
    """One job at a time. A new one does not wait for the one before, whose late answers are never read."""

    def __init__(self, name: str, wake: Callable[[], None], *, threads: int = 1) -> None:
        self._name, self._wake, self._threads = name, wake, threads
        self._job: Job | None = None
        self._replaced: list[Job] = []
        self.is_busy = False

    def start(self, make: Callable[[], Work]) -> None:
        self.stop()
        if self._job is not None:
            self._replaced = [job for job in [*self._replaced, self._job] if not job.join(0)]
        self._job = Job(self._name, make, self._wake, threads=self._threads)
        self._job.start()
        self.is_busy = True

    def stop(self) -> None:
        if self._job is not None:
            self._job.stop()

    def close(self) -> None:
        self.stop()
        for job in [*self._replaced, *([self._job] if self._job is not None else [])]:
            job.join()

    def poll(self) -> list[Any]:
        found = self._job.poll() if self._job is not None else []
        self.is_busy = self.is_busy and not any(isinstance(event, Done) for event in found)
        return found
