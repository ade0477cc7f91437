"""The menus: every verb of the window by its name and its key."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QDockWidget, QMenu

from workbench.session.session import Session
from workbench.ui.places import places
from workbench.ui.text import tr
from workbench.ui.theme import Choice

if TYPE_CHECKING:
    from workbench.ui.window import Window

Keys = QKeySequence.StandardKey

#: Keys that people try, where the system has others or none.
_ALSO = {Keys.Quit: "Ctrl+Q", Keys.Redo: "Ctrl+Y"}


class Menus:
    """Builds the menu bar, and keeps each line's state true."""

    def __init__(self, window: Window, docks: Iterable[QDockWidget], look: Choice) -> None:
        self._bar = window.menuBar()
        file = self._menu(tr("&File"))
        self._line(file, tr("&Open…"), window.open_file, Keys.Open)
        self.save = self._line(file, tr("Save &drawing…"), window.save_drawing, Keys.Save)
        self._line(file, tr("&Export…"), window.show_export, "Ctrl+E")
        file.addSeparator()
        self._line(file, tr("&Quit"), window.close, Keys.Quit)
        edit = self._menu(tr("&Edit"))
        self.undo = self._line(edit, tr("&Undo"), window.session_undo, Keys.Undo)
        self.redo = self._line(edit, tr("&Redo"), window.session_redo, Keys.Redo)
        self.clear = self._line(edit, tr("&Clear the pad"), window.clear_pad, Keys.Delete)
        train = self._menu(tr("&Train"))
        self.train = self._line(train, tr("&Train"), window.train_or_pause, "Ctrl+T")
        # Behind the tab stands the single key that the window listens for itself.
        self.step = self._line(train, tr("&One step") + "\t.", window.one_step)
        self.stop = self._line(train, tr("&Stop"), window.stop_training, "Ctrl+.")
        train.addSeparator()
        self._line(train, tr("&Verify all cells"), window.verify_cells)
        play = self._menu(tr("&Playground"))
        for number, (task, place) in enumerate(places().items(), start=1):
            self._line(play, place.title, window.show_place, f"Ctrl+{number}").setData(task)
        play.addSeparator()
        self._line(play, tr("Show a test di&git"), window.show_sample, "Ctrl+D")
        self.again = self._line(play, tr("Tell the story &again"), window.tell_again, "Ctrl+R")
        view = self._menu(tr("&View"))
        for dock in docks:
            view.addAction(dock.toggleViewAction())
        view.addSeparator()
        self._line(view, tr("&Default layout"), window.default_layout)
        self._looks: dict[str, QAction] = {}
        self._add_looks(view.addMenu(tr("&Appearance")), window)
        self.check_look(look)
        self._line(self._menu(tr("&Help")), tr("&Keyboard shortcuts"), window.show_shortcuts, Keys.HelpContents)

    def show_session(self, session: Session, *, pad_is_seen: bool) -> None:
        """What can be done now. Undo, redo and clear belong to the pad: out of its sight they do nothing."""
        pad, phase = session.pad, session.training.phase
        self.save.setEnabled(not pad.content.drawing.is_empty)
        self.undo.setEnabled(pad_is_seen and pad.can_undo)
        self.redo.setEnabled(pad_is_seen and pad.can_redo)
        self.clear.setEnabled(pad_is_seen and not pad.content.is_empty)
        if phase in ("preparing", "training"):
            self.train.setText(tr("&Pause"))
        else:
            self.train.setText(tr("&Continue") if phase in ("pausing", "paused") else tr("&Train"))
        self.train.setEnabled(phase != "stopping" and (session.training.is_busy or not session.cannot_train()))
        self.step.setEnabled(phase == "paused")
        self.stop.setEnabled(session.training.is_busy and phase != "stopping")
        self.again.setEnabled(not session.nobody_answers("words"))

    def _menu(self, title: str) -> QMenu:
        return self._bar.addMenu(title)

    def _line(self, menu: QMenu, text: str, slot: Callable[[], object], keys: Keys | str = "") -> QAction:
        action = menu.addAction(text)
        action.triggered.connect(slot)
        action.setShortcuts(_sequences(keys))
        return action

    def check_look(self, look: Choice) -> None:
        """Marks the appearance that is chosen."""
        self._looks[look].setChecked(True)

    def _add_looks(self, menu: QMenu, window: Window) -> None:
        group = QActionGroup(window)
        choices: tuple[tuple[Choice, str], ...] = (
            ("system", tr("As the &system")), ("light", tr("&Light")), ("dark", tr("&Dark")),
        )  # fmt: skip
        for choice, text in choices:
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setData(choice)
            self._looks[choice] = action
            group.addAction(action)
        group.triggered.connect(window.look_chosen)


def _sequences(keys: Keys | str) -> list[QKeySequence]:
    """The system's keys for a standard action, then those that people try besides."""
    if isinstance(keys, str):
        return [QKeySequence(keys)] if keys else []
    found = list(QKeySequence.keyBindings(keys))
    also = QKeySequence(_ALSO.get(keys, ""))
    return found if also.isEmpty() or also in found else [*found, also]
