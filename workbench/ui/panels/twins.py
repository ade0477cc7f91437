"""The twins of a mistake: a right network and a broken one learn the same sums side by side, and how they end."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from workbench.scratch.twins import TwinStep
from workbench.session.verifying import TWIN_STEPS, VerifyDesk
from workbench.ui.choice_names import choice_name
from workbench.ui.panels.controls import caption_label
from workbench.ui.text import tr
from workbench.ui.theme import GRID, LIGHT, Theme
from workbench.ui.widgets.choice import Choice
from workbench.ui.widgets.curve import CurvePlot
from workbench.ui.widgets.series import Series
from workbench.ui.wording import percent

#: The last so many steps tell what has been learnt; one batch alone would tell its luck.
LAST = 20

#: Who finds this share of the bits has learnt to add.
_LEARNT = 0.99

#: Weight of the moving average in front of the losses.
_SMOOTHING = 0.9


class TwinsView(QWidget):
    """Two loss curves, which cell they are of, and a sentence. ``edited`` carries the cell that was chosen."""

    edited = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._cells: tuple[str, ...] = ()
        self.plot: CurvePlot | None = None
        self.empty = QLabel(
            tr("Switch a mistake on: a right and a broken network learn side by side. Several broken ones still learn.")
        )
        self.empty.setObjectName("twinsEmpty")
        self.empty.setProperty("role", "secondary")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.cell = Choice([], self)
        self.cell.setObjectName("twinCell")
        self.cell.setAccessibleName(tr("Cell of the two networks"))
        self.cell.setToolTip(tr("Which cell the right and the broken network have"))
        self.cell.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.cell.edited.connect(self._cell_chosen)
        self.outcome = caption_label("twinOutcome")
        self._foot = QHBoxLayout()
        self._foot.setSpacing(GRID)
        self._foot.addWidget(self.cell, 0, Qt.AlignmentFlag.AlignTop)
        self._foot.addWidget(self.outcome, 1)
        full = QWidget(self)
        self._column = QVBoxLayout(full)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID // 2)
        self._column.addLayout(self._foot)
        self.pages = QStackedWidget(self)
        self.pages.addWidget(self.empty)
        self.pages.addWidget(full)
        self.pages.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.pages)
        self._full = full

    def set_theme(self, theme: Theme) -> None:
        """The plot in the theme's colours."""
        self._theme = theme
        if self.plot is not None:
            self.plot.set_theme(theme)

    def show_desk(self, desk: VerifyDesk) -> None:
        """The twins' losses so far, or what would be here."""
        mistake = desk.made
        self.pages.setCurrentWidget(self._full if mistake is not None else self.empty)
        if mistake is None:
            return
        self._offer(mistake.cells, desk.twin_cell)
        self._plot().set_series(loss_curves(desk.twins))
        self.outcome.setText(outcome(desk.twins, is_training=desk.is_training))

    def _plot(self) -> CurvePlot:
        """Made when it is first needed: importing its library takes half a second."""
        if self.plot is None:
            self.plot = CurvePlot(self._full)
            self.plot.setObjectName("twinCurves")
            self.plot.set_axes("", tr("loss"))
            self.plot.setAccessibleName(tr("Losses of the right and of the broken network over steps"))
            self.plot.set_log(True)
            self.plot.set_smoothing(_SMOOTHING)
            self.plot.set_longest(float(TWIN_STEPS))
            self.plot.set_theme(self._theme)
            self._column.insertWidget(0, self.plot, 1)
        return self.plot

    def _offer(self, cells: tuple[str, ...], chosen: str) -> None:
        """The cells that the mistake can be made in."""
        if cells != self._cells:
            self._cells = cells
            self.cell.clear()
            for cell in cells:
                self.cell.addItem(choice_name(cell), cell)
        self.cell.setEnabled(len(cells) > 1)
        self.cell.show_value(chosen)

    @Slot(object)
    def _cell_chosen(self, cell: object) -> None:
        self.edited.emit(str(cell))


def loss_curves(steps: Sequence[TwinStep]) -> list[Series]:
    """The right network's line and the broken one's, dashed."""
    if not steps:
        return []
    x = np.array([step.step for step in steps])
    right, broken = (np.array(values) for values in zip(*((s.right_loss, s.broken_loss) for s in steps), strict=True))
    return [
        Series(tr("right"), x, right, smooth=True),
        Series(tr("broken"), x, broken, "broken", 1, smooth=True),
    ]


def outcome(steps: Sequence[TwinStep], *, is_training: bool) -> str:
    """``Right 0.0067, broken 0.0052 nats a bit after 600 steps. It learns all the same.``"""
    if not steps:
        return tr("Both begin with the same weights and the same sums.")
    last = steps[-LAST:]
    right, broken = np.mean([(s.right_loss, s.broken_loss) for s in last], axis=0).tolist()
    right_share, broken_share = np.mean([(s.right_share, s.broken_share) for s in last], axis=0).tolist()
    losses = tr("After {n} steps: right {right}, broken {broken} nats a bit.").format(
        n=steps[-1].step, right=f"{right:.2g}", broken=f"{broken:.2g}"
    )
    if is_training:
        return losses
    learnt = {
        (True, True): tr("The broken one has learnt to add as well."),
        (True, False): tr("The broken one has not learnt to add: {share} of its bits are right."),
        (False, True): tr("Only the broken one has learnt to add."),
        (False, False): tr("Neither has learnt to add."),
    }[right_share >= _LEARNT, broken_share >= _LEARNT]
    return f"{losses} {learnt.format(share=percent(broken_share, 0))}"
