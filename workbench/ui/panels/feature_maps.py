"""What stands in the Gates panel for a convolution net, which has no gates: the maps of its two convolutions."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from workbench.session.reader import Answer
from workbench.ui.panels.controls import caption_label
from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme
from workbench.ui.widgets.map_grid import MapGrid


class FeatureMaps(QWidget):
    """One grid of maps for each convolution, the first above."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("featureMaps")
        self.setAccessibleName(tr("Feature maps"))
        self.why = caption_label("noGates")
        self.titles = (caption_label("firstMapsTitle"), caption_label("secondMapsTitle"))
        self.grids = (MapGrid(), MapGrid())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addWidget(self.why)
        for number, (title, grid) in enumerate(zip(self.titles, self.grids, strict=True)):
            grid.setObjectName(f"maps{number}")
            column.addSpacing(GRID // 2)
            column.addWidget(title)
            column.addWidget(grid, 1)
        self._say_what_colours_are()

    def show_answer(self, answer: Answer) -> None:
        """The maps of the picture that was read."""
        names = (tr("First convolution"), tr("Second convolution"))
        for name, title, grid, maps in zip(names, self.titles, self.grids, answer.trace.maps, strict=True):
            grid.set_maps(maps)
            title.setText(
                tr("{name}: {count} maps of {height} × {width}, strongest {largest:.2f}").format(
                    name=name, count=len(maps), height=maps.shape[1], width=maps.shape[2], largest=grid.largest
                )
            )
        self._say_what_colours_are()

    def _say_what_colours_are(self) -> None:
        signed = any(grid.is_signed for grid in self.grids)
        scale = tr("orange; blue is its opposite, for nothing is cut off at 0") if signed else tr("dark is nowhere")
        self.why.setText(
            tr("A convolution net reads a picture at once and has no gates. Its maps show where in the picture each of "
               "its patterns was found: {scale}.").format(scale=scale)
        )  # fmt: skip

    def set_theme(self, theme: Theme) -> None:
        """Takes on another look."""
        for grid in self.grids:
            grid.set_theme(theme)
