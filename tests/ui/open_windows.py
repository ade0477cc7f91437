"""The windows that are there, asked for in a way that no garbage collection can break into."""

import gc

from PySide6.QtWidgets import QApplication, QWidget


def top_level_widgets() -> list[QWidget]:
    """Every widget without a parent.

    The binding takes Qt's pointers first and then makes Python's list of them. A collection in between deletes widgets
    that only a cycle kept alive, whose pointers are still to be wrapped, and the process ends with a segmentation
    fault. Once all of them are wrapped the list keeps them alive.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        return QApplication.topLevelWidgets()
    finally:
        if collects:
            gc.enable()
