"""A person at the real window: acts from inside Qt's loop, one step after the other, and never sleeps."""

import gc
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QObject, QPointF, Qt, QTimer, QUrl, Slot
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from tests.ui.open_windows import top_level_widgets
from workbench.__main__ import main
from workbench.ui.window import Window

#: A story yields what it waits for.
Story = Generator[Callable[[], bool], None, None]

_PATIENCE_SECONDS = 60.0
_LOOK_AGAIN_MS = 5

Found = TypeVar("Found", bound=QWidget)


class Person:
    """What a person sees and does, by the names that controls have."""

    @property
    def window(self) -> Window:
        """The open window."""
        return next(widget for widget in top_level_widgets() if isinstance(widget, Window))

    def find(self, name: str, kind: type[Found]) -> Found:
        """A control by its name."""
        found = self.window.findChild(kind, name)
        assert isinstance(found, kind), f"there is no {kind.__name__} named {name}"
        return found

    def sees(self, name: str) -> bool:
        """Whether it is on the screen."""
        return self.find(name, QWidget).isVisible()

    def text(self, name: str) -> str:
        """What a label says; nothing while it is hidden."""
        label = self.find(name, QLabel)
        return label.text().replace("\N{NO-BREAK SPACE}", " ") if label.isVisible() else ""

    def click(self, name: str) -> None:
        """Clicks on a control that can be clicked on."""
        widget = self.find(name, QWidget)
        assert widget.isVisible() and widget.isEnabled(), f"{name} cannot be pressed"
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def write(self, name: str, text: str) -> None:
        """Writes into a field in place of what stands there."""
        field = self.find(name, QWidget)
        field.setFocus()
        QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(field, text)

    def press(self, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
        """Presses a key where the focus is."""
        held = Qt.KeyboardModifier.NoModifier
        for modifier in modifiers:
            held |= modifier
        QTest.keyClick(self.window.focusWidget() or self.window, key, held)

    def action(self, text: str) -> QAction:
        """A line of the menus, by its words."""
        for action in self.window.findChildren(QAction):
            if action.text().replace("&", "") == text:
                return action
        raise AssertionError(f"no menu has “{text}”")

    def drop(self, *paths: Path) -> None:
        """Drags files from elsewhere and drops them on the window."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        place, button = QPointF(self.window.rect().center()), Qt.MouseButton.LeftButton
        none = Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(place.toPoint(), Qt.DropAction.CopyAction, data, button, none)
        QApplication.sendEvent(self.window, enter)
        assert enter.isAccepted()
        QApplication.sendEvent(self.window, QDropEvent(place, Qt.DropAction.CopyAction, data, button, none))


class _Clock(QObject):
    """Lets a story go on as soon as what it waits for holds."""

    def __init__(self, story: Story) -> None:
        super().__init__()
        self._story = story
        self._holds: Callable[[], bool] = lambda: True
        self._since = time.monotonic()
        self.error: BaseException | None = None
        self.is_over = False
        self.timer = QTimer(self)
        self.timer.setInterval(_LOOK_AGAIN_MS)
        self.timer.timeout.connect(self.look)

    @Slot()
    def look(self) -> None:
        try:
            if self._holds():
                self._holds, self._since = next(self._story), time.monotonic()
            elif time.monotonic() - self._since > _PATIENCE_SECONDS:
                self._story.throw(TimeoutError("what the story waits for never came"))
        except StopIteration:
            self.timer.stop()
            self.is_over = True
            if any(isinstance(widget, Window) and widget.isVisible() for widget in top_level_widgets()):
                self.error = AssertionError("the story ended with the window open")
                QCoreApplication.exit(1)
        except BaseException as error:
            # An exception cannot pass through Qt's loop: it is kept, and raised when the loop has ended.
            self.timer.stop()
            self.error = error
            QCoreApplication.exit(1)


def live(script: Callable[[Person], Story], *words: str) -> None:
    """Starts the workbench as the command ``workbench`` does, and lets a person act until it has been closed."""
    clock = _Clock(script(Person()))
    clock.timer.start()
    try:
        code = main(list(words))
    finally:
        clock.timer.stop()
        _tidy(closing=clock.error is not None)
    if clock.error is not None:
        raise clock.error
    assert clock.is_over, "the window was closed before the story was over"
    assert code == 0


def _tidy(*, closing: bool) -> None:
    """What the end of the process would do: let go of the closed window."""
    if closing:
        for widget in top_level_widgets():
            widget.hide()
    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
