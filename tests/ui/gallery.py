"""Every widget in light and dark on one picture each, to be looked at: python -m tests.ui.gallery FOLDER [SCALE]."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from workbench.data.drawing import Drawing, Stroke
from workbench.ui import stylesheet
from workbench.ui.theme import DARK, LIGHT, Theme
from workbench.ui.widgets.belief import DigitBelief
from workbench.ui.widgets.belief_by_row import BeliefByRow
from workbench.ui.widgets.canvas import DigitCanvas
from workbench.ui.widgets.colour_bar import ColourBar
from workbench.ui.widgets.curve import CurvePlot
from workbench.ui.widgets.heatmap import Heatmap, Values
from workbench.ui.widgets.input_strip import InputStrip
from workbench.ui.widgets.network_sees import NetworkSees
from workbench.ui.widgets.series import Series
from workbench.ui.widgets.story_text import StoryText, StoryWord

_DOWN = [(0.75 - 0.3 * t, 0.25 + 0.55 * t, 1.3 - 0.5 * t) for t in np.linspace(0.05, 1, 12).tolist()]
_ACROSS = [(0.25 + 0.5 * t, 0.25 + 0.02 * np.sin(6 * t), 0.7 + 0.6 * t) for t in np.linspace(0, 1, 12).tolist()]
_SEVEN = Drawing((Stroke((*_ACROSS, *_DOWN)),))
_SENTENCE = "had a general council to consider what measures they could take to outwit their common enemy"
_FABLE = _SENTENCE.split()


def heatmaps() -> Iterator[Heatmap]:
    random = np.random.default_rng(3)
    wave = np.sin(np.linspace(0, 9, 28)[None, :] * random.uniform(0.3, 1, (64, 1)) + random.uniform(0, 6, (64, 1)))
    forget = Heatmap("f")
    forget.set_values((0.5 + 0.5 * wave).astype(np.float32), 0.0, 1.0)
    forget.set_cursor(12)
    yield forget
    cell = Heatmap("c")
    values = (1.4 * wave).astype(np.float32)
    values[5, 5] = np.nan
    cell.set_values(values, -1.0, 1.0, "diverging")
    cell.set_order(np.argsort(np.abs(values[:, :5]).argmax(axis=1), kind="stable"))
    cell.set_unit(17)
    cell.set_pinned(40)
    cell.set_brushed(frozenset(range(20, 30)))
    yield cell
    empty = Heatmap("o")
    empty.set_empty_text("Draw a digit, and the output gate shows here.")
    yield empty


def picture() -> Values:
    image = QImage(28, 28, QImage.Format.Format_Grayscale8)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = painter.pen()
    pen.setColor(QColor("white"))
    pen.setWidthF(2.4)
    painter.setPen(pen)
    painter.drawPolyline([QPointF(8, 6), QPointF(20, 6), QPointF(12, 23)])
    painter.end()
    return np.array(image.constBits(), dtype=np.uint8).reshape(28, 28).astype(np.float32) / np.float32(255)


def beliefs() -> Values:
    random = np.random.default_rng(1)
    steps = np.linspace(0, 1, 28)[:, None]
    logits = random.normal(0, 1, (1, 10)) * (1 - steps) * 2 + np.eye(10)[7] * 9 * np.clip(steps - 0.35, 0, 1)
    share = np.exp(logits)
    result: Values = (share / share.sum(1, keepdims=True)).astype(np.float32)
    return result


def curves() -> CurvePlot:
    random = np.random.default_rng(2)
    x = np.arange(900)
    loss = 2.3 * np.exp(-x / 160) + 0.08 + random.normal(0, 0.06, 900) * np.exp(-x / 500)
    plot = CurvePlot()
    plot.set_axes("step", "loss", y_unit="nats")
    plot.set_smoothing(0.95)
    plot.set_series([
        Series("run 1", x, loss * 1.3 + 0.1, "earlier", smooth=True),
        Series("run 2", x, loss * 1.1 + 0.3, "earlier", smooth=True),
        Series("training", x, loss, smooth=True),
        Series("validation", x[99::100], loss[99::100] * 1.05 + 0.03, "validation", 1),
        Series("clipping", x[[0, -1]], np.array([0.5, 0.5]), "limit"),
    ])  # fmt: skip
    return plot


def widgets() -> list[tuple[QWidget, int, int]]:
    """Each widget in a telling state, with its size."""
    strip, words, many = InputStrip(), InputStrip(), InputStrip()
    strip.set_picture(picture())
    strip.set_cursor(12)
    words.set_words(_FABLE[:5])
    words.set_cursor(2)
    many.set_words(_FABLE)
    many.set_cursor(5)
    bar, standing = ColourBar(), ColourBar(Qt.Orientation.Vertical)
    bar.set_range(-1.0, 1.0, "diverging", "c")
    pad, drawn = DigitCanvas(), DigitCanvas()
    drawn.set_drawing(_SEVEN)
    drawn.set_row(14)
    sees = NetworkSees()
    sees.set_picture(picture())
    sees.set_read(range(12, 13))
    sure, nothing = DigitBelief(), DigitBelief()
    sure.set_beliefs(beliefs()[-1])
    by_row = BeliefByRow()
    by_row.set_beliefs(beliefs())
    by_row.set_cursor(12)
    story = StoryText()
    story.set_story(_FABLE[:3], [StoryWord(w, p, ((w, p), ("cat", 0.01))) for w, p in zip(
        _FABLE[3:], np.random.default_rng(0).beta(2, 0.5, 40).tolist(), strict=False)])  # fmt: skip
    story.mark(6)
    log, none = curves(), CurvePlot()
    log.set_log(True)
    none.set_empty_text("Press Train: loss and accuracy will be drawn here.")
    return [
        *((heatmap, 360, 132) for heatmap in heatmaps()),
        (strip, 360, 84), (words, 360, 30), (many, 360, 80), (bar, 240, 32), (standing, 60, 132),
        (pad, 260, 260), (drawn, 260, 260), (sees, 170, 170), (sure, 340, 240), (nothing, 340, 240),
        (by_row, 360, 150), (story, 420, 140), (curves(), 460, 240), (log, 460, 240), (none, 460, 200),
    ]  # fmt: skip


def contact_sheet(app: QApplication, theme: Theme, scale: float = 1.0) -> QImage:
    """All of them, in rows."""
    stylesheet.apply(app, theme)
    width, gap = 1240, 16
    places: list[tuple[QWidget, int, int]] = []
    x = y = gap
    tallest = 0
    for widget, w, h in widgets():
        if x + w + gap > width:
            x, y, tallest = gap, y + tallest + gap, 0
        places.append((widget, x, y))
        widget.resize(w, h)
        x, tallest = x + w + gap, max(tallest, h)
    sheet = QWidget()
    sheet.setAutoFillBackground(True)
    sheet.resize(width, y + tallest + gap)
    for widget, left, top in places:
        widget.setParent(sheet)
        widget.move(left, top)
        widget.set_theme(theme)  # type: ignore[attr-defined]  # Every widget here has it; QWidget has not.
    sheet.show()
    app.processEvents()
    app.processEvents()
    image = QImage(sheet.size() * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    sheet.render(image)
    sheet.close()
    return image


def hover(widget: QWidget, x: float, y: float) -> None:
    """Move the pointer over a widget."""
    at = QPointF(x, y)
    none = Qt.MouseButton.NoButton
    QApplication.sendEvent(
        widget,
        QMouseEvent(QMouseEvent.Type.MouseMove, at, widget.mapToGlobal(at), none, none, Qt.KeyboardModifier.NoModifier),
    )


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    for each in (LIGHT, DARK):
        contact_sheet(application, each, float(sys.argv[2]) if len(sys.argv) > 2 else 1.0).save(
            str(folder / f"{each.name}.png")
        )
