"""Which unit stands beside the carry: the best of all, or the best of one gate, with its correlation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from workbench.ui.panels.controls import caption_label
from workbench.ui.text import tr
from workbench.ui.theme import GRID, gate_name
from workbench.ui.widgets.drop_down import DropDown

if TYPE_CHECKING:
    from workbench.insight.carry import Carrier


class CarrierChoice(QWidget):
    """A list of a network's carriers; the first line follows whichever is best while the network learns."""

    chosenChanged = Signal()  # noqa: N815 (Qt's signals are camelCase)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._carriers: tuple[Carrier, ...] = ()
        self._keys: list[tuple[int, str, str]] = []
        self.list = DropDown()
        self.list.setObjectName("adderCarrier")
        self.list.setAccessibleName(tr("Unit beside the carry"))
        self.list.setToolTip(
            tr("Which unit of the network is shown under the carry; r is its correlation with the carry")
        )
        self.about = caption_label("adderCarrierAbout")
        label = QLabel(tr("Beside the carry"))
        label.setBuddy(self.list)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(label)
        row.addWidget(self.list, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addLayout(row)
        column.addWidget(self.about)
        self.list.currentIndexChanged.connect(self._chosen)
        self.hide()

    @property
    def chosen(self) -> Carrier | None:
        """The carrier that is to be shown; None where there is none."""
        if not self._carriers:
            return None
        index = self.list.currentIndex()
        if index <= 0:
            return self._carriers[0]
        return next(one for one in self._carriers if _key(one) == self._keys[index - 1])

    def set_carriers(self, carriers: Sequence[Carrier]) -> None:
        """Those of the network that answers now, the best first. A choice that is still there stays."""
        self._carriers = tuple(carriers)
        self.setVisible(bool(carriers))
        if not carriers:
            return
        listed = sorted(carriers, key=lambda one: (one.layer, one.direction != "forward", "hcogfirzn".find(one.gate)))
        keys = [_key(one) for one in listed]
        several = len({(one.layer, one.direction) for one in carriers}) > 1
        texts = [tr("the best: {unit}").format(unit=_name(self._carriers[0], several))]
        texts += [_name(one, several) for one in listed]
        self.list.blockSignals(True)
        if keys != self._keys:
            index = self.list.currentIndex()
            kept = self._keys[index - 1] if index > 0 else None
            self._keys = keys
            self.list.clear()
            self.list.addItems(texts)
            self.list.setCurrentIndex(keys.index(kept) + 1 if kept in keys else 0)
        else:
            for number, text in enumerate(texts):
                if self.list.itemText(number) != text:
                    self.list.setItemText(number, text)
        self.list.blockSignals(False)
        self._show_about()

    def _show_about(self) -> None:
        chosen = self.chosen
        if chosen is None:
            return
        text = (
            tr("Nothing in the network goes more with the carry: correlation {r} over {sums:,} random sums.")
            if chosen is self._carriers[0]
            else tr("Of {gate}, this unit goes most with the carry: correlation {r} over {sums:,} random sums.")
        ).format(gate=chosen.gate, r=_number(chosen.correlation), sums=chosen.sums)
        self.about.setText(f"{text} {tr('It falls where there is a carry.')}" if chosen.correlation < 0 else text)

    @Slot(int)
    def _chosen(self, index: int) -> None:
        self._show_about()
        self.chosenChanged.emit()


def _key(carrier: Carrier) -> tuple[int, str, str]:
    return carrier.layer, carrier.direction, carrier.gate


def _name(carrier: Carrier, several: bool) -> str:
    name = tr("{gate} ({word}) of unit {unit}, r = {r}").format(
        gate=carrier.gate, word=gate_name(carrier.gate), unit=carrier.unit, r=_number(carrier.correlation)
    )
    if not several:
        return name
    # Arrows, as both words beside a number would not fit into the list when it is closed.
    direction = "→" if carrier.direction == "forward" else "←"
    return tr("layer {layer} {direction}: {name}").format(layer=carrier.layer, direction=direction, name=name)


def _number(correlation: float) -> str:
    return "–" if math.isnan(correlation) else f"{correlation:.3f}".replace("-", "−")
