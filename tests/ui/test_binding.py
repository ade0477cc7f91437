"""The installed Qt binding is one that Python can live with."""

import sys

import PySide6
import pytest
from PySide6.QtGui import QPen


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None cannot run out of references from Python 3.12 on")
def test_calls_without_a_result_do_not_use_up_none() -> None:
    """PySide6 6.12.0 gives away one reference to None a call: after some ten thousand the process is aborted."""
    pen = QPen()
    before = sys.getrefcount(None)
    for _ in range(500):
        pen.setWidthF(1.0)
    lost = before - sys.getrefcount(None)
    assert lost < 100, f"PySide6 {PySide6.__version__} loses references to None: install another release"
