"""A plot taken out of the window: copied, or saved as PNG, SVG or CSV, with its legend and axes."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QPoint, QPointF, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QAction, QColor, QGuiApplication, QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox

from workbench.errors import BadInput
from workbench.ui.text import tr
from workbench.ui.widgets.series import MARKER_RADIUS

if TYPE_CHECKING:
    from workbench.ui.widgets.curve import CurvePlot

_MARGIN = 12


def picture(plot: "CurvePlot", scale: int = 1) -> QImage:
    """The plot as it is seen, ``scale`` pixels for every pixel of the window, text and lines drawn anew."""
    with plot.drawn_for(scale):
        image = QImage(_size(plot) * scale, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(scale)
        image.fill(QColor(plot.theme.surface))
        painter = QPainter(image)
        _paint(plot, painter)
        painter.end()
    return image


def save_png(plot: "CurvePlot", path: Path, scale: int = 1) -> None:
    """Write a PNG; BadInput when it cannot be written."""
    writer = QImageWriter(str(path), QByteArray(b"png"))
    if not writer.write(picture(plot, scale)):
        reason = writer.errorString()
        raise BadInput(str(path), tr("the picture could not be written here ({reason})").format(reason=reason))


def save_svg(plot: "CurvePlot", path: Path) -> None:
    """Write an SVG whose lines and letters stay lines and letters; BadInput when it cannot be written."""
    with plot.drawn_for(1.0):
        _save_svg(plot, path)


def _save_svg(plot: "CurvePlot", path: Path) -> None:
    size = _size(plot)
    generator = QSvgGenerator()
    generator.setFileName(str(path))
    generator.setSize(size)
    generator.setViewBox(QRect(QPoint(0, 0), size))
    generator.setResolution(plot.logicalDpiX())  # Otherwise letters come out smaller than the lines around them.
    generator.setTitle(plot.accessibleName())
    painter = QPainter()
    if not painter.begin(generator):
        raise BadInput(str(path), tr("the picture could not be written here"))
    painter.fillRect(QRect(QPoint(0, 0), size), QColor(plot.theme.surface))
    _paint(plot, painter)
    painter.end()


def save_csv(plot: "CurvePlot", path: Path) -> None:
    """Write every raw point, one a line: curve, kind, x, y. BadInput when it cannot be written."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(("curve", "kind", *(label or name for label, name in zip(plot.labels, "xy", strict=True))))
            for series in plot.series:
                for x, y in zip(series.x.tolist(), series.y.tolist(), strict=True):
                    rows.writerow((series.name, series.style, repr(x), repr(y)))
    except OSError as error:
        raise BadInput(str(path), tr("the table could not be written here ({reason})").format(reason=error)) from error


class PlotMenu(QMenu):
    """What one can do with a plot: copy it, save it, see all of it."""

    def __init__(self, plot: "CurvePlot") -> None:
        super().__init__(plot)
        self._plot = plot
        self.addAction(tr("Show everything"), plot.reset_view)
        self.addSeparator()
        self._copy = self.addAction(tr("Copy image"))
        self._png = {self.addAction(tr("Save PNG, {n}×…").format(n=scale)): scale for scale in (1, 2, 4)}
        self._svg = self.addAction(tr("Save SVG…"))
        self._csv = self.addAction(tr("Save numbers as CSV…"))
        self.triggered.connect(self._chosen)

    @Slot(QAction)
    def _chosen(self, action: QAction) -> None:
        try:
            if action is self._copy:
                QGuiApplication.clipboard().setImage(picture(self._plot, 2))
            elif action in self._png and (path := self._ask("png")):
                save_png(self._plot, path, self._png[action])
            elif action is self._svg and (path := self._ask("svg")):
                save_svg(self._plot, path)
            elif action is self._csv and (path := self._ask("csv")):
                save_csv(self._plot, path)
        except BadInput as error:
            QMessageBox.warning(self._plot, tr("Not saved"), str(error))

    def _ask(self, ending: str) -> Path | None:
        name, _ = QFileDialog.getSaveFileName(
            self._plot, tr("Save as"), f"curves.{ending}", f"{ending.upper()} (*.{ending})"
        )
        if not name:
            return None
        path = Path(name)
        return path if path.suffix else path.with_suffix(f".{ending}")


def _size(plot: "CurvePlot") -> QSize:
    view = plot.view.viewport().size()
    return QSize(view.width() + 2 * _MARGIN, view.height() + plot.legend.heightForWidth(view.width()) + 2 * _MARGIN + 4)


def _paint(plot: "CurvePlot", painter: QPainter) -> None:
    """Legend, plot and markers. pyqtgraph's own exporters scale its legend and markers by different factors."""
    painter.translate(_MARGIN, _MARGIN)
    view = plot.view.viewport().rect()
    plot.legend.paint_entries(painter, view.width())
    top = plot.legend.heightForWidth(view.width()) + 4
    plot.view.render(painter, QRectF(0, top, view.width(), view.height()), view)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    for place, colour in plot.markers():
        painter.setBrush(colour)
        painter.drawEllipse(place + QPointF(0, top), MARKER_RADIUS, MARKER_RADIUS)
