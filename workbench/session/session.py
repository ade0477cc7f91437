"""The session: everything that can change while the workbench is open, and the verbs that change it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from workbench import paths
from workbench.config import Task
from workbench.data.drawing import Drawing, Stroke, save_drawing
from workbench.engine.allocator import share_arenas
from workbench.errors import BadInput
from workbench.runs.index import latest_network
from workbench.session import beginning
from workbench.session.adder_desk import AdderDesk
from workbench.session.asking import Asking
from workbench.session.calibrating import CalibrationDesk
from workbench.session.change import Change
from workbench.session.choices import DEFAULT, Choices
from workbench.session.clamping import ClampDesk
from workbench.session.digit_desk import DigitDesk
from workbench.session.estimating import EstimateDesk
from workbench.session.examining import ExaminingDesk
from workbench.session.exporting import ExportDesk
from workbench.session.flowing import FlowDesk
from workbench.session.image_desk import ImageDesk
from workbench.session.influence_desk import InfluenceDesk
from workbench.session.log_book import LogBook
from workbench.session.looking import Desk, Looking
from workbench.session.networks import BUNDLED, InUse, NetworkShelf
from workbench.session.note import Note
from workbench.session.opening import open_file
from workbench.session.ordering import OrderDesk
from workbench.session.pad import Pad
from workbench.session.placing import place_examined
from workbench.session.racing import RaceDesk
from workbench.session.reader import Answer, Probe
from workbench.session.run_shelf import RunShelf
from workbench.session.screen_desk import ScreenDesk
from workbench.session.series_desk import SeriesDesk
from workbench.session.taking_in import take_in
from workbench.session.telling import StoryDesk
from workbench.session.test_samples import TestSamples
from workbench.session.times import TimeDesk
from workbench.session.training import TrainingDesk
from workbench.session.verifying import VerifyDesk


class Session:
    """The only mutable state. Panels read it and call its verbs; :meth:`poll` takes in what workers said."""

    def __init__(self, wake: Callable[[], None] = lambda: None, *, threads: int = 1) -> None:
        """``wake`` is called, on any thread, when there is something to poll. ``threads`` is for training."""
        share_arenas()
        self._pending = Change.NONE
        self.log = LogBook()
        self.choices = Choices()
        self.training = TrainingDesk(wake, threads)
        self.digits = DigitDesk(self.training)
        self.story = StoryDesk(wake)
        self.images = ImageDesk(wake, self.training)
        self.networks = NetworkShelf(wake)
        self.verifying = VerifyDesk(wake)
        self.flowing = FlowDesk(wake)
        samples = TestSamples(self.training)
        self.clamping = ClampDesk(wake, self.training, samples)
        self.ordering = OrderDesk(wake)
        self.influence = InfluenceDesk(wake)
        self.times = TimeDesk(wake, self.training, self.networks)
        self.examining = ExaminingDesk(wake, self.training, samples)
        self.calibrating = CalibrationDesk(wake)
        self.estimating = EstimateDesk(wake, threads)
        self.adder, self.series = AdderDesk(), SeriesDesk()
        desks: dict[Task, Desk] = {
            "digits": self.digits, "words": self.story, "images": self.images,
            "bits": self.adder, "series": self.series,
        }  # fmt: skip
        self.looking = Looking(wake, desks, self.choices.preset.task)
        self.asking = Asking(self.networks, self.clamping, self.looking)
        self.exporting = ExportDesk(wake, self.choices, self.training, self.networks, self.looking)
        self.race = RaceDesk(wake, threads, self.choices, self.training, self.looking.probe)
        self.runs, self.screen = RunShelf(wake, self.choices, self.looking, self.training), ScreenDesk(wake, self)
        for error in self.choices.broken:
            self.note("warning", str(error))

    # --- life ---------------------------------------------------------------------------------------------------------

    def recall(self) -> None:
        """Brings back what was on the screen when the workbench was last closed."""
        self._pending |= self.screen.recall()

    def load_networks(self) -> None:
        """Loads, in the background, the networks that answer from the start."""
        ids, chosen = list(BUNDLED.values()), self.choices.chosen
        # The preset that is chosen before anybody chose one is there to be trained; until it was, a better one reads.
        if chosen not in ids and (chosen != DEFAULT or latest_network(chosen) is not None):
            ids.append(chosen)
        self.networks.load(ids)

    def tell_lengths(self) -> None:
        """From now on the length of the chosen training is estimated whenever nothing else is going on."""
        self.estimating.is_wanted = True

    def close(self) -> None:
        """Stops all workers, saves the network in training and what is on the screen."""
        for desk in (
            self.story, self.training, self.race, self.networks, self.images, self.looking, self.verifying,
            self.flowing, self.clamping, self.ordering, self.influence, self.times, self.examining, self.calibrating,
            self.estimating, self.exporting, self.runs, self.screen,
        ):  # fmt: skip
            desk.close()
        self.poll()
        self.screen.remember()

    # --- presets and settings -----------------------------------------------------------------------------------------

    def choose(self, preset_id: str) -> None:
        self.choices.choose(preset_id)
        self.look_at(self.choices.preset.task)
        if not self.training.is_busy:
            self.networks.load([preset_id])
        self._pending |= Change.PRESETS | Change.SETTINGS

    def set(self, key: str, value: object) -> None:
        """Changes one setting, ``session.set("model.units", 256)``; one that cannot be is said beside its field."""
        self.choices.set(key, value)
        self._pending |= Change.SETTINGS

    def reset_settings(self) -> None:
        self.choices.choose(self.choices.chosen)
        self._pending |= Change.SETTINGS

    def save_preset(self, title: str) -> str:
        """Saves the settings as a preset of the person's own. Raises BadInput."""
        preset_id = self.choices.save_as(title)
        self._pending |= Change.PRESETS | Change.SETTINGS
        self.note("info", f"Saved as {paths.user_presets() / preset_id}.toml")
        return preset_id

    # --- training -----------------------------------------------------------------------------------------------------

    def cannot_train(self) -> str:
        """Why Train cannot be pressed; empty when it can."""
        return beginning.cannot_train(self)

    def train(self) -> None:
        """Trains the chosen preset with the settings as they stand. Raises BadInput."""
        beginning.begin(self)
        self._training_begun(self.choices.preset.task)

    def resume(self, run: Path, places: Mapping[str, str] = MappingProxyType({}), *, is_made: bool = False) -> None:
        """Goes on with a run where it was saved, with the settings it was begun with. Raises BadInput.

        ``places`` says where its data lie now, by the settings' keys, where they are not where they were.
        ``is_made``: it was made just now, to go on from another one, and is gone again if it never begins.
        """
        self._training_begun(beginning.go_on(self, run, places, is_made=is_made))

    def _training_begun(self, task: Task) -> None:
        self.look_at(task)
        self._pending |= Change.TRAINING | Change.HISTORY

    def train_on_cpu(self) -> None:
        """The way out when a device fails. Raises BadInput."""
        self.set("training.device", "cpu")
        self.train()

    def train_for(self, task: Task) -> None:
        """Chooses the preset whose network answers for a task from the start, and trains it. Raises BadInput."""
        if self.training.is_busy or self.race.is_busy:
            raise BadInput("training", self.cannot_train())
        self.choose(BUNDLED[task])
        self.train()

    def pause(self) -> None:
        self.training.pause()
        self._pending |= Change.TRAINING

    def go_on(self) -> None:
        self.training.go_on()
        self._pending |= Change.TRAINING

    def one_step(self) -> None:
        self.training.one_step()
        self._pending |= Change.TRAINING

    def stop(self) -> None:
        self.training.stop()
        self._pending |= Change.TRAINING

    # --- the pad ------------------------------------------------------------------------------------------------------

    def ink(self, drawing: Drawing) -> None:
        """The pen moved."""
        self.pad.ink(drawing)
        self._pad_changed()

    def add_stroke(self, stroke: Stroke) -> None:
        """The pen was lifted."""
        self.pad.add_stroke(stroke)
        self._pad_changed()

    def set_thickness(self, thickness: float) -> None:
        self.pad.set_thickness(thickness)
        self._pad_changed(keep_sample=True)

    def clear_pad(self) -> None:
        self.pad.clear()
        self._pad_changed()

    def undo(self) -> None:
        self.pad.undo()
        self._pad_changed()

    def redo(self) -> None:
        self.pad.redo()
        self._pad_changed()

    def set_fit(self, fit: bool) -> None:
        """Whether ink is treated as MNIST's was before the network sees it."""
        self.pad.fit = fit
        self._pad_changed(keep_sample=True)

    def load_on_pad(self, path: Path) -> None:
        """Puts an image or a drawing's file on the pad. Raises BadInput."""
        self.pad.load(path)
        self._pad_changed()

    def save_drawing(self, path: Path | str) -> None:
        """Writes the drawing as JSON, to be loaded again or classified. Raises BadInput when nothing is drawn."""
        if self.pad.content.drawing.is_empty:
            raise BadInput("drawing", "there are no strokes on the pad to save")
        try:
            save_drawing(self.pad.content.drawing, path)
        except OSError as error:
            raise BadInput(str(path), f"could not be written: {error.strerror}") from error
        self.note("info", f"Drawing saved as {path}")

    def open(self, path: Path | str) -> None:
        """Opens what a person dropped or chose, by its suffix. Raises BadInput."""
        open_file(self, Path(path))

    def open_preset(self, path: Path) -> None:
        """Chooses the preset in a file. Raises BadInput."""
        self.choices.open(path)
        self.look_at(self.choices.preset.task)
        self._pending |= Change.PRESETS | Change.SETTINGS

    def show_sample(self) -> None:
        """Puts a test sample on the pad: one of the running or last training's, or one that our generator draws."""
        self.digits.sample_label = self.digits.show_sample()
        self._pad_changed(keep_sample=True)

    def show_examined(self, number: int) -> None:
        """Brings a test sample that was examined to its place: the pad, the image, the sum, the seed words."""
        place_examined(self, number)

    def put_on_pad(self, ink: NDArray[np.float32], name: str, right: str) -> None:
        """A test sample's picture, (28, 28) in 0..1, with its right answer."""
        self.pad.show_image(ink, name)
        self.digits.sample_label = right
        self._pad_changed(keep_sample=True)

    def _pad_changed(self, *, keep_sample: bool = False) -> None:
        if not keep_sample:
            self.digits.sample_label = None
        self._place_changed("digits", Change.PAD)

    # --- the story ----------------------------------------------------------------------------------------------------

    def tell(self, seed_text: str | None = None, *, again: bool = False) -> None:
        """Tells a story from the seed words; ``again`` draws other words. Raises BadInput when there is no network."""
        if why := self.nobody_answers("words"):
            raise BadInput("story", why)
        if seed_text is not None:
            self.story.seed_text = seed_text
        if again:
            self.story.luck += 1
        self.story.tell(self.networks.in_use["words"].trained)
        self.looking.at = "words"
        self._pending |= Change.STORY

    def set_seed_text(self, text: str) -> None:
        """The seed words as they are being written."""
        self.story.seed_text = text
        self._pending |= Change.STORY

    def set_story_length(self, length: int) -> None:
        """How many words the next story has. Raises BadInput."""
        self.story.set_length(length)
        self._pending |= Change.STORY

    def set_temperature(self, temperature: float) -> None:
        """How freely the next story is told; 0 always takes the likeliest word. Raises BadInput."""
        self.story.set_temperature(temperature)
        self._pending |= Change.STORY

    def stop_story(self) -> None:
        self.story.stop()
        self._pending |= Change.STORY

    # --- pictures -----------------------------------------------------------------------------------------------------

    def show_test_image(self, number: int) -> None:
        """Shows a test image by its number, counted from 1. Raises BadInput."""
        self.images.show(number, self.network_for("images"))
        self._place_changed("images", Change.IMAGES)

    def open_picture(self, path: Path) -> None:
        """Shows a picture of the person's own. Raises BadInput."""
        self.images.open(path, self.network_for("images"))
        self._place_changed("images", Change.IMAGES)

    # --- the sum ------------------------------------------------------------------------------------------------------

    def add(self, a: str, b: str) -> None:
        """The two numbers as they are being typed; what is wrong with them stands in ``adder.problem``."""
        self.adder.type(a, b)
        self._place_changed("bits", Change.SUM)

    def set_adder_bits(self, bits: int | None) -> None:
        """How many bits are read at least; None: as many as in training. Raises BadInput."""
        self.adder.set_bits(bits)
        self._place_changed("bits", Change.SUM)

    def random_sum(self) -> None:
        """Two random numbers as wide as the sum."""
        self.adder.draw(self.network_for("bits"))
        self._place_changed("bits", Change.SUM)

    # --- looking ------------------------------------------------------------------------------------------------------

    def look_at(self, task: Task) -> None:
        """What the gates show: what stands at this place."""
        self._pending |= self.asking.look_at(task)

    def point_at(self, step: int | None) -> None:
        """Puts the cursor that all views share on a step, counted from 0, or takes it away."""
        self._pending |= self.looking.point_at(step)

    def point_at_unit(self, unit: int | None) -> None:
        """Chooses one unit of the layer that is looked at, or none."""
        self._pending |= self.looking.point_at_unit(unit)

    def look_at_layer(self, number: int) -> None:
        """Looks at another layer or direction, by its place in the answer's trace."""
        self._pending |= self.looking.look_at_layer(number)

    def brush(self, units: Iterable[int]) -> None:
        """Marks units of the layer that is looked at; none to take the marks away."""
        self._pending |= self.looking.brush(units)

    @property
    def answer(self) -> Answer | None:
        """The answer the gates show."""
        return self.asking.answer

    @property
    def pad(self) -> Pad:
        return self.digits.pad

    def network_for(self, task: Task) -> InUse | None:
        return self.asking.network_for(task)

    def nobody_answers(self, task: Task) -> str:
        """Why no network answers for a task; empty when one does."""
        return self.asking.nobody_answers(task)

    def probe(self, task: Task) -> Probe | None:
        """What the network is asked; None when there is nothing to ask."""
        return self.asking.probe(task)

    def _place_changed(self, task: Task, change: Change) -> None:
        """What stands at a place is another: it is looked at, and its network is asked."""
        self.looking.at = task
        self._pending |= change | self.asking.ask(task)

    # --- polling ------------------------------------------------------------------------------------------------------

    def poll(self) -> Change:
        """Takes in everything workers said and returns what changed since the last call. Never waits."""
        change, self._pending = self._pending, Change.NONE
        change = take_in(self, change)
        change |= self._pending | self.log.poll()
        self._pending = Change.NONE
        self.screen.see(change)
        return change

    @property
    def notes(self) -> list[Note]:
        """The lines of the log, the newest last."""
        return self.log.lines

    def note(self, level: str, sentence: str, details: str = "") -> None:
        """Adds a line to the log."""
        self.log.note(level, sentence, details)
