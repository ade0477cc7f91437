"""Whether things may move on the screen."""

from PySide6.QtWidgets import QStyle, QWidget


def is_still(widget: QWidget) -> bool:
    """Whether the system asks for no motion."""
    return widget.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) == 0
