"""A job: a generator run on a thread of its own, its events put in a queue that the window drains."""

import logging
import os
import queue
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from workbench.engine.allocator import give_freed_memory_back
from workbench.engine.events import Command, Ended, Progress
from workbench.errors import BadInput, sentence_of

Work = Generator[Any, Command | None, None]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Failed:
    """The job broke off. ``sentence`` is fit for the screen; ``details`` are for copying."""

    sentence: str
    details: str
    error: BaseException


@dataclass(frozen=True)
class Paused:
    """The job holds still until it is continued or stopped."""


@dataclass(frozen=True)
class Done:
    """The job's thread has nothing left to do."""


class Job:
    """Runs ``make()`` to its end on a background thread of lower priority.

    Every event that the generator yields goes into this job's own queue; ``wake`` is called, on the worker's thread,
    when there is something to :meth:`poll`. Commands take effect at the generator's next yield.
    """

    def __init__(
        self, name: str, make: Callable[[], Work], wake: Callable[[], None], *, threads: int = 1, is_long: bool = False
    ) -> None:
        """``is_long``: at its end all freed memory goes back to the system, which others' next steps would miss."""
        self._make, self._wake, self._threads, self._is_long = make, wake, threads, is_long
        self._events: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._condition = threading.Condition()
        self._wanted: Literal["run", "pause", "one step", "stop"] = "run"
        self._holds = False
        self._thread = threading.Thread(target=self._run, name=f"workbench {name}")

    def start(self) -> None:
        self._thread.start()

    def pause(self) -> None:
        with self._condition:
            self._want("pause")
            if self._holds and self._wanted == "pause":  # it was told to go on, and did not come to it
                self._put(Paused())

    def go_on(self) -> None:
        self._want("run")

    def one_step(self) -> None:
        """From a pause: one more batch, then pause again."""
        self._want("one step")

    def stop(self) -> None:
        self._want("stop")

    def join(self, timeout: float | None = None) -> bool:
        """Waits until the thread is gone; False if it is still there after ``timeout`` seconds."""
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def poll(self) -> list[Any]:
        """The events since the last call. Never waits."""
        found = []
        while True:
            try:
                found.append(self._events.get_nowait())
            except queue.Empty:
                return found

    def _want(self, what: Literal["run", "pause", "one step", "stop"]) -> None:
        with self._condition:
            if self._wanted != "stop":
                self._wanted = what
            self._condition.notify()

    def _put(self, event: Any) -> None:
        self._events.put(event)
        self._wake()

    def _run(self) -> None:
        try:
            lower_priority()
            import torch

            torch.set_num_threads(self._threads)
            self._drive(self._make())
        except BadInput as error:
            self._put(Failed(str(error), "", error))
        except BaseException as error:
            # The thread's last line of defence: whatever it was is shown with its details, none is lost.
            import traceback

            log.exception("A job broke off")
            self._put(Failed(sentence_of(error), traceback.format_exc(), error))
        finally:
            if self._is_long:
                give_freed_memory_back()
            self._put(Done())

    def _drive(self, work: Work) -> None:
        command: Command | None = None
        asked = False  # whether the generator was asked to show itself before a pause
        try:
            while True:
                event = work.send(command)
                if event is not None:
                    self._put(event)
                command = None
                with self._condition:
                    if isinstance(event, Ended):
                        continue  # nothing is left to pause
                    if self._wanted == "one step":
                        if not isinstance(event, Progress):
                            # None comes after a batch, which is then reported, or after a piece of a validation.
                            command = "snapshot" if event is None else None
                            continue
                        self._wanted, asked = "pause", False
                    if self._wanted == "pause":
                        if not asked:
                            command, asked = "snapshot", True
                            continue
                        if isinstance(event, Progress):
                            continue  # the snapshot it was asked for comes next
                        self._put(Paused())
                        self._holds = True
                        self._condition.wait_for(lambda: self._wanted != "pause")
                        self._holds = asked = False
                    if self._wanted == "stop":
                        command = "stop"
        except StopIteration:
            pass
        finally:
            work.close()


def after(told: Sequence[Any], work: Work) -> Work:
    """The work, with something told before it."""
    for event in told:  # noqa: UP028 (a list takes no commands; what is wanted meanwhile is asked for again later)
        yield event
    yield from work


def lower_priority() -> None:
    """Lets the window's thread go first. On Linux priority belongs to a thread; elsewhere it stays as it is."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        # Nobody but root may raise a priority, and a workbench started with nice may have a lower one already.
        os.setpriority(os.PRIO_PROCESS, thread, max(10, os.getpriority(os.PRIO_PROCESS, thread)))
