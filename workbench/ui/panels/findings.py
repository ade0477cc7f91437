"""Findings: what is wrong with the training, in a line each, with a button that leads to the setting to change."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from workbench.config import Preset
from workbench.fields import settings_of
from workbench.insight.finding import Finding
from workbench.ui.choice_names import choice_name
from workbench.ui.icons import pixmap
from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme

#: So many are shown; the log holds all.
_MOST = 3


class FindingsView(QWidget):
    """A quiet list, no higher than what was found. ``wanted(key)`` says which setting a person wants to see."""

    wanted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("findings")
        self.setAccessibleName(tr("What is wrong with the training"))
        self._shown: tuple[Finding, ...] | None = None
        self.lines = [_Line(number, self) for number in range(_MOST)]
        self.more = QLabel(self)
        self.more.setObjectName("moreFindings")
        self.more.setProperty("role", "caption")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        for line in self.lines:
            layout.addWidget(line)
            line.button.clicked.connect(self._clicked)
        layout.addWidget(self.more)
        self.set_theme(theme)
        self.show_findings((), None)

    def set_theme(self, theme: Theme) -> None:
        """Signs in the theme's colours."""
        sign = pixmap("warning", theme.warning, 16, self.devicePixelRatioF())
        for line in self.lines:
            line.sign.setPixmap(sign)

    def buttons(self) -> list[QPushButton]:
        """What the tab key comes by."""
        return [line.button for line in self.lines]

    def show_findings(self, findings: tuple[Finding, ...], preset: Preset | None) -> None:
        """Shows the first of them, and how many more there are. ``preset``: the one that is trained."""
        if findings == self._shown:
            return
        self._shown = findings
        titles = {} if preset is None else {setting.key: setting.field.title for setting in settings_of(preset)}
        for line, finding in zip(self.lines, [*findings, *[None] * _MOST], strict=False):
            line.show_finding(finding, titles)
        left = len(findings) - _MOST
        self.more.setText(tr("{n} more in the log").format(n=left) if left > 0 else "")
        self.more.setVisible(left > 0)
        self.setVisible(bool(findings))

    @Slot()
    def _clicked(self) -> None:
        button = self.sender()
        for line in self.lines:
            if line.button is button and line.finding is not None:
                self.wanted.emit(line.finding.setting)


class _Line(QWidget):
    """A sign, what was found and when, and the button."""

    def __init__(self, number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.finding: Finding | None = None
        self.sign = QLabel(self)
        self.sign.setFixedWidth(20)
        self.text = QLabel(self)
        self.text.setObjectName(f"finding_{number}")
        self.text.setProperty("role", "caption")
        self.text.setWordWrap(True)
        self.button = QPushButton(self)
        self.button.setObjectName(f"findingSetting_{number}")
        self.button.setProperty("flat", "true")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID // 2)
        row.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.text, 1)
        row.addWidget(self.button)

    def show_finding(self, finding: Finding | None, titles: dict[str, str]) -> None:
        self.finding = finding
        self.setVisible(finding is not None)
        if finding is None:
            return
        self.text.setText(tr("{title}\nstep {step:,}").format(title=tr(finding.title), step=finding.step))
        self.text.setAccessibleDescription(finding.sentence(tr))
        self.setToolTip(f"<p>{finding.sentence(tr)}</p>")
        title = tr(titles.get(finding.setting, finding.setting))
        self.button.setText(f"{title} → {choice_name(finding.suggestion)}")
        self.button.setAccessibleName(self.button.text())
        self.button.setToolTip(
            tr("Show this setting. On the command line: --set {change}").format(change=finding.change)
        )
