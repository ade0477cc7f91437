"""Our own icons, drawn on a 24 x 24 grid and tinted with the theme's colours when they are loaded."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from workbench import paths
from workbench.errors import BadInput
from workbench.ui.theme import Theme

#: Sizes put into an icon, in pixels: tool bars, menus and tabs at 100 % and 200 %.
_SIZES = (16, 20, 24, 32, 40, 48)
_APPLICATION_SIZES = (16, 24, 32, 48, 64, 128, 256)


def names() -> tuple[str, ...]:
    """Every icon there is, by the name :func:`icon` takes."""
    return tuple(sorted(path.stem for path in (paths.resources() / "icons").glob("*.svg")))


def pixmap(name: str, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
    """The icon ``name`` in one colour (``#RRGGBB``), ``size`` logical pixels square."""
    result = _painted(_renderer(name, colour), QSize(size, size) * ratio)
    result.setDevicePixelRatio(ratio)
    return result


def icon(name: str, theme: Theme, *, colour: str | None = None) -> QIcon:
    """The icon ``name`` in the theme's text colour, or in ``colour`` (an accent button's ``theme.on_accent``)."""
    result = QIcon()
    tints = ((QIcon.Mode.Normal, colour or theme.text), (QIcon.Mode.Disabled, theme.disabled))
    for mode, renderer in ((mode, _renderer(name, tint)) for mode, tint in tints):
        for size in _SIZES:
            result.addPixmap(_painted(renderer, QSize(size, size)), mode)
    return result


def application_icon() -> QIcon:
    """The mark of the workbench: a cell's conveyor, with a gate that takes away and a gate that adds."""
    result = QIcon()
    for size in _APPLICATION_SIZES:
        result.addPixmap(pixmap("workbench", "#000000", size))
    return result


def _renderer(name: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))


def _painted(renderer: QSvgRenderer, size: QSize) -> QPixmap:
    result = QPixmap(size)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    renderer.render(painter, QRectF(result.rect()))
    painter.end()
    return result


@lru_cache(maxsize=64)
def _source(name: str) -> str:
    path = paths.resources() / "icons" / f"{name}.svg"
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise BadInput(str(path), f"there is no such icon; there are {', '.join(names())}") from error
