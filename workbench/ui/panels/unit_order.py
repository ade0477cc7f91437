"""Above the heatmaps: in which order the units stand, sorting them again, and taking a brush away."""

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QToolButton, QWidget

from workbench.insight.orders import ORDERS, Order
from workbench.session.ordering import SORTED_BY
from workbench.session.session import Session
from workbench.ui import icons
from workbench.ui.panels.controls import enable
from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme

#: Pixels that a chooser of the Gates panel needs at least: a narrow window shortens its text, which stays in its list.
NARROWEST = 72


class UnitOrder(QWidget):
    """Chooses the session's order of units, one for all gates of a layer, so that a row is one cell."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.order = QComboBox()
        self.order.setObjectName("unitOrder")
        self.order.setAccessibleName(tr("Order of the units"))
        self.order.setMinimumWidth(NARROWEST)
        for kind in ORDERS:
            name, does = _named(kind)
            self.order.addItem(name, kind)
            self.order.setItemData(self.order.count() - 1, does, Qt.ItemDataRole.ToolTipRole)
        self.again = self._tool("sortAgain", tr("Sort the units again"))
        self.unbrush = self._tool("clearBrush", tr("Take the brush away"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID // 2)
        row.addWidget(self.order, 1)
        row.addWidget(self.again)
        row.addWidget(self.unbrush)
        self.order.activated.connect(self._choose)
        self.again.clicked.connect(self._sort_again)
        self.unbrush.clicked.connect(self._unbrush)

    def refresh(self) -> None:
        """The order as it is chosen, what it was sorted by, and whether something is brushed."""
        ordering, looking = self._session.ordering, self._session.looking
        self.order.setCurrentIndex(ORDERS.index(ordering.kind))
        self.order.setToolTip(self._what_it_is())
        enable(
            self.again, ordering.kind != "own",
            tr("Sort again, by what is shown now"), tr("The units stand in their own order"),
        )  # fmt: skip
        enable(
            self.unbrush, bool(looking.brushed),
            tr("Take the brush off {n:,} units (Escape on a heatmap)").format(n=len(looking.brushed)),
            tr("No units are brushed: drag down a heatmap, or hold Shift and press Up or Down"),
        )  # fmt: skip

    def set_theme(self, theme: Theme) -> None:
        """Takes on another look."""
        self.again.setIcon(icons.icon("retry", theme))
        self.unbrush.setIcon(icons.icon("clear", theme))

    def _what_it_is(self) -> str:
        ordering = self._session.ordering
        _, does = _named(ordering.kind)
        found = ordering.sorted
        if ordering.kind == "own" or found is None:
            return does
        sorted_for = tr("Sorted for {what}, after {step:,} training steps; rows stand still until you sort again.")
        return f"{does}. {sorted_for.format(what=found.caption, step=found.step)}"

    def _tool(self, name: str, says: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setAccessibleName(says)
        button.setIconSize(QSize(16, 16))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    @Slot(int)
    def _choose(self, index: int) -> None:
        self._session.ordering.choose(ORDERS[index])

    @Slot()
    def _sort_again(self) -> None:
        self._session.ordering.sort_again()

    @Slot()
    def _unbrush(self) -> None:
        self._session.brush(())


def _named(kind: Order) -> tuple[str, str]:
    """An order's name, and what it is."""
    match kind:
        case "own":
            return tr("Own order"), tr("Units stand in the order of their numbers")
        case "peak":
            return tr("By peak"), tr("Units stand in the order in which their {gate} is furthest from 0").format(
                gate=SORTED_BY
            )
        case "clustered":
            return tr("Clustered"), tr("Units whose {gate} runs alike stand together").format(gate=SORTED_BY)
