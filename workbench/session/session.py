"""The session: everything that can change while the workbench is open, and the verbs that change it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal

from workbench import paths
from workbench.config import Task, Words
from workbench.data.drawing import Drawing, Stroke, save_drawing
from workbench.data.text import likely_split, read_text
from workbench.errors import BadInput
from workbench.insight.finding import Finding
from workbench.preset_files import load_preset
from workbench.runs.folders import PRESET, new_run_folder
from workbench.runs.index import latest_network, read_about
from workbench.session.adder_desk import AdderDesk
from workbench.session.calibrating import CalibrationDesk
from workbench.session.change import Change
from workbench.session.choices import DEFAULT, Choices
from workbench.session.clamping import ClampDesk
from workbench.session.digit_desk import DigitDesk
from workbench.session.estimating import EstimateDesk
from workbench.session.examining import ExaminingDesk, summands
from workbench.session.exporting import ExportDesk
from workbench.session.flowing import FlowDesk
from workbench.session.image_desk import ImageDesk
from workbench.session.influence_desk import InfluenceDesk
from workbench.session.job import Failed
from workbench.session.looking import Desk, Looking
from workbench.session.networks import BUNDLED, InUse, NetworkShelf
from workbench.session.note import Note
from workbench.session.ordering import OrderDesk
from workbench.session.pad import Pad
from workbench.session.racing import RaceDesk
from workbench.session.reader import Answer, Probe
from workbench.session.run_shelf import RunShelf
from workbench.session.screen import screen_of
from workbench.session.screen_desk import ScreenDesk
from workbench.session.series_desk import SeriesDesk
from workbench.session.telling import StoryDesk
from workbench.session.test_samples import TestSamples
from workbench.session.times import TimeDesk
from workbench.session.training import TrainingDesk
from workbench.session.verifying import VerifyDesk

#: What is missing where nobody answers for a task: its network, and the preset that makes one.
_WANTED: dict[Task, tuple[str, str]] = {
    "digits": ("digit", "a digit preset"),
    "words": ("story", "a story preset"),
    "images": ("picture", "a picture preset"),
    "bits": ("adding", "an adding preset"),
    "series": ("series", "a series preset"),
}


class Session:
    """The only mutable state. Panels read it and call its verbs; :meth:`poll` takes in what workers said."""

    def __init__(self, wake: Callable[[], None] = lambda: None, *, threads: int = 1) -> None:
        """``wake`` is called, on any thread, when there is something to poll. ``threads`` is for training."""
        self._pending = Change.NONE
        self.notes: list[Note] = []
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
        self._tells_lengths = False
        self.adder, self.series = AdderDesk(), SeriesDesk()
        desks: dict[Task, Desk] = {
            "digits": self.digits, "words": self.story, "images": self.images,
            "bits": self.adder, "series": self.series,
        }  # fmt: skip
        self.looking = Looking(wake, desks, self.choices.preset.task)
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
        self._tells_lengths = True

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
        if self.training.is_busy:
            return "A training is running; stop it first."
        if self.race.is_busy:
            return "A race is running; stop it first."
        for key, why in self.choices.problems.items():
            return f"{key}: {why}"
        return ""

    def train(self) -> None:
        """Trains the chosen preset with the settings as they stand. Raises BadInput."""
        why = self.cannot_train()
        if why:
            raise BadInput("training", why)
        folder = new_run_folder(self.choices.chosen)
        self.training.start(self.choices.chosen, self.choices.preset, folder, screen_of(self))
        self.screen.belongs_to(folder)
        self.look_at(self.choices.preset.task)
        self._pending |= Change.TRAINING | Change.HISTORY

    def resume(self, run: Path) -> None:
        """Goes on with a run where it was saved, with the settings it was begun with. Raises BadInput."""
        if self.training.is_busy or self.race.is_busy:
            raise BadInput("training", "one is running already; stop it first")
        about, preset = read_about(run), load_preset(run / PRESET)
        if about.ended == "finished" and about.tested is not None:
            raise BadInput(str(run), "is finished; nothing is left to be trained")
        self.training.resume(about, preset, run)
        self.screen.belongs_to(run, brings=True)
        self.look_at(preset.task)
        self._pending |= Change.TRAINING | Change.HISTORY

    def _go_on_with(self, run: Path) -> None:
        try:
            self.resume(run)
        except BadInput as error:
            self.note("error", str(error))

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
        path = Path(path)
        match path.suffix.lower():
            case ".toml":
                self.choices.open(path)
                self.look_at(self.choices.preset.task)
                self._pending |= Change.PRESETS | Change.SETTINGS
            case ".txt":
                self._open_text(path)
            case ".safetensors":
                self.networks.load_file(path)
                self.screen.bring(path.parent)
            case ".lstmrun":
                self.networks.load_run(path)
            case _ if self.looking.at == "images" and path.suffix.lower() != ".json":
                self.open_picture(path)
            case _:
                self.load_on_pad(path)

    def _open_text(self, path: Path) -> None:
        """A text becomes what the story preset learns. Raises BadInput when it is none."""
        split = likely_split(read_text(path))
        if self.choices.preset.task != "words":
            self.choose(BUNDLED["words"])
        self.set("data.text", str(path))
        data = self.choices.preset.data
        if not isinstance(data, Words) or data.split != "characters":  # which suit any text
            self.set("data.split", split)

    def show_sample(self) -> None:
        """Puts a test sample on the pad: one of the running or last training's, or one that our generator draws."""
        self.digits.sample_label = self.digits.show_sample()
        self._pad_changed(keep_sample=True)

    def show_examined(self, number: int) -> None:
        """Brings a test sample that was examined to its place: the pad, the image, the sum, the seed words."""
        examination = self.examining.examination
        if examination is None:
            return
        sample = examination.sample(number)
        match examination.trained.preset.task:
            case "digits" if sample.picture is not None:
                self.pad.show_image(sample.picture, f"#{number}")
                self.digits.sample_label = sample.right
                self._pad_changed(keep_sample=True)
            case "images":
                self.show_test_image(number + 1)
            case "bits":
                a, b = summands(examination.split, number)
                self.add(str(a), str(b))
            case "words":
                self.set_seed_text(examination.words(number))
                self.look_at("words")
            case "series":
                self.look_at("series")
                self.point_at(number % examination.trained.interface.steps)

    def _pad_changed(self, *, keep_sample: bool = False) -> None:
        if not keep_sample:
            self.digits.sample_label = None
        self.looking.at = "digits"
        self._pending |= Change.PAD
        self._ask("digits")

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
        self._image_changed()

    def open_picture(self, path: Path) -> None:
        """Shows a picture of the person's own. Raises BadInput."""
        self.images.open(path, self.network_for("images"))
        self._image_changed()

    def _image_changed(self) -> None:
        self.looking.at = "images"
        self._pending |= Change.IMAGES
        self._ask("images")

    # --- the sum ------------------------------------------------------------------------------------------------------

    def add(self, a: str, b: str) -> None:
        """The two numbers as they are being typed; what is wrong with them stands in ``adder.problem``."""
        self.adder.type(a, b)
        self._sum_changed()

    def set_adder_bits(self, bits: int | None) -> None:
        """How many bits are read at least; None: as many as in training. Raises BadInput."""
        self.adder.set_bits(bits)
        self._sum_changed()

    def random_sum(self) -> None:
        """Two random numbers as wide as the sum."""
        self.adder.draw(self.network_for("bits"))
        self._sum_changed()

    def _sum_changed(self) -> None:
        self.looking.at = "bits"
        self._pending |= Change.SUM
        self._ask("bits")

    # --- looking ------------------------------------------------------------------------------------------------------

    def look_at(self, task: Task) -> None:
        """What the gates show: the pad's digit or the sentence."""
        if task != self.looking.at:
            self.looking.at = task
            self._pending |= Change.READING
        self._ask(task)

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
        return self.looking.answers.get(self.looking.at)

    @property
    def pad(self) -> Pad:
        return self.digits.pad

    def network_for(self, task: Task) -> InUse | None:
        return self.networks.in_use.get(task)

    def nobody_answers(self, task: Task) -> str:
        """Why no network answers for a task; empty when one does."""
        if task in self.networks.in_use:
            return ""
        network, preset = _WANTED[task]
        return f"The {network} network is still being loaded." if self.networks.is_loading else f"Train {preset} first."

    def probe(self, task: Task) -> Probe | None:
        """What the network is asked; None when there is nothing to ask."""
        return self.looking.probe(task, self.network_for(task))

    def _ask(self, task: Task) -> None:
        in_use = self.network_for(task)
        held = ((), {}) if in_use is None else self.clamping.for_network(in_use.trained)
        self._pending |= self.looking.ask(task, in_use, *held)

    # --- polling ------------------------------------------------------------------------------------------------------

    def poll(self) -> Change:
        """Takes in everything workers said and returns what changed since the last call. Never waits."""
        change, self._pending = self._pending, Change.NONE
        loaded, failures = self.networks.poll()
        for opened in self.networks.take_opened():
            self.note("info", f"Opened as the run {opened.folder}")
            self.look_at(opened.network.trained.preset.task)
            self.screen.bring(opened.folder)
        was_busy = self.training.is_busy
        said = self.training.poll()
        for line in self.training.take_said():
            if isinstance(line, Finding):
                self.note("warning", f"{line.sentence()} Try {line.change}.", told_by="training")
            else:
                self.note("info", line if isinstance(line, str) else f"{line.sentence()}.")
        if was_busy and not self.training.is_busy:
            self._note_the_end()
        change |= loaded | said | self.times.poll() | self.screen.poll()
        # While a network trains it is the one that answers, even when another was still being loaded.
        trained = self.training.trained
        is_new = Change.NETWORK in said or (loaded and self.training.is_busy)
        if trained is not None and is_new and not self.times.holds(trained.preset.task):
            self.networks.use(trained, "training")
        if self.looking.at == "images":
            self.images.want(self.network_for("images"))
        had, not_loaded = self.images.poll()
        change |= had
        failures += not_loaded
        for failure in failures:
            sentence = str(failure) if isinstance(failure, BadInput) else failure.sentence
            self.note("error", sentence, failure.details if isinstance(failure, Failed) else "")
        change |= self.story.poll() | self.story.follow(self.network_for("words"))
        in_use = self.network_for(self.looking.at)
        change |= self.clamping.poll(in_use.trained if in_use is not None else None)
        if change & (Change.NETWORK | Change.STORY | Change.IMAGES | Change.CLAMPS):
            self._ask(self.looking.at)
        if Change.NETWORK in change and self.looking.at != "digits":
            self._ask_if_new("digits")
        answered, failures_to_read = self.looking.poll()
        influenced, failures_to_find = self.influence.poll(self.answer)
        change |= answered | influenced
        for error in (*failures_to_read, *failures_to_find):
            self.note("error", f"The network could not answer: {error}", repr(error))
        change |= self.examining.poll(in_use.trained if in_use is not None else None, at_once=self.times.at is not None)
        change |= self.ordering.poll(self.answer, self.looking.layer) | self.calibrating.poll()
        change |= self.race.poll(change)
        for level, sentence, details in self.race.take_notes():
            self.note(level, sentence, details)
        change |= self.exporting.poll()
        for exported in self.exporting.take_untold():
            self.note("info", f"Exported as {exported.path}")
        change |= self.runs.poll(is_busy=self.training.is_busy or self.race.is_busy)
        if (begun := self.runs.take_begun()) is not None:
            self._go_on_with(begun)
        change |= self.verifying.poll() | self.flowing.poll() | self._estimate() | self._pending
        self._pending = Change.NONE
        return change

    def _estimate(self) -> Change:
        if not self._tells_lengths:
            return Change.NONE
        is_free = not (self.training.is_busy or self.race.is_busy or self.networks.is_loading or self.choices.problems)
        change = self.estimating.poll(self.choices.preset if is_free else None)
        while self.estimating.failures:
            failure = self.estimating.failures.pop()
            self.note("warning", f"The length could not be estimated: {failure.sentence}", failure.details)
        return change

    def _note_the_end(self) -> None:
        """What became of a training stays in the log when the next one has begun."""
        training = self.training
        name = training.history.name if training.history is not None else "Training"
        if training.phase in ("failed", "diverged"):
            details = training.failure.details if training.failure is not None else ""
            self.note("error", f"{name}: {training.message}", details, told_by="training")
        elif training.history is not None:
            steps = f"{name}: {training.phase} after {training.history.step:,} of {training.history.steps:,} steps"
            score = training.history.score
            lines = score.lines() if score else []
            self.note("info", f"{steps}, {lines[0]}." if lines else f"{steps}.", "\n".join(lines[1:]))

    def _ask_if_new(self, task: Task) -> None:
        if self.looking.answers.get(task) is None:
            self._ask(task)

    def note(self, level: str, sentence: str, details: str = "", *, told_by: Literal["", "training"] = "") -> None:
        """Adds a line to the log."""
        self.notes = [*self.notes[-999:], Note(time.strftime("%H:%M:%S"), level, sentence, details, told_by)]
        self._pending |= Change.LOG
