"""Windows can be asked for while there is garbage to collect."""

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from tests.ui.open_windows import top_level_widgets


class Cycle(QWidget):
    """A window that only the garbage collector can take away."""

    def __init__(self) -> None:
        super().__init__()
        self.itself = self
        self.labels = [QLabel(self) for _ in range(20)]


@pytest.fixture
def often() -> Iterator[None]:
    """The garbage collector runs after a handful of new objects."""
    threshold = gc.get_threshold()
    yield
    gc.set_threshold(*threshold)


def test_garbage_is_listed_whole_or_not_at_all(qapp: QApplication, often: None) -> None:
    """Without care this ends the process, within a few rounds."""
    kept = QWidget()
    for _ in range(20):
        gc.disable()
        for _ in range(30):
            Cycle()
        gc.set_threshold(5)
        gc.enable()
        found = top_level_widgets()
        assert gc.isenabled() and kept in found
        assert all(len(widget.findChildren(QLabel)) == 20 for widget in found if isinstance(widget, Cycle))
        gc.set_threshold(700)
        del found
        gc.collect()
    assert not any(isinstance(widget, Cycle) for widget in top_level_widgets())
