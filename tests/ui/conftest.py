"""The application, dressed as it is in the window."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from tests.ui.open_windows import top_level_widgets
from workbench.ui import stylesheet
from workbench.ui.theme import LIGHT


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> Iterator[None]:
    """Light unless a test says otherwise, and nothing left open afterwards."""
    stylesheet.apply(qapp, LIGHT)
    yield
    left = [widget for widget in top_level_widgets() if widget.isVisible()]
    for widget in left:
        widget.close()
    assert not left, f"left open: {left}"
