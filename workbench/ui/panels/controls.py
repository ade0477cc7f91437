"""Controls that several panels share: small text that wraps, and buttons that say why they cannot be pressed."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton


def caption_label(name: str, role: str = "caption") -> QLabel:
    """Small text that wraps and can be selected; ``role`` is a style of the style sheet: caption, error ..."""
    label = QLabel()
    label.setObjectName(name)
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def segment_button(name: str, text: str) -> QPushButton:
    """A narrow button, of which several in a row have room in a small window."""
    button = QPushButton(text)
    button.setObjectName(name)
    button.setProperty("segment", "true")
    return button


def enable(button: QAbstractButton, can: bool, does: str, why_not: str) -> None:
    """Lets a button be pressed, its tool tip saying what it does; or not, its tool tip saying why."""
    button.setEnabled(can)
    button.setToolTip(does if can else why_not)
