"""The drawn cell: every line as wide and as bright as the value that flows on it, gates as valves."""

from itertools import pairwise

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, QVariantAnimation, Signal, Slot
from PySide6.QtGui import QHelpEvent, QHideEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from workbench.insight.equations import CellEquations
from workbench.ui.motion import is_still
from workbench.ui.text import tr
from workbench.ui.widgets.cell_parts import VALVE_RADIUS, Pipe, Plan
from workbench.ui.widgets.cell_picture import CellPicture, Drawn
from workbench.ui.widgets.cell_plans import plan_of
from workbench.ui.widgets.flow_names import flow_words
from workbench.ui.widgets.lines import distance, distance_to_line
from workbench.ui.widgets.painted import Painted

#: The drawing grows up to here with its room; what is left belongs to the equations below it.
_LARGEST = 1.3

#: How long the pipes of a stage take to fill when it is lit.
FILL_MS = 200

#: This near to a line, in the drawing's pixels, the pointer means it.
_NEAR = 8.0


class CellDiagram(Painted):
    """One cell at one step. ``walked`` carries how many steps the keyboard asks to go, ``climbed`` how many units."""

    walked = Signal(int)
    climbed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cell: CellEquations | None = None
        self._plan: Plan | None = None
        self._stage: int | None = None
        #: How far the pipes of the last lit stage are filled, 0..1.
        self._filled = 1.0
        self._filling = QVariantAnimation(self)
        self._filling.setStartValue(0.0)
        self._filling.setEndValue(1.0)
        self._filling.setDuration(FILL_MS)
        self._filling.valueChanged.connect(self._fill)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Drawn cell"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

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
        return 1.0 if self._plan is None else min(self.width() / self._plan.size[0], _LARGEST)

    def set_cell(self, cell: CellEquations | None) -> None:
        """Draws this cell; None leaves the place empty."""
        if cell is self._cell:
            return
        self._cell, self._plan = cell, None if cell is None else plan_of(cell)
        self.setAccessibleDescription("" if cell is None else "; ".join(cell.lines))
        self.update()

    def set_stage(self, stage: int | None) -> None:
        """Lights the stages up to this one, counted from 0; None lights all."""
        if stage == self._stage:
            return
        self._stage = stage
        self._filling.stop()
        self._filled = 1.0
        if stage is not None and self.isVisible() and not is_still(self):
            self._filled = 0.0
            self._filling.start()
        self.update()

    @Slot(object)
    def _fill(self, share: float) -> None:
        self._filled = share
        self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing moves while nobody looks."""
        self._filling.stop()
        self._filled = 1.0
        super().hideEvent(event)

    def drawn(self, pipe: Pipe) -> Drawn:
        """How a pipe is painted: the documented functions of the value that flows in it."""
        picture = self._picture()
        assert picture is not None
        return picture.drawn(pipe)

    def reading_at(self, x: float, y: float) -> str:
        """What flows in the line, or opens the valve, at a place in the widget: in words, with its value."""
        picture = self._picture()
        if picture is None:
            return ""
        at = QPointF(x - self._left, y) / self.scale
        near = [(distance(at, QPointF(*v.centre)) - VALVE_RADIUS, v.flow) for v in picture.plan.valves]
        for pipe in picture.plan.pipes:
            points = [QPointF(*point) for point in pipe.points]
            near += [(distance_to_line(at, start, end), pipe.flow) for start, end in pairwise(points)]
        away, flow = min(near)
        if away > _NEAR:
            return ""
        words = flow_words(flow)
        return f"{words[:1].upper()}{words[1:]}: {picture.number(flow, is_small=False)}"

    # --- size ---------------------------------------------------------------------------------------------------------

    def heightForWidth(self, width: int) -> int:
        """As high as the drawing is at this width; whoever places it gives it this height."""
        w, h = self._plan.size if self._plan is not None else (412.0, 268.0)
        return round(h * min(width / w, _LARGEST))

    def sizeHint(self) -> QSize:
        """The drawing at its own size."""
        return QSize(412, self.heightForWidth(412))

    def minimumSizeHint(self) -> QSize:
        """Narrower, its numbers could not be read."""
        return QSize(280, self.heightForWidth(280))

    # --- pointer and keyboard -----------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """The tool tip says what flows under the pointer; beside the lines, how they are to be read."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            position = event.pos()
            words = self.reading_at(position.x(), position.y()) or self.toolTip()
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

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
        """The drawing, as wide as there is room."""
        painter = QPainter(self)
        picture = self._picture()
        if picture is None:
            self.paint_empty(painter, self.rect())
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(self._left, 0)
        painter.scale(self.scale, self.scale)
        picture.paint(painter)

    def _picture(self) -> CellPicture | None:
        if self._cell is None or self._plan is None:
            return None
        return CellPicture(
            self._cell, self._plan, self.theme, self.font(), self._stage, self._filled, self.hasFocus()
        )  # fmt: skip

    @property
    def _left(self) -> float:
        """Where the drawing begins, in the middle of what is wider."""
        return 0.0 if self._plan is None else (self.width() - self._plan.size[0] * self.scale) / 2
