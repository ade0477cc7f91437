"""Docks that were moved, floated and closed, and what comes back of them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QDockWidget, QLabel, QMainWindow, QTabBar
from pytestqt.qtbot import QtBot

from workbench.bench.offscreen import open_window
from workbench.ui.docks import dock_places
from workbench.ui.layout import DockLayout

Area = Qt.DockWidgetArea
PLACES = {
    "left": Area.LeftDockWidgetArea, "right": Area.RightDockWidgetArea,
    "below": Area.BottomDockWidgetArea, "log": Area.BottomDockWidgetArea,
}  # fmt: skip


class FourDocks(QMainWindow):
    """Docked as the window's: one on either side, two as tabs below."""

    def __init__(self) -> None:
        super().__init__()
        self.resize(800, 600)
        self.setDockNestingEnabled(True)
        self.setCentralWidget(QLabel("centre"))
        self.docks = {name: self._dock(name, area) for name, area in PLACES.items()}
        self.tabifyDockWidget(self.docks["below"], self.docks["log"])
        self.layout_kept = DockLayout(self, self._sizes)

    def _dock(self, name: str, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(name, self)
        dock.setObjectName(name)
        dock.setWidget(QLabel(name))
        self.addDockWidget(area, dock)
        return dock

    def _sizes(self) -> None:
        self.resizeDocks([self.docks["left"], self.docks["right"]], [200, 180], Qt.Orientation.Horizontal)

    def tabs(self) -> list[list[str]]:
        """The tabs that are seen at the edge of the docks."""
        bars = self.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
        seen = [bar for bar in bars if bar.isVisible() and self.rect().intersects(bar.geometry())]
        return [[bar.tabText(number) for number in range(bar.count())] for bar in seen]


@pytest.fixture
def opened(qtbot: QtBot) -> Iterator[Callable[[], FourDocks]]:
    windows: list[FourDocks] = []

    def opened() -> FourDocks:
        windows.append(FourDocks())
        qtbot.addWidget(windows[-1])
        return windows[-1]

    yield opened
    for window in windows:
        window.docks["log"].hide()  # a floating dock stays when its window is closed


def floated(window: FourDocks) -> None:
    window.docks["log"].setFloating(True)


def closed(window: FourDocks) -> None:
    window.docks["below"].hide()
    window.docks["log"].hide()


def moved(window: FourDocks) -> None:
    window.addDockWidget(Area.RightDockWidgetArea, window.docks["below"])
    window.tabifyDockWidget(window.docks["left"], window.docks["log"])


@pytest.mark.parametrize("change", [floated, closed, moved])
def test_the_default_comes_back_with_one_row_of_tabs(
    change: Callable[[FourDocks], None], opened: Callable[[], FourDocks], qtbot: QtBot
) -> None:
    window = opened()
    window.show()
    qtbot.waitUntil(lambda: window.tabs() == [["below", "log"]], timeout=60_000)
    width = window.docks["left"].width()
    for _ in range(2):
        change(window)
        qtbot.waitUntil(lambda: window.tabs() != [["below", "log"]], timeout=60_000)
        window.layout_kept.back_to_default()
        qtbot.waitUntil(lambda: window.tabs() == [["below", "log"]], timeout=60_000)
        assert not any(dock.isFloating() or dock.isHidden() for dock in window.docks.values())
        assert {name: window.dockWidgetArea(dock) for name, dock in window.docks.items()} == PLACES
        qtbot.waitUntil(lambda: window.docks["left"].width() == width, timeout=60_000)


@pytest.mark.parametrize("change", [lambda window: None, floated, closed, moved])
def test_docks_come_back_as_they_were_left(
    change: Callable[[FourDocks], None], opened: Callable[[], FourDocks], qtbot: QtBot, tmp_path: Path
) -> None:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    before, after = opened(), opened()
    before.show()
    qtbot.waitUntil(lambda: before.tabs() == [["below", "log"]], timeout=60_000)
    before.layout_kept.back_to_default()
    change(before)
    qtbot.waitUntil(
        lambda: change not in (floated, closed, moved) or before.tabs() != [["below", "log"]], timeout=60_000
    )
    before.layout_kept.save(settings)
    after.layout_kept.restore(settings)
    after.show()
    qtbot.waitUntil(lambda: after.tabs() == before.tabs(), timeout=60_000)
    for name, dock in after.docks.items():
        left = before.docks[name]
        assert (dock.isFloating(), dock.isHidden()) == (left.isFloating(), left.isHidden())
        assert after.dockWidgetArea(dock) == before.dockWidgetArea(left)


@pytest.mark.parametrize("nonsense", ["", "@ByteArray(abc)", "12", "@Invalid()", "a, b"])
def test_a_spoilt_file_means_the_default(
    nonsense: str, opened: Callable[[], FourDocks], qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "window.ini"
    path.write_text(f"[General]\ngeometry={nonsense}\nstate={nonsense}\n")
    window = opened()
    window.layout_kept.restore(QSettings(str(path), QSettings.Format.IniFormat))
    window.show()
    qtbot.waitUntil(lambda: window.tabs() == [["below", "log"]], timeout=60_000)


def test_the_window_shows_each_row_of_tabs_once() -> None:
    with open_window() as opened:
        for size in ((1024, 640), (1280, 800)):
            opened.window.resize(*size)
            opened.spin(0.05)
            least = opened.window.minimumSizeHint()
            assert least.width() <= size[0] and least.height() <= size[1], "or its parts would cover each other"
            bars = opened.window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
            shown = [[bar.tabText(n) for n in range(bar.count())] for bar in bars if bar.isVisible()]
            expected = [[place.title for place in dock_places() if place.area == area] for area in ("bottom", "right")]
            assert sorted(shown) == expected
