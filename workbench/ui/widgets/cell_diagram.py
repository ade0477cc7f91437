"""The drawn cell: every line as wide and as bright as the value that flows on it, gates as valves."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.insight.equations import CellEquations
from workbench.ui.text import tr
from workbench.ui.theme import mixed, tabular_figures
from workbench.ui.widgets.cell_parts import (
    SHARE_REACH,
    VALVE_RADIUS,
    Box,
    Joint,
    Label,
    Pipe,
    Plan,
    Reach,
    Valve,
    pipe_strength,
    pipe_width,
    slot_height,
)
from workbench.ui.widgets.cell_plans import plan_of
from workbench.ui.widgets.formula import symbol_font
from workbench.ui.widgets.painted import Painted

_SYMBOL, _VALUE, _BOX = 15, 11, 13
_CORNER = 9.0

#: Share of its strength that a part has whose stage is still to come.
_TO_COME = 0.22


@dataclass(frozen=True)
class Drawn:
    """How a pipe is painted: its width in the drawing's pixels, its colour, and whether it is dashed (below 0)."""

    width: float
    colour: QColor
    dashed: bool


class CellDiagram(Painted):
    """One cell at one step. ``walked`` carries how many steps the keyboard asks to go, ``climbed`` how many units."""

    walked = Signal(int)
    climbed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cell: CellEquations | None = None
        self._plan: Plan | None = None
        self._stage: int | None = None
        self._shown: dict[str, str] = {}
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Drawn cell"))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def cell(self) -> CellEquations | None:
        """What is drawn."""
        return self._cell

    @property
    def stage(self) -> int | None:
        """The last stage that is lit; None when all are."""
        return self._stage

    @property
    def plan(self) -> Plan | None:
        """Where everything stands."""
        return self._plan

    @property
    def scale(self) -> float:
        """Pixels of the widget for one of the drawing."""
        return 1.0 if self._plan is None else min(self.width() / self._plan.size[0], 1.6)

    def set_cell(self, cell: CellEquations | None) -> None:
        """Draws this cell; None leaves the place empty."""
        if cell is self._cell:
            return
        before = self._plan
        self._cell, self._plan = cell, None if cell is None else plan_of(cell)
        self._shown = {} if cell is None else {e.gate: e.shown for stage in cell.stages for e in stage.equations}
        if (before and before.size) != (self._plan and self._plan.size):
            self.updateGeometry()
        self.setAccessibleDescription("" if cell is None else "; ".join(cell.lines))
        self.update()

    def set_stage(self, stage: int | None) -> None:
        """Lights the stages up to this one, counted from 0; None lights all."""
        if stage != self._stage:
            self._stage = stage
            self.update()

    def drawn(self, pipe: Pipe) -> Drawn:
        """How a pipe is painted: the documented functions of the value that flows in it."""
        assert self._cell is not None
        value = self._cell.flows[pipe.flow]
        reach = self._reach(pipe.reach)
        strength = pipe_strength(value, reach) * (1.0 if self._is_lit(pipe.stage) else _TO_COME)
        return Drawn(pipe_width(value, reach), self._colour(pipe.gate, strength), value < 0.0)

    # --- size ---------------------------------------------------------------------------------------------------------

    def hasHeightForWidth(self) -> bool:
        """The drawing keeps its proportions."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As high as the drawing is at this width."""
        w, h = self._plan.size if self._plan is not None else (412.0, 268.0)
        return round(h * min(width / w, 1.6))

    def sizeHint(self) -> QSize:
        """The drawing at its own size."""
        return QSize(412, self.heightForWidth(412))

    def minimumSizeHint(self) -> QSize:
        """Narrower, its numbers could not be read."""
        return QSize(340, self.heightForWidth(340))

    # --- keyboard -----------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right walk the steps, Up and Down the units."""
        match Qt.Key(event.key()):
            case Qt.Key.Key_Left:
                self.walked.emit(-1)
            case Qt.Key.Key_Right:
                self.walked.emit(1)
            case Qt.Key.Key_Up:
                self.climbed.emit(-1)
            case Qt.Key.Key_Down:
                self.climbed.emit(1)
            case _:
                super().keyPressEvent(event)

    # --- painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """The cell's outline, then pipes, then what stands on them, then the numbers."""
        painter = QPainter(self)
        if self._plan is None:
            self.paint_empty(painter, self.rect())
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scale = self.scale
        painter.translate((self.width() - self._plan.size[0] * scale) / 2, 0)
        painter.scale(scale, scale)
        self._paint_body(painter, self._plan)
        for pipe in self._plan.pipes:
            self._paint_pipe(painter, pipe)
        for valve in self._plan.valves:
            self._paint_valve(painter, valve)
        for joint in self._plan.joints:
            self._paint_joint(painter, joint)
        for box in self._plan.boxes:
            self._paint_box(painter, box)
        for label in self._plan.labels:
            self._paint_label(painter, label)

    def _paint_body(self, painter: QPainter, plan: Plan) -> None:
        painter.setPen(QPen(QColor(self.theme.accent if self.hasFocus() else self.theme.hairline), 1.2))
        painter.setBrush(QColor(self.theme.surface))
        painter.drawRoundedRect(QRectF(*plan.body), 14, 14)

    def _paint_pipe(self, painter: QPainter, pipe: Pipe) -> None:
        drawn = self.drawn(pipe)
        path = _rounded_path([QPointF(*point) for point in pipe.points], 7.0 if pipe.arrow else 0.0)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if pipe.over:
            gap = QPen(QColor(self.theme.surface), drawn.width + 5)
            gap.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.strokePath(_middle(path), gap)
        pen = QPen(drawn.colour, drawn.width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if drawn.dashed:
            pen.setDashPattern([max(6.0, 1.6 * drawn.width) / drawn.width, 4.0 / drawn.width])
        painter.strokePath(path, pen)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(drawn.colour)
        if pipe.dot:
            painter.drawEllipse(QPointF(*pipe.points[0]), drawn.width / 2 + 1.6, drawn.width / 2 + 1.6)
        if pipe.arrow:
            tip, half = QPointF(*pipe.points[-1]), drawn.width / 2 + 3.5
            painter.drawPolygon([tip, tip + QPointF(-9, -half), tip + QPointF(-9, half)])

    def _paint_valve(self, painter: QPainter, valve: Valve) -> None:
        assert self._cell is not None and self._plan is not None
        opening = self._cell.flows[valve.flow]
        centre = QPointF(*valve.centre)
        lit = self._is_lit(valve.stage)
        disc, slot = QPainterPath(), QPainterPath()
        disc.addEllipse(centre, VALVE_RADIUS, VALVE_RADIUS)
        height, length = slot_height(opening), 2 * VALVE_RADIUS + 2
        size = (length, height) if valve.across else (height, length)
        slot.addRect(QRectF(centre.x() - size[0] / 2, centre.y() - size[1] / 2, *size))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.surface))
        painter.drawEllipse(centre, VALVE_RADIUS + 1.5, VALVE_RADIUS + 1.5)
        through = self._through(valve)
        if through is not None:  # what the valve lets through is seen in its slot
            drawn = self.drawn(through)
            pen = QPen(drawn.colour, min(drawn.width, height))
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            along = QPointF(VALVE_RADIUS, 0) if valve.across else QPointF(0, VALVE_RADIUS)
            if height > 0.5:
                painter.drawLine(centre - along, centre + along)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour(valve.gate, 1.0 if lit else _TO_COME))
        painter.drawPath(disc.subtracted(slot))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._colour(valve.gate, 1.0 if lit else _TO_COME), 1.5))
        painter.drawEllipse(centre, VALVE_RADIUS, VALVE_RADIUS)

    def _paint_joint(self, painter: QPainter, joint: Joint) -> None:
        centre, colour = (
            QPointF(*joint.centre),
            self._colour(joint.gate, 1.0 if self._is_lit(joint.stage) else _TO_COME),
        )
        painter.setBrush(QColor(self.theme.surface))
        painter.setPen(QPen(colour, 1.8))
        painter.drawEllipse(centre, 9, 9)
        painter.drawLine(centre - QPointF(4.5, 0), centre + QPointF(4.5, 0))
        painter.drawLine(centre - QPointF(0, 4.5), centre + QPointF(0, 4.5))

    def _paint_box(self, painter: QPainter, box: Box) -> None:
        width, height = box.size
        area = QRectF(box.centre[0] - width / 2, box.centre[1] - height / 2, width, height)
        colour = self._colour(box.gate, 1.0 if self._is_lit(box.stage) else _TO_COME)
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(colour if box.filled else QColor(self.theme.surface))
        painter.drawRoundedRect(area, 6, 6)
        font = symbol_font(_BOX, italic=False)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(self.theme.surface) if box.filled else colour)
        painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), box.text)

    def _paint_label(self, painter: QPainter, label: Label) -> None:
        lit = 1.0 if self._is_lit(label.stage) else _TO_COME
        colour = mixed(self.theme.gates.get(label.gate, self.theme.secondary), self.theme.surface, lit)
        number = self._number(label.flow, is_small=not label.symbol)
        symbols, numbers = symbol_font(_SYMBOL), tabular_figures(QFont(self.font()))
        numbers.setPixelSize(_VALUE)
        if label.symbol:
            numbers.setWeight(QFont.Weight.DemiBold)
        wide, narrow = QFontMetricsF(symbols), QFontMetricsF(numbers)
        x, y = label.at
        painter.setPen(colour)
        if label.below:
            self._paint_text(painter, symbols, label.symbol, x, y - 19, label.align)
            self._paint_text(painter, numbers, number, x, y + 17, label.align)
            return
        gap = 4.0 if label.symbol and number else 0.0
        first = wide.horizontalAdvance(label.symbol)
        whole = first + gap + narrow.horizontalAdvance(number)
        left = x - {"left": 0.0, "middle": whole / 2, "right": whole}[label.align]
        self._paint_text(painter, symbols, label.symbol, left, y, "left")
        self._paint_text(painter, numbers, number, left + first + gap, y + (1 if label.symbol else 0), "left")

    @staticmethod
    def _paint_text(painter: QPainter, font: QFont, text: str, x: float, y: float, align: str) -> None:
        if not text:
            return
        metrics = QFontMetricsF(font)
        width = metrics.horizontalAdvance(text)
        left = x - {"left": 0.0, "middle": width / 2, "right": width}[align]
        painter.setFont(font)
        painter.drawText(QPointF(left, y + metrics.capHeight() / 2), text)

    # --- what it paints with ------------------------------------------------------------------------------------------

    def _number(self, flow: str, *, is_small: bool) -> str:
        """As the equations show it where they do; else to as many decimals as there is room for."""
        assert self._cell is not None
        if not flow:
            return ""
        if flow in self._shown:
            return self._shown[flow]
        value = self._cell.flows[flow]
        places = 3 if not is_small else 2
        text = f"{value:.{places}f}" if abs(value) < 1000 else f"{value:.2g}"
        return ("0" + text[2:] if float(text) == 0 and text.startswith("-") else text).replace("-", "−")

    def _through(self, valve: Valve) -> Pipe | None:
        """The pipe that begins where the valve ends."""
        assert self._plan is not None
        x, y = valve.centre
        start = (x + VALVE_RADIUS, y) if valve.across else (x, y - VALVE_RADIUS)
        return next((pipe for pipe in self._plan.pipes if pipe.points[0] == start), None)

    def _reach(self, reach: Reach) -> float:
        assert self._cell is not None
        return {"share": SHARE_REACH, "one": 1.0, "state": self._cell.peak}[reach]

    def _is_lit(self, stage: int) -> bool:
        return self._stage is None or stage <= self._stage

    def _colour(self, gate: str, strength: float) -> QColor:
        return mixed(self.theme.gates.get(gate, self.theme.outline), self.theme.surface, strength)


def _rounded_path(points: list[QPointF], shortened: float) -> QPainterPath:
    """The line through the points with round corners, its end cut back by so much."""
    path = QPainterPath(points[0])
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        path.lineTo(_towards(corner, before, _CORNER))
        path.quadTo(corner, _towards(corner, after, _CORNER))
    path.lineTo(_towards(points[-1], points[-2], shortened))
    return path


def _middle(path: QPainterPath) -> QPainterPath:
    """The line without its ends, where it meets what it belongs to."""
    length = path.length()
    result = QPainterPath(path.pointAtPercent(path.percentAtLength(min(8.0, length / 3))))
    for k in range(1, 25):
        at = 8.0 + (length - 16.0) * k / 24
        result.lineTo(path.pointAtPercent(path.percentAtLength(max(0.0, at))))
    return result


def _towards(start: QPointF, end: QPointF, distance: float) -> QPointF:
    way = end - start
    length = (way.x() ** 2 + way.y() ** 2) ** 0.5
    return start + way * (distance / length) if length else start
