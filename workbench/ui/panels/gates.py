"""The Gates panel: every gate of one layer over time, for what is on the pad or in the sentence."""

from typing import ClassVar

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QMenu,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from workbench.insight.scales import Scale, scale_of
from workbench.session.change import Change
from workbench.session.reader import Answer
from workbench.session.session import Session
from workbench.ui import icons
from workbench.ui.panels.controls import caption_label
from workbench.ui.panels.feature_maps import FeatureMaps
from workbench.ui.panels.gate_words import StepNames, input_names, nothing_read, read_by, reading, why_empty, words_of
from workbench.ui.panels.layer_names import layer_names
from workbench.ui.panels.panel import Panel
from workbench.ui.panels.scale_bars import ScaleBars
from workbench.ui.panels.unit_order import NARROWEST, UnitOrder
from workbench.ui.panels.values_window import ValuesWindow
from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme, gate_name
from workbench.ui.widgets.heatmap import Heatmap
from workbench.ui.widgets.input_strip import InputStrip
from workbench.ui.widgets.time_view import TimeView

#: Height of a picture above the heatmaps: two pixels a pixel.
_PICTURE_HEIGHT = 60
_LOWEST = 64

#: Below this width the choosers' names would be cut off beside each other.
_NARROW = 380


class GatesPanel(Panel):
    """Heatmaps in two columns under the input, one layer and direction at a time, with the window's cursor."""

    listens: ClassVar[Change] = Change.READING | Change.NETWORK | Change.CURSOR | Change.CELL | Change.ORDER

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.setObjectName("gatesPanel")
        self.setAccessibleName(tr("Gates"))
        self.layer = QComboBox()
        self.layer.setObjectName("gateLayer")
        self.layer.setAccessibleName(tr("Layer and direction"))
        self.layer.setToolTip(tr("Which layer, and which direction of it, is shown"))
        self.layer.setMinimumWidth(NARROWEST)
        self.order = UnitOrder(session)
        self.tables = QToolButton()
        self.tables.setObjectName("gateTables")
        self.tables.setAccessibleName(tr("Show as table"))
        self.tables.setToolTip(tr("Show a heatmap's exact values as a table"))
        self.tables.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.tables.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._menu = QMenu(self.tables)
        self.tables.setMenu(self._menu)
        self.caption = caption_label("gateCaption")
        self.reading = caption_label("gateReading")
        self.empty = caption_label("gatesEmpty")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.strips = (InputStrip(), InputStrip())
        for number, strip in enumerate(self.strips):
            strip.setObjectName(f"gateInput{number}")
        #: By gate id, for the cell that is shown, in its order.
        self.heatmaps: dict[str, Heatmap] = {}
        self.scales = ScaleBars()
        self._place = QWidget(self)
        self._grid = QGridLayout(self._place)
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._pages = QStackedWidget()
        self.maps = FeatureMaps()
        self._build()
        self.layer.activated.connect(self._layer_chosen)
        self._menu.triggered.connect(self._show_table)
        for strip in self.strips:
            self._connect(strip)
        self.set_theme(theme)

    # --- showing ------------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """The gates of the answer that is looked at, and the cursor."""
        answer = self.session.answer
        has_gates = answer is not None and bool(answer.trace.layers)
        self._pages.setCurrentIndex(0 if answer is None else 1 if has_gates else 2)
        self.layer.setVisible(has_gates)
        self.order.setVisible(has_gates)
        self.tables.setVisible(has_gates)
        self.layer.setEnabled(answer is not None and len(answer.trace.layers) > 1)
        if answer is None:
            self.empty.setText(why_empty(self.session))
            return
        if not has_gates:
            self.maps.show_answer(answer)
            return
        self._show_layers(answer)
        self._show_input(answer)
        self._show_gates(answer)
        self.order.refresh()
        for view in (*self.strips, *self.heatmaps.values()):
            view.set_cursor(self.session.looking.cursor)
        self._show_reading()
        self.caption.setText(read_by(answer))

    def set_theme(self, theme: Theme) -> None:
        """Takes on another look."""
        super().set_theme(theme)
        for view in (*self.strips, *self.heatmaps.values()):
            view.set_theme(theme)
        self.scales.set_theme(theme)
        self.maps.set_theme(theme)
        self.order.set_theme(theme)
        self.tables.setIcon(icons.icon("table", theme))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where both choosers cannot stand beside each other they stand below each other."""
        super().resizeEvent(event)
        is_narrow = self.width() < _NARROW
        self._head.setDirection(QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight)

    def _show_layers(self, answer: Answer) -> None:
        names = layer_names(answer.trace)
        if names != [self.layer.itemText(k) for k in range(self.layer.count())]:
            self.layer.clear()
            self.layer.addItems(names)
            self.layer.setToolTip(
                tr("Which layer, and which direction of it, is shown") if len(names) > 1
                else tr("This network has one layer and one direction")
            )  # fmt: skip
        self.layer.setCurrentIndex(self._layer_of(answer))

    def _layer_of(self, answer: Answer) -> int:
        """Which of its layers is shown: the one that is looked at, or the last where there are fewer."""
        return min(self.session.looking.layer, len(answer.trace.layers) - 1)

    def _show_input(self, answer: Answer) -> None:
        inputs = answer.question.probe.inputs
        sizes = answer.question.trained.interface.picture
        if sizes is not None and sizes[2] > 1:
            inputs = inputs.reshape(sizes).mean(axis=2)  # the strip is grey
        names, what = input_names(answer)
        for strip in self.strips:
            if inputs.ndim == 2:
                picture, steps = inputs.astype("float32", copy=False), answer.trace.steps
                # A step that reads a part of a row is a row of its own.
                picture = picture.reshape(steps, -1) if steps > len(picture) else picture
                strip.set_picture(picture, steps, names=names, what=what)
                strip.setFixedHeight(_PICTURE_HEIGHT)
            else:
                strip.set_words(words_of(answer))
                strip.setFixedHeight(strip.sizeHint().height())

    def _show_gates(self, answer: Answer) -> None:
        layer = answer.shown_trace.layers[self._layer_of(answer)]
        if tuple(self.heatmaps) != tuple(gate.id for gate in layer.shown):
            self._arrange([gate.id for gate in layer.shown])
        step_names = StepNames(answer)
        gates, looking = layer.gates, self.session.looking
        order = self.session.ordering.units(answer, self._layer_of(answer))
        scales: dict[Scale, list[str]] = {}
        for gate in layer.shown:
            values = gates[gate.id]
            scale = scale_of(gate.low, gate.high, values)
            heatmap = self.heatmaps[gate.id]
            heatmap.set_values(values, scale.low, scale.high, scale.colours)
            heatmap.set_order(order)
            heatmap.set_pinned(looking.unit)
            heatmap.set_brushed(looking.brushed)
            heatmap.set_step_names(step_names)
            scales.setdefault(scale, []).append(gate.id)
        self.scales.show_scales(scales)

    def _show_reading(self) -> None:
        """All gates of the unit under the pointer, as they are one cell's; else of the pinned one, else means."""
        answer, looking = self.session.answer, self.session.looking
        heatmaps, step = self.heatmaps.values(), looking.cursor
        pointed = next((heatmap.cursor_unit for heatmap in heatmaps if heatmap.cursor_unit is not None), None)
        for heatmap in heatmaps:
            heatmap.set_unit(pointed)
        # While it is being refreshed, and until then, heatmaps may show what was answered before.
        steps = min((heatmap.steps for heatmap in heatmaps), default=0)
        if answer is None or step is None or step >= min(steps, answer.trace.steps):
            self.reading.setText(nothing_read(heatmaps, looking))
        else:
            self.reading.setText(reading(self.heatmaps, StepNames(answer)(step), step, pointed, looking))

    # --- acting -------------------------------------------------------------------------------------------------------

    @Slot(int)
    def _layer_chosen(self, index: int) -> None:
        self.session.look_at_layer(index)

    @Slot(object)
    def _pin(self, unit: int | None) -> None:
        self.session.point_at_unit(unit)

    @Slot(object)
    def _brush(self, units: frozenset[int]) -> None:
        self.session.brush(units)

    @Slot(str)
    def _read(self, text: str) -> None:
        self._show_reading()

    @Slot()
    def _room_changed(self) -> None:
        self._show_reading()

    @Slot(QAction)
    def _show_table(self, action: QAction) -> None:
        self.show_table(str(action.data()))

    @Slot(QPoint)
    def _offer_table(self, position: QPoint) -> None:
        view = self.sender()
        if isinstance(view, Heatmap):
            menu = QMenu(view)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.addAction(tr("Show as table")).setData(view.gate)
            menu.triggered.connect(self._show_table)
            menu.popup(view.mapToGlobal(position))

    def show_table(self, gate: str) -> ValuesWindow | None:
        """Opens a gate's exact values in a table, as they are now."""
        heatmap = self.heatmaps.get(gate)
        if heatmap is None:
            return None
        window = ValuesWindow(
            f"{gate}  {gate_name(gate)}, {self.layer.currentText()}", self.caption.text(), heatmap.as_table(), self
        )
        window.show()
        return window

    # --- building -----------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        tools = QHBoxLayout()
        tools.setSpacing(GRID // 2)
        tools.addWidget(self.order, 1)
        tools.addWidget(self.tables)
        self._head.setSpacing(GRID)
        self._head.addWidget(self.layer, 2)
        self._head.addLayout(tools, 3)  # the order's name, and three buttons
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GRID // 2)
        self._grid.setHorizontalSpacing(GRID)
        for column, strip in enumerate(self.strips):
            self._grid.addWidget(strip, 0, column)
        self._place.setObjectName("gateHeatmaps")
        self._place.setAccessibleName(tr("Gates over time"))
        shown = QWidget()
        page = QVBoxLayout(shown)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(GRID)
        page.addWidget(self.caption)
        page.addWidget(self._place, 1)
        page.addWidget(self.reading)
        page.addLayout(self.scales)
        for label in (self.caption, self.reading):
            # Two lines always, so that the heatmaps stand still while values are read.
            label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            label.setMinimumHeight(2 * label.fontMetrics().height())
        scroll = QScrollArea()  # a low window scrolls rather than cuts
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(shown)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(scroll)
        self._pages.addWidget(self.maps)
        around = QVBoxLayout(self)
        around.setContentsMargins(GRID, GRID, GRID, GRID)
        around.setSpacing(GRID)
        around.addLayout(self._head)
        around.addWidget(self._pages, 1)

    def _arrange(self, gates: list[str]) -> None:
        """Heatmaps for these gates, from left to right and from top to bottom."""
        for heatmap in self.heatmaps.values():
            self._grid.removeWidget(heatmap)
            heatmap.hide()
            heatmap.deleteLater()
        self.heatmaps = {}
        self._menu.clear()
        columns = min(2, len(gates))
        self.strips[1].setVisible(columns == 2)
        for row in range(1, 4):
            self._grid.setRowStretch(row, 1 if (row - 1) * columns < len(gates) else 0)
        before: QWidget = self.strips[-1]
        for number, gate in enumerate(gates):
            heatmap = Heatmap(gate, self._place)
            heatmap.setObjectName(f"heatmap_{gate}")
            # As high as the panel leaves it, whatever it would like; lower than this, the panel scrolls.
            heatmap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
            heatmap.setMinimumHeight(_LOWEST)
            heatmap.set_theme(self.theme)
            heatmap.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            heatmap.customContextMenuRequested.connect(self._offer_table)
            self._connect(heatmap)
            heatmap.roomChanged.connect(self._room_changed)
            heatmap.unitPinned.connect(self._pin)
            heatmap.unitsBrushed.connect(self._brush)
            self._grid.addWidget(heatmap, 1 + number // columns, number % columns)
            heatmap.show()  # a layout would show it only when Qt next comes round
            QWidget.setTabOrder(before, heatmap)
            before = heatmap
            self.heatmaps[gate] = heatmap
            self._menu.addAction(f"{gate}  {gate_name(gate)}").setData(gate)

    def _connect(self, view: TimeView) -> None:
        view.cursorMoved.connect(self.point)
        view.cursorLeft.connect(self.point_nowhere)
        view.reading.connect(self._read)
