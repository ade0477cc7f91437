"""The test samples that a network is tried on, loaded once and shared by all who try it."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from workbench.outcome import until_stopped
from workbench.session.training import TrainingDesk

if TYPE_CHECKING:
    from workbench.data.dataset import Split
    from workbench.engine.trained import Trained


class TestSamples:
    """Those of the running or last training, where the network has the same data; else loaded, or drawn."""

    __test__ = False  # pytest would take it for a test

    def __init__(self, training: TrainingDesk) -> None:
        self._training = training
        #: By how many were wanted: of which data, and the samples.
        self._loaded: dict[int, tuple[str, Split]] = {}

    def get(self, trained: Trained, count: int) -> Generator[Any, Any, Split | None]:
        """At most ``count`` samples; None when it was stopped. Raises BadInput where there are none to be had."""
        from workbench.engine.test_samples import own_data, try_out_samples

        key = repr(own_data(trained))
        if count in self._loaded and self._loaded[count][0] == key:
            return self._loaded[count][1]
        training, examples = self._training, None
        if training.started is not None and training.preset is not None and training.preset.data == trained.preset.data:
            examples = training.started.examples
        split = yield from until_stopped(try_out_samples(trained, count, examples))
        if split is not None:
            self._loaded[count] = (key, split)
        return split
