"""The one function every text on the screen goes through."""

from PySide6.QtCore import QCoreApplication

#: Qt Linguist groups texts by context; one context keeps the translation files flat.
CONTEXT = "workbench"


def tr(text: str) -> str:
    """``text`` in the person's language, or as it stands when no translation is installed.

    Values are put in afterwards, so that a translator can move them: ``tr("{done} of {total}").format(...)``.
    """
    return QCoreApplication.translate(CONTEXT, text)
