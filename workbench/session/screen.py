"""What is on the screen: taken from a session to be remembered, and brought back into one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench import paths
from workbench.data.drawing import drawing_from_json, drawing_to_json
from workbench.engine.word import Word
from workbench.errors import BadInput
from workbench.preset_files import preset_from_document, preset_to_document
from workbench.session.memory import Memory

if TYPE_CHECKING:
    from workbench.session.session import Session


def screen_of(session: Session) -> Memory:
    """The chosen preset, the drawing, the story and the sum."""
    choices, pad, story, adder = session.choices, session.pad, session.story, session.adder
    return Memory(
        chosen=choices.chosen,
        preset=preset_to_document(choices.preset) if choices.is_changed else {},
        drawing=drawing_to_json(pad.content.drawing),
        fit=pad.fit,
        seed_text=story.seed_text,
        length=story.length,
        temperature=story.temperature,
        luck=story.luck,
        adder_texts=adder.texts,
        adder_bits=adder.bits,
        story_seeds=list(story.seeds),
        story_words=[(word.text, word.probability, list(word.candidates)) for word in story.words],
        story_split=story.split,
        story_is_cosine=any(word.is_cosine for word in story.words),
    )


def bring_back(session: Session, memory: Memory) -> list[BadInput]:
    """Brings back each part by itself. Returns what was broken; the other parts are there."""
    broken = []
    for part in (_preset, _drawing, _story, _sum):
        try:
            part(session, memory)
        except BadInput as error:
            broken.append(error)
    return broken


def _preset(session: Session, memory: Memory) -> None:
    choices = session.choices
    if memory.chosen in choices.entries:
        choices.choose(memory.chosen)
        if memory.preset:
            choices.restore(memory.chosen, preset_from_document(memory.preset, str(paths.session_file())))


def _drawing(session: Session, memory: Memory) -> None:
    session.pad.fit = memory.fit
    if memory.drawing:
        session.pad.show(drawing_from_json(memory.drawing, str(paths.session_file())))


def _story(session: Session, memory: Memory) -> None:
    story = session.story
    story.seed_text = memory.seed_text or story.seed_text
    words = [
        Word(text, probability, tuple(candidates), memory.story_is_cosine)
        for text, probability, candidates in memory.story_words
    ]
    story.recall(memory.story_seeds, words, memory.story_split, memory.luck)
    story.set_length(memory.length)
    story.set_temperature(memory.temperature)


def _sum(session: Session, memory: Memory) -> None:
    session.adder.type(*memory.adder_texts)
    session.adder.set_bits(memory.adder_bits)
