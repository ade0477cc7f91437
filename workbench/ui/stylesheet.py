"""The look of Qt's own controls: a palette and a style sheet made from a theme."""

from string import Template

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit

from workbench import paths
from workbench.ui.theme import Theme, body_font, font

_PREPARED = "workbench.prepared"

# Dimensions follow the 8 px grid; a focused control gets a two-pixel accent border and gives the second pixel back from
# its padding, so that nothing moves. Selectors by property: QLabel[role="title"], QPushButton[primary="true"].
_SHEET = Template("""
QWidget { color: $text; }
QMainWindow, QDialog { background: $window; }
QToolTip { background: $surface; color: $text; border: 1px solid $outline; padding: 4px 6px; }

QLabel[role="title"] { font-size: ${title}pt; font-weight: 600; }
QLabel[role="heading"] { font-size: ${heading}pt; font-weight: 600; }
QLabel[role="caption"] { font-size: ${caption}pt; color: $secondary; }
QLabel[role="secondary"] { color: $secondary; }
QLabel[role="error"] { font-size: ${caption}pt; color: $error; }
QLabel[role="warning"] { font-size: ${caption}pt; color: $warning; }
QLabel:disabled, QCheckBox:disabled, QRadioButton:disabled { color: $disabled; }

QFrame[role="card"] { background: $surface; border: 1px solid $hairline; border-radius: 8px; }
QFrame[role="hairline"] { background: $hairline; border: none; max-height: 1px; min-height: 1px; }

QPushButton, QToolButton[framed="true"] {
    background: $surface; border: 1px solid $outline; border-radius: 6px; padding: 5px 13px; min-height: 18px;
}
QPushButton:hover { background: $hover; }
QPushButton:pressed, QPushButton:checked { background: $selection; }
QPushButton:focus { border: 2px solid $accent; padding: 4px 12px; }
QPushButton:disabled { color: $disabled; background: $window; border-color: $hairline; }
QPushButton[primary="true"] {
    background: $accent; color: $on_accent; border: 1px solid $accent; font-weight: 600;
}
QPushButton[primary="true"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[primary="true"]:pressed { background: $accent_pressed; border-color: $accent_pressed; }
QPushButton[primary="true"]:focus { border: 2px solid $text; padding: 4px 12px; }
QPushButton[primary="true"]:disabled { background: $hover; color: $disabled; border-color: $hairline; }
QPushButton[segment="true"] { padding: 2px 7px; }
QPushButton[segment="true"]:focus { border: 2px solid $accent; padding: 1px 6px; }
QPushButton[segment="true"]:checked { background: $selection; border-color: $accent; color: $accent; }
QPushButton[flat="true"] { background: transparent; border-color: transparent; }
QPushButton[flat="true"]:hover { background: $hover; }
QPushButton[flat="true"]:focus { border-color: $accent; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 4px; }
QToolButton:hover { background: $hover; }
QToolButton:pressed, QToolButton:checked { background: $selection; }
QToolButton:focus { border: 2px solid $accent; padding: 3px; }
QToolButton:disabled { color: $disabled; }
QToolButton::menu-indicator { image: none; }

QLineEdit, QAbstractSpinBox, QComboBox, QPlainTextEdit, QTextEdit {
    background: $surface; border: 1px solid $outline; border-radius: 6px; padding: 3px 7px;
    selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit, QAbstractSpinBox, QComboBox { min-height: 20px; }
QLineEdit, QPlainTextEdit, QTextEdit { placeholder-text-color: $secondary; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus, QTextEdit:focus {
    border: 2px solid $accent; padding: 2px 6px;
}
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled {
    color: $disabled; background: $window; border-color: $hairline;
}
QLineEdit[invalid="true"], QAbstractSpinBox[invalid="true"], QComboBox[invalid="true"] { border-color: $error; }
QTextEdit[role="page"], QPlainTextEdit[role="page"] { border-color: $hairline; padding: 11px 15px; }
QTextEdit[role="page"]:focus, QPlainTextEdit[role="page"]:focus { border-color: $accent; padding: 10px 14px; }

QAbstractSpinBox { padding-right: 20px; }
QAbstractSpinBox:focus { padding-right: 19px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
    subcontrol-origin: border; width: 20px; border: none; background: transparent;
}
QAbstractSpinBox::up-button { subcontrol-position: top right; margin: 2px 2px 0 0; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; margin: 0 2px 2px 0; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: $hover; border-radius: 3px; }
QAbstractSpinBox::up-arrow { image: url("$glyphs/chevron-up.svg"); width: 9px; height: 9px; }
QAbstractSpinBox::down-arrow { image: url("$glyphs/chevron-down.svg"); width: 9px; height: 9px; }
QComboBox { padding-right: 24px; }
QComboBox:focus { padding-right: 23px; }
QComboBox::drop-down { subcontrol-origin: border; subcontrol-position: center right; width: 24px; border: none; }
QComboBox::down-arrow { image: url("$glyphs/chevron-down.svg"); width: 11px; height: 11px; }
QComboBox QAbstractItemView { padding: 0; border-radius: 0; }

QCheckBox, QRadioButton { spacing: 8px; padding: 2px; border: 1px solid transparent; border-radius: 4px; }
QCheckBox:focus, QRadioButton:focus { border: 1px solid $accent; }
QCheckBox::indicator, QRadioButton::indicator {
    width: 14px; height: 14px; border: 1px solid $outline; border-radius: 4px; background: $surface;
}
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: $accent; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url("$glyphs/check.svg"); }
QCheckBox::indicator:indeterminate { background: $accent; border-color: $accent; image: url("$glyphs/dash.svg"); }
QRadioButton::indicator:checked { background: $accent; border-color: $accent; image: url("$glyphs/dot.svg"); }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: $hairline; background: $window; }
QCheckBox::indicator:checked:disabled, QRadioButton::indicator:checked:disabled { background: $disabled; }

QSlider { min-height: 22px; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $hairline; }
QSlider::sub-page:horizontal { border-radius: 2px; background: $accent; }
QSlider::handle:horizontal {
    width: 14px; height: 14px; margin: -6px 0; border-radius: 8px; background: $surface; border: 1px solid $outline;
}
QSlider::handle:horizontal:hover { border-color: $accent; }
QSlider::handle:horizontal:focus { border: 2px solid $accent; width: 12px; height: 12px; }

QProgressBar {
    background: $hairline; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; color: transparent;
}
QProgressBar::chunk { background: $accent; border-radius: 3px; }

QTabWidget::pane { border: none; border-top: 1px solid $hairline; }
QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab {
    background: transparent; color: $secondary; padding: 7px 14px; border: none; border-bottom: 2px solid transparent;
}
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $accent; border-bottom: 2px solid $accent; }
QTabBar::tab:focus { background: $hover; }
QTabBar::tab:disabled { color: $disabled; }

QDockWidget { color: $secondary; font-weight: 600; titlebar-close-icon: none; titlebar-normal-icon: none; }
QDockWidget::title {
    background: $window; padding: 7px 12px 5px 12px; text-align: left; border-bottom: 1px solid $hairline;
}
QMainWindow::separator { background: $hairline; width: 1px; height: 1px; margin: 0; }
QMainWindow::separator:hover { background: $accent; }
QSplitter::handle { background: $hairline; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QSplitter::handle:hover { background: $accent; }
QStatusBar { background: $window; color: $secondary; border-top: 1px solid $hairline; }
QStatusBar::item { border: none; }
QToolBar { background: $window; border: none; border-bottom: 1px solid $hairline; padding: 4px 8px; spacing: 4px; }

QMenuBar { background: $window; }
QMenuBar::item { padding: 5px 9px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: $selection; }
QMenu { background: $surface; border: 1px solid $outline; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 12px; border-radius: 4px; }
QMenu::item:selected { background: $selection; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $hairline; margin: 4px 8px; }

QAbstractItemView {
    background: $surface; border: 1px solid $hairline; outline: none; gridline-color: $hairline;
    alternate-background-color: $window; selection-background-color: $selection; selection-color: $text;
}
QAbstractItemView:focus { border-color: $accent; }
QAbstractItemView::item { padding: 3px 6px; }
QAbstractItemView::item:selected { background: $selection; color: $text; }
QHeaderView::section {
    background: $window; color: $secondary; border: none; border-bottom: 1px solid $hairline; padding: 4px 8px;
}
QTableCornerButton::section { background: $window; border: none; border-bottom: 1px solid $hairline; }

QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $scroll; border: 3px solid transparent; border-radius: 6px; background-clip: padding; }
QScrollBar::handle:vertical { min-height: 28px; margin: 2px 3px; border: none; border-radius: 3px; }
QScrollBar::handle:horizontal { min-width: 28px; margin: 3px 2px; border: none; border-radius: 3px; }
QScrollBar::handle:hover { background: $outline; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QGroupBox { border: none; border-top: 1px solid $hairline; margin-top: 22px; padding-top: 8px; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; subcontrol-position: top left; padding: 0; color: $secondary; }
""")


def stylesheet(theme: Theme) -> str:
    """The style sheet of the whole application, its type sizes taken from the application's font."""
    colours = {name: value for name in theme.__dataclass_fields__ if isinstance(value := getattr(theme, name), str)}
    accent = QColor(theme.accent)
    return _SHEET.substitute(
        colours,
        accent_hover=(accent.lighter(108) if theme.dark else accent.darker(110)).name(),
        accent_pressed=(accent.lighter(116) if theme.dark else accent.darker(125)).name(),
        scroll="#4A515D" if theme.dark else "#BFC3C7",
        glyphs=(paths.resources() / "icons" / "glyphs" / theme.name).as_posix(),
        **{role: f"{font(role).pointSizeF():.2f}" for role in ("caption", "heading", "title")},
    )


def palette(theme: Theme) -> QPalette:
    """What controls that the style sheet does not reach are painted with."""
    result = QPalette()
    roles = {
        QPalette.ColorRole.Window: theme.window,
        QPalette.ColorRole.WindowText: theme.text,
        QPalette.ColorRole.Base: theme.surface,
        QPalette.ColorRole.AlternateBase: theme.window,
        QPalette.ColorRole.Text: theme.text,
        QPalette.ColorRole.PlaceholderText: theme.secondary,
        QPalette.ColorRole.Button: theme.surface,
        QPalette.ColorRole.ButtonText: theme.text,
        QPalette.ColorRole.BrightText: theme.error,
        QPalette.ColorRole.Highlight: theme.accent,
        QPalette.ColorRole.HighlightedText: theme.on_accent,
        QPalette.ColorRole.Link: theme.accent,
        QPalette.ColorRole.LinkVisited: theme.gates["c"],
        QPalette.ColorRole.ToolTipBase: theme.surface,
        QPalette.ColorRole.ToolTipText: theme.text,
        QPalette.ColorRole.Accent: theme.accent,
        QPalette.ColorRole.Light: theme.surface,
        QPalette.ColorRole.Midlight: theme.hover,
        QPalette.ColorRole.Mid: theme.hairline,
        QPalette.ColorRole.Dark: theme.outline,
        QPalette.ColorRole.Shadow: theme.outline,
    }
    for role, colour in roles.items():
        result.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.disabled))
    return result


def prepare(app: QApplication) -> None:
    """Fusion underneath, so that it looks the same on every system, and our font; once, before there are widgets."""
    if app.property(_PREPARED):
        return
    app.setProperty(_PREPARED, True)
    app.setStyle("Fusion")
    screen = app.primaryScreen()
    app.setFont(body_font(QFont(app.font()), screen.logicalDotsPerInch() if screen else 96.0))


def apply(app: QApplication, theme: Theme) -> None:
    """Dress the whole application, when its widgets are there: Qt looks at every one again whenever it gets a place."""
    prepare(app)
    app.setPalette(palette(theme))
    app.setStyleSheet(stylesheet(theme))


def inset(box: QAbstractSpinBox) -> None:
    """Move a spin box's number away from its left edge, which Qt's style sheets cannot do."""
    for editor in box.findChildren(QLineEdit):
        editor.setTextMargins(7, 0, 0, 0)
