"""The story tab: seed words in, words out, each tinted by how sure the network was."""

import re
from typing import Any, ClassVar

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from workbench.config import Words
from workbench.errors import BadInput
from workbench.session.change import Change
from workbench.session.session import Session
from workbench.ui.panels.controls import caption_label, enable
from workbench.ui.panels.network_caption import network_caption
from workbench.ui.panels.panel import Panel
from workbench.ui.panels.word_belief import WordBelief
from workbench.ui.stylesheet import inset
from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme
from workbench.ui.widgets.candidates import Candidates, visible, word_share
from workbench.ui.widgets.story_text import StoryText, StoryWord

#: The temperature slider goes from 0 to 2 in twentieths.
_HOTTEST, _PARTS = 2.0, 20


class StoryPanel(Panel):
    """Tells stories: seed words, length and temperature above, the story below, the candidates beside it."""

    listens: ClassVar[Change] = (
        Change.STORY | Change.NETWORK | Change.TRAINING | Change.READING | Change.CURSOR | Change.SETTINGS
    )
    #: A story of thousands of words takes tens of milliseconds to lay out again.
    interval_ms: ClassVar[int] = 66

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.setObjectName("storyPanel")
        self.setAccessibleName(tr("Tell a story"))
        #: The place of the word whose candidates are shown; None is the last one told.
        self._chosen: int | None = None
        self._hovered: int | None = None
        self.seed = QLineEdit()
        self.seed.setObjectName("storySeed")
        self.seed.setAccessibleName(tr("Seed words"))
        self.seed.setPlaceholderText(tr("Seed words, for example: had a general"))
        self.seed.setToolTip(tr("The story goes on from these words. Return tells it."))
        self.seed.setMaxLength(2000)
        self.tell = _button("storyTell", tr("Tell"))
        self.tell.setProperty("primary", True)
        self.stop = _button("storyStop", tr("Stop"))
        self.again = _button("storyAgain", tr("Again"))
        self.message = caption_label("storyMessage", "error")
        self._chips = QHBoxLayout()
        self.nearest: list[QPushButton] = []
        self.length = QSpinBox()
        self.length.setObjectName("storyLength")
        self.length.setRange(1, 10_000)
        self.length.setSuffix(tr(" words"))
        self.length.setAccessibleName(tr("Length"))
        self.length.setToolTip(tr("How many words the story goes on for"))
        self.length.setKeyboardTracking(False)
        inset(self.length)
        self.temperature = QSlider(Qt.Orientation.Horizontal)
        self.temperature.setObjectName("storyTemperature")
        self.temperature.setRange(0, round(_HOTTEST * _PARTS))
        self.temperature.setAccessibleName(tr("Temperature"))
        self.temperature.setToolTip(
            tr("0 always takes the likeliest word; above, words are drawn by their probability to the power 1 / T.")
        )
        self.temperature_value = caption_label("storyTemperatureValue")
        self.text = StoryText()
        self.candidates_title = caption_label("candidatesTitle")
        self.candidates = Candidates()
        self.candidates.setObjectName("storyCandidates")
        self.candidates.set_empty_text(tr("Each word's probability, and the words it was chosen from, stand here."))
        self.by_word = WordBelief(session)
        self.caption = caption_label("storyCaption")
        self._build()
        self._connect()
        self.set_theme(theme)

    # --- showing ------------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """The seed words, the story so far, and what it was chosen from."""
        session, story = self.session, self.session.story
        if self.seed.text() != story.seed_text:
            self.seed.setText(story.seed_text)
        self.length.blockSignals(True)
        self.length.setValue(story.length)
        self.length.setSuffix(tr(" characters") if self._tells_characters() else tr(" words"))
        self.length.blockSignals(False)
        self.temperature.blockSignals(True)
        self.temperature.setValue(round(story.temperature * _PARTS))
        self.temperature.blockSignals(False)
        self.temperature_value.setText(
            _nearness_words(story.temperature) if self._tells_vectors() else _temperature_words(story.temperature)
        )
        why = session.nobody_answers("words")
        enable(self.tell, not why, tr("Tell a story from the seed words (Return)"), tr(why))
        enable(self.stop, story.is_telling, tr("Stop at this word"), tr("No story is being told"))
        self._show_again(why)
        self._show_failure()
        self._show_story(why)
        self._show_candidates()
        self.by_word.refresh()
        self.caption.setText(self._caption_text(why))

    def _data(self) -> Words | None:
        """What the network in use learnt from."""
        in_use = self.session.network_for("words")
        data = in_use.trained.preset.data if in_use is not None else None
        return data if isinstance(data, Words) else None

    def _tells_characters(self) -> bool:
        return (data := self._data()) is not None and data.split == "characters"

    def _tells_vectors(self) -> bool:
        return (data := self._data()) is not None and data.answer == "vector"

    def set_theme(self, theme: Theme) -> None:
        """Takes on another look."""
        super().set_theme(theme)
        self.text.set_theme(theme)
        self.candidates.set_theme(theme)
        self.by_word.set_theme(theme)

    def _show_again(self, why: str) -> None:
        story = self.session.story
        greedy = story.temperature == 0.0
        same = tr("At temperature 0 there is no luck: this tells the same words again")
        does = same if greedy else tr("Tell it with other luck")
        enable(self.again, not why, f"{does} (Ctrl+R)", tr(why))

    def _show_failure(self) -> None:
        failure = self.session.story.failure
        self.message.setVisible(failure is not None)
        nearest: tuple[str, ...] = ()
        if failure is not None:
            # An unknown word says which known ones are spelt most like it; its class lives where torch is imported.
            error: Any = failure.error
            nearest = tuple(getattr(error, "nearest", ()))
            self.message.setText(
                tr("The network never read the word “{word}”. Take one it knows:").format(word=error.word)
                if nearest else failure.sentence
            )  # fmt: skip
        if tuple(chip.text() for chip in self.nearest) != nearest:
            self._offer(nearest)

    def _offer(self, words: tuple[str, ...]) -> None:
        for chip in self.nearest:
            self._chips.removeWidget(chip)
            chip.deleteLater()
        self.nearest = []
        for number, word in enumerate(words):
            chip = _button(f"nearestWord{number}", word)
            chip.setToolTip(tr("Put “{word}” in its place and tell the story").format(word=word))
            chip.clicked.connect(self._take_nearest)
            self._chips.insertWidget(number, chip)
            self.nearest.append(chip)

    def _show_story(self, why: str) -> None:
        story = self.session.story
        self.text.set_story(
            story.seeds,
            [StoryWord(word.text, word.probability, word.candidates, word.is_cosine) for word in story.words],
            story.split,
        )
        self.text.set_empty_text(
            tr("{why} Its story will stand here.").format(why=tr(why)) if why
            else tr("Press Return, and the network goes on from the seed words. Words it was unsure of are tinted.")
        )  # fmt: skip
        self.text.mark(self._cursor_place())

    def _show_candidates(self) -> None:
        story = self.session.story
        place = self._chosen if self._hovered is None else self._hovered
        if place is None or place >= len(story.text):
            place = len(story.text) - 1
        told = place - len(story.seeds)
        if told < 0 or not story.words:
            self.candidates.set_candidates(())
            self.candidates_title.setText(tr("A seed word: given, not told") if story.words else tr("Candidates"))
            return
        word = story.words[told]
        self.candidates.set_candidates(word.candidates, word.text, is_cosine=word.is_cosine)
        title = tr("Word {number}: {word}, {share}")
        if story.split == "characters":
            title = tr("Sign {number}: {word}, {share}")
        elif word.is_cosine:
            title = tr("Word {number}: {word}, cos {share}")
        share = word_share(word.probability, is_cosine=word.is_cosine)
        self.candidates_title.setText(title.format(number=told + 1, word=visible(word.text), share=share))

    def _caption_text(self, why: str) -> str:
        story = self.session.story
        if why:
            return tr("{why} Choose one under Experiment, “Belling the cat” for example, and press Train.").format(
                why=tr(why)
            ) if not self.session.networks.is_loading else tr(why)  # fmt: skip
        told = ""
        if story.words:
            told = tr("{told:,} told.").format(told=len(story.words))
        if story.is_telling:
            told = tr("{told:,} of {length:,} told …").format(told=len(story.words), length=story.length)
        network = tr("Told by {network}.").format(network=network_caption(self.session, "words"))
        return f"{told} {network}".strip()

    def _first_read(self) -> int | None:
        """The place in the story of the first word that the gates look at; None while that cannot be told."""
        answer = self.session.looking.answers["words"]
        if answer is None or self.session.story.is_telling:
            return None
        first = len(self.session.story.text) - len(answer.question.probe.inputs)
        return first if first >= 0 else None

    def _cursor_place(self) -> int | None:
        first = self._first_read()
        if first is None or self.session.looking.cursor is None or self.session.looking.at != "words":
            return None
        return first + self.session.looking.cursor

    # --- acting -------------------------------------------------------------------------------------------------------

    @Slot()
    def _tell(self) -> None:
        self._chosen = None
        self._try_to_tell(self.seed.text())

    @Slot()
    def _tell_again(self) -> None:
        self._chosen = None
        self._try_to_tell(self.seed.text(), again=True)

    def _try_to_tell(self, seed_text: str, *, again: bool = False) -> None:
        try:
            self.session.tell(seed_text, again=again)
        except BadInput as error:
            self.message.setText(str(error))
            self.message.show()

    @Slot()
    def _stop(self) -> None:
        self.session.stop_story()

    @Slot()
    def _take_nearest(self) -> None:
        chip = self.sender()
        failure = self.session.story.failure
        if isinstance(chip, QPushButton) and failure is not None:
            error: Any = failure.error
            self._try_to_tell(replaced(self.session.story.seed_text, error.word, chip.text()))

    @Slot(str)
    def _seed_edited(self, text: str) -> None:
        self.session.set_seed_text(text)

    @Slot(int)
    def _length_changed(self, words: int) -> None:
        self.session.set_story_length(words)

    @Slot(int)
    def _temperature_changed(self, parts: int) -> None:
        self.session.set_temperature(parts / _PARTS)

    @Slot(int)
    def _word_hovered(self, place: int) -> None:
        self._hovered = place if place >= 0 else None
        self._show_candidates()
        first = self._first_read()
        step = None if place < 0 or first is None or place < first else place - first
        self.session.point_at(step)

    @Slot(int)
    def _word_clicked(self, place: int) -> None:
        self._chosen = None if place == self._chosen else place
        self._show_candidates()

    # --- building -----------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(GRID)
        first.addWidget(self.seed, 1)
        for button in (self.tell, self.stop, self.again):
            first.addWidget(button)
        self._chips.setSpacing(GRID)
        self._chips.addStretch(1)
        second = QHBoxLayout()
        second.setSpacing(GRID)
        for text, control in ((tr("Length"), self.length), (tr("Temperature"), self.temperature)):
            label = QLabel(text)
            label.setBuddy(control)
            second.addWidget(label)
            second.addWidget(control)
        self.length.setFixedWidth(112 + self.length.fontMetrics().horizontalAdvance(tr(" words")) // 2)
        self.temperature.setMinimumWidth(96)
        second.setStretch(3, 1)
        beside = QVBoxLayout()
        beside.setSpacing(GRID)
        beside.addWidget(self.candidates_title)
        beside.addWidget(self.candidates, 1)
        holder = QWidget()
        holder.setLayout(beside)
        beside.setContentsMargins(0, GRID, 0, 0)
        holder.setFixedWidth(152)
        story = QHBoxLayout()
        story.setSpacing(2 * GRID)
        story.addWidget(self.text, 1)
        story.addWidget(holder)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID, GRID, GRID, GRID)
        column.setSpacing(GRID)
        column.addLayout(first)
        column.addWidget(self.message)
        column.addLayout(self._chips)
        column.addLayout(second)
        column.addWidget(self.temperature_value)
        column.addLayout(story, 1)
        column.addWidget(self.by_word)
        column.addWidget(self.caption)
        self.message.hide()

    def _connect(self) -> None:
        self.seed.textEdited.connect(self._seed_edited)
        self.seed.returnPressed.connect(self._tell)
        self.tell.clicked.connect(self._tell)
        self.stop.clicked.connect(self._stop)
        self.again.clicked.connect(self._tell_again)
        self.length.valueChanged.connect(self._length_changed)
        self.temperature.valueChanged.connect(self._temperature_changed)
        self.by_word.chart.cursorMoved.connect(self.point)
        self.by_word.chart.cursorLeft.connect(self.point_nowhere)
        self.text.wordHovered.connect(self._word_hovered)
        self.text.wordClicked.connect(self._word_clicked)


def replaced(text: str, unknown: str, known: str) -> str:
    """The seed words with the first ``unknown`` one exchanged; a longer word that contains it stays."""
    whole = re.compile(rf"(?<!\w){re.escape(unknown)}(?!\w)")
    exchanged, count = whole.subn(lambda _: known, text, count=1)
    return exchanged if count else text.replace(unknown, known, 1)


def _nearness_words(temperature: float) -> str:
    """What temperature means where words have no probability."""
    if temperature == 0.0:
        return tr("Temperature 0 is greedy: always the word whose vector is nearest, and the same story each time.")
    return tr("Temperature {value:.2f}: words drawn by how near their vectors are to what was told.").format(
        value=temperature
    )


def _temperature_words(temperature: float) -> str:
    if temperature == 0.0:
        return tr("Temperature 0 is greedy: always the likeliest word, and the same story each time.")
    if temperature < 1.0:
        return tr("Temperature {value:.2f}: likely words even likelier than the network says.").format(
            value=temperature
        )
    if temperature == 1.0:
        return tr("Temperature 1: words drawn with just the network's probabilities.")
    return tr("Temperature {value:.2f}: unlikely words likelier than the network says.").format(value=temperature)


def _button(name: str, text: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    return button
