"""Under the heatmaps: a colour bar for each scale in use, with the gates that are painted in it."""

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from workbench.insight.scales import Scale
from workbench.ui.panels.controls import caption_label
from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme
from workbench.ui.widgets.colour_bar import ColourBar

#: A share open, an activation and the memory.
_MOST = 3


class ScaleBars(QHBoxLayout):
    """The bars side by side, each under its name."""

    def __init__(self) -> None:
        super().__init__()
        self.bars = [(caption_label(f"scaleName{number}"), ColourBar()) for number in range(_MOST)]
        self.setSpacing(GRID)
        for name, bar in self.bars:
            one = QVBoxLayout()
            one.setSpacing(2)
            name.setWordWrap(False)
            one.addWidget(name)
            one.addWidget(bar)
            self.addLayout(one, 1)

    def set_theme(self, theme: Theme) -> None:
        """Takes on another look."""
        for _, bar in self.bars:
            bar.set_theme(theme)

    def show_scales(self, scales: Mapping[Scale, Sequence[str]]) -> None:
        """``scales``: the gates that are painted in each."""
        shown = list(scales.items())
        for number, (name, bar) in enumerate(self.bars):
            is_used = number < len(shown)
            name.setVisible(is_used)
            bar.setVisible(is_used)
            if is_used:
                scale, gates = shown[number]
                name.setText(f"{', '.join(gates)}: {_measured(gates, scale)}")
                bar.set_range(scale.low, scale.high, scale.colours)


def _measured(gates: Sequence[str], scale: Scale) -> str:
    """What the numbers of a colour bar are; they have no unit."""
    if list(gates) == ["c"]:
        return tr("memory")
    return tr("share open") if (scale.low, scale.high) == (0.0, 1.0) else tr("activation")
