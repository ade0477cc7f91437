"""A day at the window: what a person does with it all day long, one thing after the other, with mouse and keys."""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QSlider, QTabBar, QTableView, QTabWidget, QToolButton, QWidget

from tests.soak.turning import Turning
from tests.ui.person import Person
from workbench.bench.mouse import Hand, zigzag
from workbench.bench.pictures import FOUR
from workbench.session.session import Session
from workbench.ui.docks import dock_places
from workbench.ui.panels.preset_chooser import PresetChooser
from workbench.ui.widgets.heatmap import Heatmap
from workbench.ui.widgets.influence_map import InfluenceMap
from workbench.ui.widgets.story_text import StoryText
from workbench.ui.widgets.time_view import TimeView
from workbench.ui.window import Window

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier

#: The catalogue is kept at so many runs: the oldest go to the bin.
MOST_RUNS = 24

#: What is trained, how it begins to be typed, and how many steps.
DIGITS, FABLE, SUMS = "strokes-digits", "story-belling-the-cat", "binary-addition-lstm"


class Sitting(Person):
    """A person at this window, whatever others there are."""

    def __init__(self, window: Window) -> None:
        self._window = window

    @property
    def window(self) -> Window:
        """This one."""
        return self._window


class Day:
    """``done`` counts what was done."""

    def __init__(self, turning: Turning, person: Person, session: Session, *, steps: int) -> None:
        """``steps``: about how many a training is given."""
        self._turning, self._person, self._session, self._steps = turning, person, session, steps
        self.done: Counter[str] = Counter()
        self.rounds = 0

    def round(self) -> Iterator[Callable[[], None]]:
        """The parts of one round, to be done one after the other; each can be done whatever became of the last."""
        looks = ("Dark", "Light") if self.rounds % 2 else ("Light", "Dark")
        self.rounds += 1
        if self.rounds == 1:
            yield self.walk_the_docks
            yield self.open_everything
        yield lambda: self.train(DIGITS, {"data.train": "2000", "training.epochs": "0"}, self.draw)
        yield lambda: self.look(looks[0])
        yield self.continue_from_a_snapshot
        yield lambda: self.train(FABLE, {}, self.tell)
        yield lambda: self.train(SUMS, {"training.epochs": "0", "training.steps": str(5 * self._steps)}, self.add)
        yield lambda: self.look(looks[1])
        yield self.walk_the_tabs
        yield self.hold_and_ask
        yield self.race
        yield self.open_and_close_windows
        yield self.tidy_the_runs

    # --- training -----------------------------------------------------------------------------------------------------

    def train(self, preset: str, settings: dict[str, str], meanwhile: Callable[[], None]) -> None:
        """Train, pause, one step, go on, stop, resume, and something done meanwhile."""
        person, session = self._person, self._session
        training = session.training
        self.choose(preset)
        self._write({"training.steps": str(self._steps), **settings})
        self._until(lambda: not session.cannot_train(), f"{preset} can be trained")
        self._click("trainButton")
        self._until(lambda: training.history is not None and training.history.step > 2,
                    f"{preset} trains")  # fmt: skip
        QTest.mouseClick(person.find("pauseButton", QWidget), Qt.MouseButton.LeftButton)
        self._until(lambda: training.phase in ("paused", "finished"), f"{preset} pauses")
        if training.phase == "paused":
            before = training.history.step if training.history is not None else 0
            self._click("stepButton")
            self._until(lambda: not training.is_busy or (training.phase == "paused" and training.history is not None
                        and training.history.step > before), f"{preset} does one step")  # fmt: skip
            if training.is_busy:
                self._click("pauseButton")  # goes on
        meanwhile()
        self._stop_training()
        assert training.folder is not None
        if training.phase == "stopped":
            session.resume(training.folder)
            self.done["resumed"] += 1
            self._turning.spin(1.0)
            meanwhile()
            self._until(lambda: not training.is_busy, f"{preset} is trained to its end", limit=600)
        self.done["trained"] += 1

    def _write(self, settings: dict[str, str]) -> None:
        """Into the form, once it is that of the preset."""
        for key, value in settings.items():
            self._until(lambda key=key: self._person.window.findChild(QWidget, key) is not None, f"{key} is asked for")  # type: ignore[misc]
            self._person.write(key, value)

    def _stop_training(self) -> None:
        """Unless it ends before it can be stopped."""
        training, stop = self._session.training, self._person.find("stopButton", QWidget)
        self._until(lambda: not training.is_busy or stop.isEnabled(), "the training can be stopped")
        if training.is_busy:
            QTest.mouseClick(stop, Qt.MouseButton.LeftButton)
        self._until(lambda: not training.is_busy, "the training stops")

    def choose(self, preset: str) -> None:
        """With the keyboard: the letters it begins with, then the arrows."""
        chooser = self._person.find("presetChooser", PresetChooser)
        chooser.setFocus()
        if self._session.choices.chosen == preset:
            self._click("resetButton") if self._person.find("resetButton", QWidget).isEnabled() else None
            return
        wanted = chooser.findData(preset)
        QTest.keyClicks(chooser, chooser.itemText(wanted).split()[0])
        while (at := chooser.currentIndex()) != wanted:
            QTest.keyClick(chooser, Qt.Key.Key_Down if at < wanted else Qt.Key.Key_Up)
            assert chooser.currentIndex() != at, f"{preset} is not chosen"
        self._until(lambda: self._session.choices.chosen == preset, f"{preset} is chosen")

    def continue_from_a_snapshot(self) -> None:
        """The newest run is opened, travelled through, and gone on with as a new one from half way."""
        person, session = self._person, self._session
        shelf = session.runs
        self._until(lambda: bool(shelf.rows) and not session.training.is_busy, "runs are listed")
        self.show("runs")
        table = person.find("runsTable", QTableView)
        self._until(table.isVisible, "the table is seen")
        self._click_row(table, 0)
        self._until(lambda: len(shelf.chosen) == 1 and shelf.compared is not None, "a run is chosen")
        self._click("openRun")
        self._until(lambda: session.times.opened is not None, "the run is opened")
        self.show("snapshots")
        slider = person.find("snapshotSlider", QSlider)
        self._until(slider.isVisible, "the slider is seen")
        slider.setFocus()
        for _ in range(max(1, slider.maximum() // 2)):
            QTest.keyClick(slider, Qt.Key.Key_Left)
            self._turning.spin(0.1)
        self._turning.spin(1.0)
        self.done["travelled"] += 1
        self.show("runs")
        go_on = person.find("goOnWithRun", QWidget)
        self._until(lambda: go_on.isEnabled() and go_on.isVisible(), "a run can be gone on with")
        for _ in range(2):  # its curves behind the live ones, and away again
            self._click("drawRuns")
            self._turning.spin(1.0)
        from_snapshot = person.window.findChild(QAction, "continueFromSnapshot")
        assert from_snapshot is not None
        self._until(from_snapshot.isEnabled, "a snapshot before its end is shown")
        from_snapshot.trigger()
        self._until(lambda: session.training.phase in ("training", "finished"), "the new run is trained")
        self.draw()
        self._stop_training()
        self.done["continued as new"] += 1

    def race(self) -> None:
        """Lanes of the sums, for a few steps, stopped on the way and gone on with."""
        race = self._session.race
        self.choose(SUMS)
        self._write({"training.epochs": "0", "training.steps": str(self._steps)})
        self._until(lambda: not self._session.cannot_train(), "a race can begin")
        self.show("race")
        self._click("raceStart")
        self._until(lambda: race.phase in ("training", "finished"), "the race is on")
        tabs = self._person.find("raceTabs", QTabBar)
        for number in range(tabs.count()):
            tabs.setCurrentIndex(number)
            self._turning.spin(0.4)
        if race.is_busy:
            self._click("raceStop")
        self._until(lambda: not race.is_busy, "the race has ended")
        if race.phase == "stopped":
            race.resume(race.runners[-1].folder)
            self._until(lambda: not race.is_busy, "the race goes on to its end", limit=600)
            assert not race.message, f"the race goes on to its end: {race.message}"
            self.done["raced on"] += 1
        self.done["raced"] += 1

    def tidy_the_runs(self) -> None:
        """The oldest runs go to the bin."""
        shelf = self._session.runs
        self.show("runs")
        table = self._person.find("runsTable", QTableView)
        self._until(lambda: shelf.rows is not None, "runs are listed")
        for words in ("cat", " "):
            self._person.write("runsFilter", words)
            self._turning.spin(0.5)
        if len(shelf.rows or ()) <= MOST_RUNS:
            return
        self._click_row(table, MOST_RUNS)
        last = table.model().rowCount() - 1
        self._click_row(table, last, SHIFT)
        self._until(lambda: len(shelf.chosen) == last + 1 - MOST_RUNS, "the oldest runs are chosen")
        self._click("deleteRuns")
        self._until(lambda: len(shelf.rows or ()) == MOST_RUNS, "the oldest runs are deleted")

    # --- the places ---------------------------------------------------------------------------------------------------

    def draw(self) -> None:
        """A four and a zigzag on the pad; undone, done again, cleared."""
        self.place(0)
        person, looking = self._person, self._session.looking
        hand = Hand(person.find("digitCanvas", QWidget))
        for strokes in (FOUR, (zigzag(40),)):
            for stroke in strokes:
                hand.press(stroke.points[0][0], stroke.points[0][1])
                for x, y, _ in stroke.points[1:]:
                    hand.move(x, y)
                    self._turning.spin(0.01)
                hand.lift(stroke.points[-1][0], stroke.points[-1][1])
            self._until(lambda: looking.answered == looking.asked, "the drawing is read")
            self._hover_the_gates()
            self._click("undoStroke")
            self._click("redoStroke")
            self._turning.spin(0.2)
            self._click("clearPad")
            self.done["drawn"] += 1
        self._click("showSample")
        self._turning.spin(0.5)

    def tell(self) -> None:
        """Two stories: one greedy, one by luck, its words hovered."""
        self.place(1)
        person, story = self._person, self._session.story
        self._until(lambda: not self._session.nobody_answers("words"), "somebody tells")
        person.write("storySeed", "had a general")
        QTest.keyClick(person.find("storySeed", QWidget), Qt.Key.Key_Return)
        self._until(lambda: not story.is_telling, "a story is told")
        slider = person.find("storyTemperature", QSlider)
        slider.setFocus()
        for key in (Qt.Key.Key_Right,) * 8:
            QTest.keyClick(slider, key)
        self._click("storyAgain")
        self._until(lambda: not story.is_telling, "a story is told again")
        for key in (Qt.Key.Key_Left,) * 8:
            QTest.keyClick(slider, key)
        page = person.find("storyText", StoryText).viewport()
        for x in range(10, page.width(), 60):
            self._mouse(page, QEvent.Type.MouseMove, QPointF(x, 20))
            self._turning.spin(0.03)
        self._hover_the_gates()
        self.done["told"] += 2

    def add(self) -> None:
        """Two sums typed and one by chance."""
        self.place(3)
        for a, b in (("91", "55"), ("200", "19")):
            self._person.write("adderA", a)
            self._person.write("adderB", b)
            self._turning.spin(0.3)
        self._click("adderRandom")
        self._turning.spin(0.3)
        self._hover(self._person.find("adderBits", TimeView))
        self._hover_the_gates()
        self.done["added"] += 3

    def place(self, number: int) -> None:
        """A tab of the playground, by its key."""
        self._key(Qt.Key(Qt.Key.Key_1 + number), CTRL)
        tabs = self._person.find("playground", QTabWidget)
        self._until(lambda: tabs.currentIndex() == number, f"tab {number} is in front")

    def walk_the_tabs(self) -> None:
        """Every place of the playground in turn, its heatmaps hovered."""
        for number in range(self._person.find("playground", QTabWidget).count()):
            self.place(number)
            self._turning.spin(0.5)
            self._see_everything()
            self._hover_the_gates()
        self.done["walked the tabs"] += 1

    # --- the docks ----------------------------------------------------------------------------------------------------

    def show(self, name: str) -> None:
        """A dock in front of the others of its place."""
        self._person.window.show_dock(name)
        self._turning.spin(0.1)

    def walk_the_docks(self) -> None:
        """Every dock in turn, in front for a moment."""
        for place in dock_places():
            self.show(place.name)
            self._turning.spin(0.5)
            assert not self._dock(place.name).visibleRegion().isEmpty(), f"{place.name} is not seen"
        self.done["walked the docks"] += 1

    def open_everything(self) -> None:
        """On a large screen every dock has a place of its own, and all are seen at once from now on."""
        window = self._person.window
        window.resize(2560, 1600)
        for place in dock_places():
            window.removeDockWidget(self._dock(place.name))
        left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        window.addDockWidget(left, self._dock("experiment"))
        for area, columns in (
            (right, (("gates", "influence"), ("cell", "verify"), ("clamps",))),
            (Qt.DockWidgetArea.BottomDockWidgetArea, (("curves", "snapshots"), ("gradients", "runs"), ("race", "log"))),
        ):
            window.addDockWidget(area, self._dock(columns[0][0]))
            for left_of, right_of in pairwise(columns):
                window.splitDockWidget(self._dock(left_of[0]), self._dock(right_of[0]), across)
            for column in columns:
                for above, below in pairwise(column):
                    window.splitDockWidget(self._dock(above), self._dock(below), down)
        for tabs in window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            tabs.hide()  # which Qt forgets for docks that are no longer tabs
        for place in dock_places():
            window.show_dock(place.name)
        window.resizeDocks([self._dock(name) for name in ("gates", "cell", "clamps")], [440] * 3, across)
        for upper, lower in (("gates", "influence"), ("cell", "verify"), ("curves", "snapshots")):
            window.resizeDocks([self._dock(upper), self._dock(lower)], [300, 300], down)
        self._turning.spin(1.0)
        self._see_everything()
        self.done["opened everything"] += 1

    def _see_everything(self) -> None:
        hidden = [place.name for place in dock_places() if self._dock(place.name).visibleRegion().isEmpty()]
        assert not hidden, f"not all docks are seen at once: {hidden}"

    def hold_and_ask(self) -> None:
        """On a drawn digit: units brushed, gates held and let go; what mattered, and pixels erased."""
        self.place(0)
        self.show("gates")
        person, session = self._person, self._session
        self._click("showSample")
        self._until(lambda: session.looking.answered == session.looking.asked, "the sample is read")
        self.show("clamps")
        for gate in ("f", "i"):
            for word in ("0", "1", "free"):
                if person.window.findChild(QWidget, f"hold_{gate}_{word}") is not None:
                    self._click(f"hold_{gate}_{word}")
                    self._turning.spin(0.3)
        if person.find("clampReset", QWidget).isEnabled():
            self._click("clampReset")
        self.show("influence")
        self._until(lambda: session.influence.mattered is not None, "what mattered is known")
        view = person.find("influenceMap", InfluenceMap)
        self._turning.spin(0.5)
        self._mouse(view, QEvent.Type.MouseButtonPress, view.part_box(4, 4).center())
        for column in range(5, 24):
            self._mouse(view, QEvent.Type.MouseMove, view.part_box(4 + column // 2, column).center(), held=True)
            self._turning.spin(0.03)
        self._mouse(view, QEvent.Type.MouseButtonRelease, view.part_box(14, 23).center())
        self._turning.spin(0.3)
        if person.find("influenceRestore", QWidget).isEnabled():
            self._click("influenceRestore")
        self.show("cell")
        self._click("cellPlay")
        self._turning.spin(1.5)
        self._click("cellPlay")
        self.done["held and asked"] += 1

    def open_and_close_windows(self) -> None:
        """The sheet of keys, the export window, exact values; a check of all cells, given up."""
        person = self._person
        self._key(Qt.Key.Key_F1)
        self._until(lambda: person.window.findChild(QWidget, "shortcutSheet") is not None, "the keys are listed")
        QTest.keyClick(person.find("shortcutSheet", QWidget), Qt.Key.Key_F1)
        person.action("Export…").trigger()
        self._turning.spin(0.3)
        QTest.mouseClick(person.find("exportClose", QWidget), Qt.MouseButton.LeftButton)
        self.show("gates")
        self.place(0)
        self._turning.spin(0.3)
        person.find("gateTables", QToolButton).menu().actions()[0].trigger()
        self._turning.spin(0.3)
        for values in person.window.findChildren(QWidget, "valuesWindow"):
            values.close()
        self.show("verify")
        self._click("verifyButton")
        self._turning.spin(1.0)
        if self._session.verifying.is_checking:
            self._click("stopVerifyButton")
        self._until(lambda: not self._session.verifying.is_checking, "the check is given up")
        self._turning.spin(0.3)
        left = [name for name in ("shortcutSheet", "exportWindow", "valuesWindow")
                if person.window.findChild(QWidget, name) is not None]  # fmt: skip
        assert not left, f"closed, and still there: {left}"
        self.done["opened and closed windows"] += 1

    def look(self, look: str) -> None:
        """Light or dark."""
        self._person.action(look).trigger()
        self._turning.spin(0.3)
        self.done["changed the look"] += 1

    # --- hands --------------------------------------------------------------------------------------------------------

    def _hover_the_gates(self) -> None:
        """The cursor over every heatmap that is seen; in one a unit is pinned, units brushed, and both let go."""
        seen = [map_ for map_ in self._person.window.findChildren(Heatmap) if not map_.visibleRegion().isEmpty()]
        for heatmap in seen[:4]:
            self._hover(heatmap)
        if not seen or not seen[0].steps:
            return
        heatmap, area = seen[0], seen[0].area()
        top = QPointF(area.center().x(), area.top() + area.height() * 0.2)
        for _ in range(2):  # pinned, and no longer
            QTest.mouseClick(heatmap, Qt.MouseButton.LeftButton, pos=top.toPoint())
            self._turning.spin(0.1)
        self._mouse(heatmap, QEvent.Type.MouseButtonPress, top)
        for part in (0.3, 0.45, 0.6):
            place = QPointF(area.center().x(), area.top() + area.height() * part)
            self._mouse(heatmap, QEvent.Type.MouseMove, place, held=True)
            self._turning.spin(0.05)
        self._mouse(heatmap, QEvent.Type.MouseButtonRelease, place)
        heatmap.setFocus()
        for _ in range(2):  # the cursor, then the brush
            QTest.keyClick(heatmap, Qt.Key.Key_Escape)
        self._turning.spin(0.1)
        self.done["hovered"] += 1

    def _hover(self, view: TimeView) -> None:
        area = view.area()
        for step in range(min(view.steps, 12)):
            left, width = view.step_span(step)
            self._mouse(view, QEvent.Type.MouseMove, QPointF(left + width / 2, area.center().y()))
            self._turning.spin(0.02)
        QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))

    @staticmethod
    def _mouse(widget: QWidget, kind: QEvent.Type, place: QPointF, *, held: bool = False) -> None:
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        is_press = kind == QEvent.Type.MouseButtonPress
        button = left if kind != QEvent.Type.MouseMove else none
        seen = QPointF(widget.mapToGlobal(place.toPoint()))
        event = QMouseEvent(
            kind, place, seen, button, left if is_press or held else none, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(widget, event)

    def _click_row(self, table: QTableView, row: int, held: Qt.KeyboardModifier | None = None) -> None:
        index = table.model().index(row, 1)
        table.scrollTo(index)
        place = table.visualRect(index).center()
        modifier = Qt.KeyboardModifier.NoModifier if held is None else held
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, modifier, place)

    def _click(self, name: str) -> None:
        """Waits, as a person does, until it can be clicked on."""
        widget = self._person.find(name, QWidget)
        self._until(lambda: widget.isVisible() and widget.isEnabled(), f"{name} can be clicked on")
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
        self._turning.turn()

    def _key(self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self._activate()
        QTest.keyClick(self._person.window, key, held)
        self._turning.turn()

    def _activate(self) -> None:
        """Where no window manager does it when another window was closed."""
        window = self._person.window
        window.activateWindow()
        self._until(window.isActiveWindow, "the window takes keys")

    def _dock(self, name: str) -> QDockWidget:
        return self._person.find(f"{name}Dock", QDockWidget)

    def _until(self, done: Callable[[], bool], what: str, limit: float = 300.0) -> None:
        self._turning.until(done, what, limit)
