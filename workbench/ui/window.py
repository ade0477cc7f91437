"""The window: playground and docks, one ticker, menus and shortcuts; closing it ends everything cleanly."""

import time

from PySide6.QtCore import QObject, QSettings, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QPixmapCache, QShowEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QMainWindow, QTabWidget, QVBoxLayout, QWidget

from workbench import paths
from workbench.config import Task
from workbench.errors import BadInput
from workbench.session.change import Change
from workbench.session.note import Note
from workbench.session.session import Session
from workbench.ui import icons, stylesheet
from workbench.ui.cut_short import CutShort
from workbench.ui.docks import Area, dock_places
from workbench.ui.layout import DockLayout
from workbench.ui.menus import Menus
from workbench.ui.notice import Notice
from workbench.ui.panel_dock import AREAS, PanelDock
from workbench.ui.panels.panel import Panel
from workbench.ui.place_tab import PlaceTab
from workbench.ui.places import places
from workbench.ui.shortcuts import ShortcutSheet
from workbench.ui.text import tr
from workbench.ui.theme import Choice, Theme, ThemeSource
from workbench.ui.ticker import Ticker

#: Room for the pad with the beliefs beside it, and as high as the highest place asks for, seen or not.
_CENTRE = QSize(464, 382)


class Window(QMainWindow):
    """The playground in the middle, and around it the docks that ``ui.docks`` names."""

    def __init__(self, session: Session, ticker: Ticker, source: ThemeSource) -> None:
        super().__init__()
        self.session, self._ticker, self._source = session, ticker, source
        self.setObjectName("window")
        self.setMinimumSize(QSize(1024, 640))
        self.resize(1280, 800)
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(True)
        theme = source.theme
        self._places = places()
        self._tasks: tuple[Task, ...] = tuple(self._places)
        self._playgrounds: dict[Task, PlaceTab] = {}
        #: Those that were seen.
        self._panels: list[Panel] = []
        #: What each panel has still to show, and when it last showed something.
        self._stale: dict[Panel, Change] = {}
        self._shown_at: dict[Panel, float] = {}
        self._notice = Notice(theme)
        self._cut_short = CutShort(session, self._notice, self)
        self._cut_short.left.connect(self._show_runs)
        #: The newest note that was looked at. The log forgets its oldest lines, so that counting them would not do.
        self._note_seen: Note | None = None
        self._closing_asked = False
        self._begun = self._was_racing = False
        self._build_centre()
        self._build_docks()
        self._menus = Menus(self, self._docks.values(), source.choice)
        self._show_tab_icons(theme)
        self._dress(theme)
        source.changed.connect(self._take_theme)
        ticker.changed.connect(self._changed)
        self._show_menus()
        self._refresh_stale()
        self._retitle()

    # --- building -----------------------------------------------------------------------------------------------------

    def _build_centre(self) -> None:
        self._tabs = QTabWidget()
        self._tabs.setObjectName("playground")
        self._tabs.setAccessibleName(tr("Playground"))
        self._tabs.setDocumentMode(True)
        for task, place in self._places.items():
            tab = PlaceTab(place, self.session, self._source.theme)
            tab.setObjectName(f"{task}Place")
            tab.made.connect(self._panel_made)
            self._tabs.addTab(tab, place.title)
            self._playgrounds[task] = tab
        self._show_place(self.session.looking.at)
        self._playgrounds[self.session.looking.at].make()
        self._tabs.currentChanged.connect(self._tab_chosen)
        centre = QWidget()
        centre.setMinimumSize(_CENTRE)
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._notice)
        column.addWidget(self._tabs, 1)
        self.setCentralWidget(centre)

    def _build_docks(self) -> None:
        for corner in (Qt.Corner.BottomLeftCorner, Qt.Corner.TopLeftCorner):
            self.setCorner(corner, Qt.DockWidgetArea.LeftDockWidgetArea)
        self.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.BottomDockWidgetArea)
        self._docks = {place.name: PanelDock(place, self.session, self._source.theme, self) for place in dock_places()}
        first: dict[Area, PanelDock] = {}
        for dock in self._docks.values():
            dock.made.connect(self._panel_made)
            area = dock.place.area
            self.addDockWidget(AREAS[area], dock)
            if area in first:
                self.tabifyDockWidget(first[area], dock)
            else:
                first[area] = dock
                dock.make()
        for dock in first.values():
            dock.raise_()
        self._layout = DockLayout(self, self._default_sizes)

    @Slot(QObject)
    def _panel_made(self, panel: QObject) -> None:
        assert isinstance(panel, Panel)
        self._panels.append(panel)
        self._stale[panel], self._shown_at[panel] = panel.listens, 0.0
        if self._begun:  # else it is shown with all the others
            QTimer.singleShot(0, self._refresh_later)

    def _default_sizes(self) -> None:
        horizontal, vertical = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        self.resizeDocks([self._docks["experiment"], self._docks["gates"]], [300, 430], horizontal)
        self.resizeDocks([self._docks["curves"]], [230], vertical)

    # --- showing ------------------------------------------------------------------------------------------------------

    @Slot(object)
    def _changed(self, change: Change) -> None:
        for panel in self._panels:
            self._stale[panel] |= change & panel.listens
        if change & (Change.PRESETS | Change.READING | Change.STORY | Change.PAD):
            self._show_place(self.session.looking.at)
        if change & (Change.PRESETS | Change.SETTINGS):
            self._retitle()
        if change & (Change.PAD | Change.READING | Change.TRAINING | Change.SETTINGS | Change.NETWORK):
            self._show_menus()
        if Change.SCREEN in change:
            self._notice.say(
                tr("The drawing and the story are those that this run was left with."),
                way_out=(tr("Put mine back"), self._put_back),
            )
        if Change.RACE in change:
            self._show_new_race()
        if Change.LOG in change:
            self._show_new_errors()
        self._refresh_stale()

    def _refresh_stale(self) -> None:
        now = time.monotonic()
        for panel in self._panels:
            if not self._stale[panel] or not panel.isVisible():
                continue
            wait = panel.interval_ms / 1000 - (now - self._shown_at[panel])
            if wait > 0:
                QTimer.singleShot(int(wait * 1000) + 1, self._refresh_later)
                continue
            self._stale[panel] = Change.NONE
            self._shown_at[panel] = now
            panel.refresh()

    def _show_menus(self) -> None:
        self._menus.show_session(self.session, pad_is_seen=self._tasks[self._tabs.currentIndex()] == "digits")

    @Slot()
    def _refresh_later(self) -> None:
        self._refresh_stale()

    def _show_new_race(self) -> None:
        """One that was resumed elsewhere than in its panel is seen, too."""
        was_racing, self._was_racing = self._was_racing, self.session.race.is_busy
        if self._was_racing and not was_racing:
            self.show_dock("race")

    def _show_new_errors(self) -> None:
        """Above the playground, unless the Experiment panel tells it beside the buttons that help."""
        notes = self.session.notes
        begin = next((n + 1 for n in range(len(notes) - 1, -1, -1) if notes[n] is self._note_seen), 0)
        for note in notes[begin:]:
            is_told = note.told_by == "training" and self._docks["experiment"].isVisible()
            if note.level in ("error", "warning") and not is_told:
                self._notice.say(note.sentence, note.details)
        self._note_seen = notes[-1] if notes else None

    def _retitle(self) -> None:
        choices = self.session.choices
        self.setWindowTitle(f"{choices.preset.title}[*]")
        self.setWindowModified(choices.is_changed)

    @Slot(object)
    def _take_theme(self, theme: Theme) -> None:
        QPixmapCache.clear()  # every icon is made anew, and what Qt scaled of the old ones is never asked for again
        self._dress(theme)
        self._show_tab_icons(theme)
        self._notice.set_theme(theme)
        for tab in self._playgrounds.values():
            tab.set_theme(theme)
        for dock in self._docks.values():
            dock.set_theme(theme)

    def _dress(self, theme: Theme) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            stylesheet.apply(app, theme)

    def _show_tab_icons(self, theme: Theme) -> None:
        for number, place in enumerate(self._places.values()):
            self._tabs.setTabIcon(number, icons.icon(place.icon, theme))

    @Slot(QAction)
    def look_chosen(self, action: QAction) -> None:
        """A line of the menu Appearance."""
        self.choose_appearance(action.data())

    def choose_appearance(self, choice: Choice) -> None:
        """As the system, light or dark."""
        self._source.choose(choice)

    # --- verbs --------------------------------------------------------------------------------------------------------

    @Slot(int)
    def _tab_chosen(self, index: int) -> None:
        self.session.look_at(self._tasks[index])
        self._show_menus()
        for panel in self._panels:
            if panel.isVisible():
                self._stale[panel] |= panel.listens
        self._refresh_stale()

    @Slot()
    def open_file(self) -> None:
        """Asks for a file: a preset, an image, a drawing, a text or a network."""
        kinds = "*.toml *.png *.jpg *.jpeg *.bmp *.webp *.json *.txt *.safetensors *.lstmrun"
        pattern = tr("All that can be opened") + f" ({kinds});;" + tr("All files") + " (*)"
        name, _ = QFileDialog.getOpenFileName(self, tr("Open"), "", pattern)
        if name:
            self.open_path(name)

    @Slot()
    def save_drawing(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, tr("Save drawing"), "digit.json", tr("Drawing (*.json)"))
        if name:
            self._try(self.session.save_drawing, name)

    @Slot()
    def show_export(self) -> None:
        """What can be taken away of the network that answers, its run and its preset."""
        from workbench.ui.export_window import ExportWindow

        ExportWindow(self.session, self._ticker, self).show()

    def open_path(self, name: str) -> None:
        """Opens a preset, an image, a drawing, a text, a network or a run in one file."""
        self._try(self.session.open, name)

    def _try(self, verb: object, *arguments: object) -> None:
        assert callable(verb)
        try:
            verb(*arguments)
        except BadInput as error:
            self._notice.say(str(error))

    @Slot()
    def _put_back(self) -> None:
        self.session.screen.take_back()

    @Slot()
    def session_undo(self) -> None:
        self.session.undo()

    @Slot()
    def session_redo(self) -> None:
        self.session.redo()

    @Slot()
    def clear_pad(self) -> None:
        self.session.clear_pad()

    @Slot()
    def train_or_pause(self) -> None:
        """Train, pause, or go on, whichever there is to do; a race that is on is paused in its place."""
        race = self.session.race
        phase = race.phase if race.is_busy else self.session.training.phase
        if phase in ("preparing", "training"):
            (race if race.is_busy else self.session).pause()
        elif phase in ("paused", "pausing"):
            (race if race.is_busy else self.session).go_on()
        else:
            self._try(self.session.train)

    @Slot()
    def one_step(self) -> None:
        self.session.one_step()

    @Slot()
    def _show_runs(self) -> None:
        self.show_dock("runs")

    @Slot()
    def stop_training(self) -> None:
        self.session.stop()

    @Slot()
    def show_place(self) -> None:
        """A line of the menu Playground."""
        action = self.sender()
        assert isinstance(action, QAction)
        self._show_place(action.data())

    def _show_place(self, task: Task) -> None:
        """Brings a task's tab to the front."""
        index = self._tasks.index(task)
        if index != self._tabs.currentIndex():
            self._tabs.setCurrentIndex(index)

    def show_dock(self, name: str) -> None:
        """Brings a dock to the front, whether it was closed or behind another."""
        dock = self._docks[name]
        dock.make()
        dock.show()
        dock.raise_()

    @Slot()
    def verify_cells(self) -> None:
        """Checks everything anew, in sight."""
        self.show_dock("verify")
        self.session.verifying.verify()

    @Slot()
    def show_sample(self) -> None:
        self.session.show_sample()

    @Slot()
    def tell_again(self) -> None:
        self._try(self._tell_again)

    def _tell_again(self) -> None:
        self.session.tell(again=True)

    @Slot()
    def show_shortcuts(self) -> None:
        ShortcutSheet(self, self._source.theme).show_over()

    # --- layout -------------------------------------------------------------------------------------------------------

    def restore_layout(self) -> None:
        """Docks, size and look as they were left, or the default."""
        settings = QSettings(str(paths.window_file()), QSettings.Format.IniFormat)
        self._layout.restore(settings)
        choice = settings.value("appearance", "system")
        if self._source.choice == "system" and choice in ("light", "dark"):
            self._source.choose(choice)
            self._menus.check_look(choice)

    def _save_layout(self) -> None:
        paths.window_file().parent.mkdir(parents=True, exist_ok=True)
        settings = QSettings(str(paths.window_file()), QSettings.Format.IniFormat)
        self._layout.save(settings)
        settings.setValue("appearance", self._source.choice)
        settings.sync()

    @Slot()
    def default_layout(self) -> None:
        self._layout.back_to_default()

    # --- Qt's events --------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh_stale()
        if not self._begun:
            self._begun = True
            # After the first picture: torch takes a second or two to import, and the window is there to be read.
            QTimer.singleShot(0, self._begin)

    @Slot()
    def _begin(self) -> None:
        self.session.load_networks()
        self._cut_short.offer()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Single keys come here only when the focused widget had no use for them, so never from a text field."""
        if event.modifiers() == Qt.KeyboardModifier.NoModifier:
            if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
                self.train_or_pause()
                return
            if event.key() == Qt.Key.Key_Period:
                self.session.one_step()
                return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and all(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls():
            self.open_path(url.toLocalFile())
        event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        """During training or a race it asks once, in the window; a second close means it."""
        is_racing = self.session.race.is_busy
        if (self.session.training.is_busy or is_racing) and not self._closing_asked:
            self._closing_asked = True
            self._notice.ask(
                tr("A race is running. Closing stops it after this batch and saves every lane's network and run.")
                if is_racing
                else tr("A training is running. Closing stops it after this batch and saves the network and the run."),
                (
                    (tr("Save and close"), self._close_now),
                    (tr("Go on racing") if is_racing else tr("Go on training"), self._stay),
                ),
            )
            event.ignore()
            return
        self._save_layout()
        for dock in self._docks.values():
            if dock.isFloating():
                dock.hide()  # else it would stand there alone while the network is being saved
        event.accept()

    @Slot()
    def _close_now(self) -> None:
        self._closing_asked = True
        self.close()

    @Slot()
    def _stay(self) -> None:
        self._closing_asked = False
