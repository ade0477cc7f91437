"""A thread that answers questions, the newest first, while the window goes on: what every reader has in common."""

import queue
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Answering(ABC, Generic[Answer]):
    """Begins its thread with the first question. Answers are polled; ``wake`` is called on the thread for each.

    What waits to be answered belongs to whoever derives from it, and is touched under ``_condition`` alone.
    """

    def __init__(self, name: str, wake: Callable[[], None]) -> None:
        self._name, self._wake = name, wake
        self._condition = threading.Condition()
        self._closing = False
        self._answers: queue.SimpleQueue[Answer | Exception] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def poll(self) -> list[Answer | Exception]:
        """The answers since the last call, and what went wrong. Never waits."""
        found: list[Answer | Exception] = []
        while True:
            try:
                found.append(self._answers.get_nowait())
            except queue.Empty:
                return found

    def close(self) -> None:
        """Ends the thread and waits for it."""
        with self._condition:
            self._closing = True
            self._condition.notify()
        if self._thread is not None:
            self._thread.join()

    def _asked(self) -> None:
        """There is a question; to be called under ``_condition``."""
        if self._thread is None and not self._closing:
            self._thread = threading.Thread(target=self._run, name=f"workbench {self._name}")
            self._thread.start()
        self._condition.notify()

    def _run(self) -> None:
        import torch

        torch.set_num_threads(1)
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._has_work() or self._closing)
                if self._closing:
                    return
                self._take_up()
            self._answer_what_was_taken_up()

    def _put(self, answer: Answer | Exception) -> None:
        self._answers.put(answer)
        self._wake()

    @abstractmethod
    def _has_work(self) -> bool:
        """Whether there is something to answer; called under ``_condition``."""

    @abstractmethod
    def _take_up(self) -> None:
        """Takes what is to be answered next; called under ``_condition``."""

    @abstractmethod
    def _answer_what_was_taken_up(self) -> None:
        """Puts answers; errors are answers too."""
