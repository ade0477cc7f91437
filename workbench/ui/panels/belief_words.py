"""How beliefs of a digit tab's network are called: by the row or the pixel after which it had them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.config import Interface
from workbench.insight.decision import measured_after
from workbench.session.reader import Answer
from workbench.ui.text import tr

if TYPE_CHECKING:
    from workbench.engine.trained import Trained


def every_of(answer: Answer | None, trained: Trained) -> int:
    """At how many steps apart a network's beliefs are measured, as far as it was asked."""
    is_known = answer is not None and answer.question.trained.preset == trained.preset
    return answer.believed_every if answer is not None and is_known else 1


def called(read: Interface, every: int) -> tuple[str, Sequence[int]]:
    """What a step is called and its number: by the last row it reads, or by the pixel after which it was measured."""
    if len(read.columns_at(0)) == 1:
        return tr("pixel"), [measured_after(step, every, read.steps) for step in range(read.steps)]
    return tr("row"), [read.rows_at(step)[-1] for step in range(read.steps)]


def belief_title(answer: Answer, step: int | None) -> str:
    """After which row or pixel a belief was had; after all of them, and in how long, where ``step`` is None."""
    read = answer.question.trained.interface
    word, numbers = called(read, answer.believed_every)
    if word == tr("pixel"):
        if step is not None:
            pixel = numbers[step]
            title = tr("Belief after pixel {pixel}, in row {row}").format(pixel=pixel, row=read.rows_at(pixel)[-1])
            if answer.believed_every == 1:
                return title
            # The belief at a pixel in between is that after the next one where it was measured.
            return tr("{title}, measured at every {every}th").format(title=title, every=answer.believed_every)
        title = tr("Belief after all {count} pixels, in {ms:.0f} ms")
        if answer.believed_every > 1:
            title += tr("; measured at every {every}th").format(every=answer.believed_every)
        return title.format(count=read.steps, ms=answer.seconds * 1000)
    if step is not None:
        return tr("Belief after row {row}, of 0 to {last}").format(row=numbers[step], last=numbers[-1])
    return tr("Belief after all {rows} rows, in {ms:.1f} ms").format(rows=numbers[-1] + 1, ms=answer.seconds * 1000)
