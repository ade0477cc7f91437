"""What is held now, one line a clamp, each with a button that lets it go."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from workbench.config import Recurrent
from workbench.insight.clamp import Clamp, fitting, ranges_text
from workbench.session.reader import Answer
from workbench.session.session import Session
from workbench.ui import icons
from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme


class HeldList(QWidget):
    """The clamps in the order they were made; those that this network has no place for say so."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("heldGates")
        self.setAccessibleName(tr("Held gates"))
        self._session = session
        self._theme: Theme | None = None
        self._shown: tuple[tuple[Clamp, bool], ...] = ()
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)

    def show_desk(self, answer: Answer) -> None:
        """Show what is held; the lines stay where they are while nothing changed."""
        model = answer.question.trained.preset.model
        clamps = self._session.clamping.clamps
        fit = fitting(clamps, model) if isinstance(model, Recurrent) else ()
        shown = tuple((clamp, clamp in fit) for clamp in clamps)
        if shown == self._shown:
            return
        self._shown = shown
        self._build()

    def set_theme(self, theme: Theme) -> None:
        """Gates in their colours."""
        self._theme = theme
        self._build()

    def _build(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for number, (clamp, fits) in enumerate(self._shown):
            self._rows.addWidget(self._row(number, clamp, fits=fits))
        self.setVisible(bool(self._shown))

    def _row(self, number: int, clamp: Clamp, *, fits: bool) -> QWidget:
        line = QWidget(self)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID // 2)
        text = told_clamp(clamp)
        label = QLabel(text if fits else tr("{clamp} (not in this network)").format(clamp=text))
        label.setWordWrap(True)
        if self._theme is not None:
            colour = self._theme.gate(clamp.gate).name() if fits else self._theme.secondary
            label.setStyleSheet(f"color: {colour};")
        free = QPushButton()
        free.setObjectName(f"freeClamp{number}")
        free.setProperty("flat", "true")
        free.setProperty("clamp", number)
        free.setAccessibleName(tr("Let go: {clamp}").format(clamp=text))
        free.setToolTip(tr("Let it go"))
        if self._theme is not None:
            free.setIcon(icons.icon("cross", self._theme))
        free.clicked.connect(self._free)
        row.addWidget(label, 1)
        row.addWidget(free)
        return line

    @Slot()
    def _free(self) -> None:
        number = self.sender().property("clamp")
        if isinstance(number, int) and number < len(self._shown):
            self._session.clamping.free(self._shown[number][0])


def way(direction: str) -> str:
    """The word for a direction."""
    return {"forward": tr("forward"), "backward": tr("backward")}[direction]


def told_clamp(clamp: Clamp) -> str:
    """One clamp as a sentence: "f = 1, layer 0 forward, units 3-5, steps 10 to 19"."""
    value = tr("its mean") if clamp.value is None else f"{clamp.value:g}".replace("-", "−")
    parts = [
        f"{clamp.gate} = {value}",
        tr("layer {n} {way}").format(n=clamp.layer, way=way(clamp.direction)),
        tr("all units") if clamp.units is None else tr("units {which}").format(which=ranges_text(clamp.units)),
    ]
    if clamp.stop is not None:
        parts.append(tr("steps {first} to {last}").format(first=clamp.first, last=clamp.stop - 1))
    elif clamp.first:
        parts.append(tr("from step {first} on").format(first=clamp.first))
    return ", ".join(parts)
