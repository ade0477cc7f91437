"""Paints a cell: pipes, then what stands on them, then the numbers, all by the values that flow."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from workbench.insight.equations import CellEquations
from workbench.ui.theme import Theme, mixed, tabular_figures
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
from workbench.ui.widgets.formula import symbol_font
from workbench.ui.widgets.lines import rounded_path, stretch

_SYMBOL, _VALUE, _BOX = 15, 11, 13

#: Share of its strength that a part has whose stage is still to come.
_TO_COME = 0.22


@dataclass(frozen=True)
class Drawn:
    """How a pipe is painted: its width in the drawing's pixels, its colour, and whether it is dashed (below 0)."""

    width: float
    colour: QColor
    dashed: bool


@dataclass(frozen=True)
class CellPicture:
    """One cell as it is painted at one moment.

    ``stage``: the last stage that is lit, None when all are; ``filled``: how far its pipes are, 0..1.
    """

    cell: CellEquations
    plan: Plan
    theme: Theme
    font: QFont
    stage: int | None = None
    filled: float = 1.0
    has_focus: bool = False

    def drawn(self, pipe: Pipe) -> Drawn:
        """How a pipe is painted: the documented functions of the value that flows in it."""
        return self._drawn(pipe, is_lit=self._is_lit(pipe.stage))

    def paint(self, painter: QPainter) -> None:
        """All of it, in the drawing's pixels."""
        self._paint_body(painter)
        for pipe in self.plan.pipes:
            self._paint_pipe(painter, pipe)
        for valve in self.plan.valves:
            self._paint_valve(painter, valve)
        for joint in self.plan.joints:
            self._paint_joint(painter, joint)
        for box in self.plan.boxes:
            self._paint_box(painter, box)
        for label in self.plan.labels:
            self._paint_label(painter, label)

    def _drawn(self, pipe: Pipe, *, is_lit: bool) -> Drawn:
        value, reach = self.cell.flows[pipe.flow], self._reach(pipe.reach)
        strength = pipe_strength(value, reach) * (1.0 if is_lit else _TO_COME)
        return Drawn(pipe_width(value, reach), self._colour(pipe.gate, strength), value < 0.0)

    def _paint_body(self, painter: QPainter) -> None:
        painter.setPen(QPen(QColor(self.theme.accent if self.has_focus else self.theme.hairline), 1.2))
        painter.setBrush(QColor(self.theme.surface))
        painter.drawRoundedRect(QRectF(*self.plan.body), 14, 14)

    def _paint_pipe(self, painter: QPainter, pipe: Pipe) -> None:
        path = rounded_path([QPointF(*point) for point in pipe.points], 7.0 if pipe.arrow else 0.0)
        if pipe.stage == self.stage and self.filled < 1.0:
            self._stroke(painter, pipe, path, self._drawn(pipe, is_lit=False))
            lit = self._drawn(pipe, is_lit=True)
            painter.strokePath(stretch(path, 0.0, self.filled * path.length()), self._pen(lit))
        else:
            self._stroke(painter, pipe, path, self.drawn(pipe))

    @staticmethod
    def _pen(drawn: Drawn) -> QPen:
        pen = QPen(drawn.colour, drawn.width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if drawn.dashed:
            pen.setDashPattern([max(6.0, 1.6 * drawn.width) / drawn.width, 4.0 / drawn.width])
        return pen

    def _stroke(self, painter: QPainter, pipe: Pipe, path: QPainterPath, drawn: Drawn) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if pipe.over:
            gap = QPen(QColor(self.theme.surface), drawn.width + 5)
            gap.setCapStyle(Qt.PenCapStyle.FlatCap)
            ends = min(8.0, path.length() / 3)  # where it meets what it belongs to
            painter.strokePath(stretch(path, ends, path.length() - ends), gap)
        painter.strokePath(path, self._pen(drawn))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(drawn.colour)
        if pipe.dot:
            painter.drawEllipse(QPointF(*pipe.points[0]), drawn.width / 2 + 1.6, drawn.width / 2 + 1.6)
        if pipe.arrow:
            tip, half = QPointF(*pipe.points[-1]), drawn.width / 2 + 3.5
            painter.drawPolygon([tip, tip + QPointF(-9, -half), tip + QPointF(-9, half)])

    def _paint_valve(self, painter: QPainter, valve: Valve) -> None:
        opening = self.cell.flows[valve.flow]
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
        filled = box.filled and not self._is_held(box.gate)  # a gate that is held does not listen to its function
        painter.setBrush(colour if filled else QColor(self.theme.surface))
        painter.drawRoundedRect(area, 6, 6)
        font = symbol_font(_BOX, italic=False)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(self.theme.surface) if filled else colour)
        painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), box.text)

    def _paint_label(self, painter: QPainter, label: Label) -> None:
        lit = 1.0 if self._is_lit(label.stage) else _TO_COME
        colour = mixed(self.theme.gates.get(label.gate, self.theme.secondary), self.theme.surface, lit)
        number = self.number(label.flow, is_small=not label.symbol)
        symbols, numbers = symbol_font(_SYMBOL), tabular_figures(QFont(self.font))
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

    def number(self, flow: str, *, is_small: bool) -> str:
        """As the equations show it where they do; else to as many decimals as there is room for."""
        if not flow:
            return ""
        found = next((equation for equation in self.cell.equations if equation.gate == flow), None)
        if found is not None:
            return found.ends_as
        value = self.cell.flows[flow]
        places = 3 if not is_small else 2
        text = f"{value:.{places}f}" if abs(value) < 1000 else f"{value:.2g}"
        return ("0" + text[2:] if float(text) == 0 and text.startswith("-") else text).replace("-", "−")

    def _through(self, valve: Valve) -> Pipe | None:
        """The pipe that begins where the valve ends."""
        x, y = valve.centre
        start = (x + VALVE_RADIUS, y) if valve.across else (x, y - VALVE_RADIUS)
        return next((pipe for pipe in self.plan.pipes if pipe.points[0] == start), None)

    def _reach(self, reach: Reach) -> float:
        return {"share": SHARE_REACH, "one": 1.0, "state": self.cell.peak}[reach]

    def _is_held(self, gate: str) -> bool:
        return any(equation.gate == gate and equation.held is not None for equation in self.cell.equations)

    def _is_lit(self, stage: int) -> bool:
        return self.stage is None or stage <= self.stage

    def _colour(self, gate: str, strength: float) -> QColor:
        return mixed(self.theme.gates.get(gate, self.theme.outline), self.theme.surface, strength)
