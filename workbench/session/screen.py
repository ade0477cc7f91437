"""What is on the screen: taken from a session to be remembered, and brought back into one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeAlias

from workbench import paths
from workbench.config import Task
from workbench.data.drawing import drawing_from_json, drawing_to_json
from workbench.engine.word import Word
from workbench.errors import BadInput
from workbench.preset_files import preset_from_document, preset_to_document
from workbench.session.memory import Memory

if TYPE_CHECKING:
    from workbench.session.session import Session

_Part: TypeAlias = "Callable[[Session, Memory, str], None]"

#: A story has at most so many words and seed words, and they so many characters in all.
MOST_WORDS, MOST_CHARACTERS = 12_000, 1_000_000


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
    return _each(session, memory, str(paths.session_file()), (_preset, _drawing, _story, _sum))


def bring_run_back(session: Session, memory: Memory, where: str, task: Task) -> list[BadInput]:
    """Brings back the drawing and the story that a run was left with, and of a run that adds its sum.

    Where it was left without a drawing, or without a story, the person's own stays. ``where`` is named in what is
    returned as broken.
    """
    parts = [*([_drawing] if memory.drawing.get("strokes") else []), *([_story] if memory.story_words else [])]
    return _each(session, memory, where, [*parts, *([_sum] if task == "bits" else [])])


def bring_rest_back(session: Session, memory: Memory) -> None:
    """Brings back how the pad treats ink, the story and the sum as they were a while ago, with or without a story."""
    session.pad.fit = memory.fit
    session.story.seed_text = memory.seed_text
    _each(session, memory, "the screen", (_story, _sum))


def _each(session: Session, memory: Memory, where: str, parts: Iterable[_Part]) -> list[BadInput]:
    broken = []
    for part in parts:
        try:
            part(session, memory, where)
        except BadInput as error:
            broken.append(error)
    return broken


def _preset(session: Session, memory: Memory, where: str) -> None:
    choices = session.choices
    if memory.chosen in choices.entries:
        choices.choose(memory.chosen)
        if memory.preset:
            choices.restore(memory.chosen, preset_from_document(memory.preset, where))


def _drawing(session: Session, memory: Memory, where: str) -> None:
    drawing = drawing_from_json(memory.drawing, where) if memory.drawing else None
    session.pad.fit = memory.fit
    if drawing is not None:
        session.pad.show(drawing)


def _story(session: Session, memory: Memory, where: str) -> None:
    story = session.story
    texts = [*memory.story_seeds, *(text for text, _, _ in memory.story_words)]
    if len(texts) > MOST_WORDS or sum(map(len, texts)) > MOST_CHARACTERS:
        raise BadInput(where, f"holds a story of {len(texts):,} words, which is longer than any that is told",
                       key="story_words")  # fmt: skip
    if not all(-1.0 <= share <= 1.0 for _, share, _ in memory.story_words):
        raise BadInput(where, "expected probabilities of 0 to 1, or cosines", key="story_words")
    story.set_length(memory.length)
    story.set_temperature(memory.temperature)
    story.seed_text = memory.seed_text or story.seed_text
    words = [
        Word(text, probability, tuple(candidates), memory.story_is_cosine)
        for text, probability, candidates in memory.story_words
    ]
    story.recall(memory.story_seeds, words, memory.story_split, memory.luck)


def _sum(session: Session, memory: Memory, where: str) -> None:
    session.adder.type(*memory.adder_texts)
    session.adder.set_bits(memory.adder_bits)
