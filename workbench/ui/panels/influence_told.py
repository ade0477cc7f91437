"""What the Influence panel says: sentences and a table of what mattered, and of what was erased."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from workbench.ui.text import tr
from workbench.ui.widgets.belief import percent
from workbench.ui.widgets.candidates import visible
from workbench.ui.widgets.table import NamedTable

if TYPE_CHECKING:  # these load torch
    from workbench.insight.continuous import Kind, Nothing
    from workbench.insight.explained import Explained
    from workbench.insight.influence import Influence, Method


def method_of(found: Influence) -> Method:
    """By which method it was found."""
    return "gradients" if found.gradients is not None else "erasing"


def score_name(what: Explained) -> str:
    """What is explained: ``the logit of 7``."""
    if not what.name:
        at_step = tr("the logit of bit {n}") if what.measured == "logit" else tr("the number told at step {n}")
        return at_step.format(n=what.step)
    measured = tr("the cosine to {name}") if what.measured == "cosine" else tr("the logit of {name}")
    one = measured.format(name=visible(what.name))
    return one if what.against is None else tr("{one} above {other}").format(one=one, other=visible(what.against_name))


def nothing_name(nothing: Nothing) -> str:
    """What stands for nothing, as it is said of a path that begins there."""
    return {
        "blank": tr("a blank picture"),
        "black": tr("a black picture"),
        "zero vector": tr("zero vectors in place of the words"),
        "number 0": tr("the number 0 in place of every word, which is also what the most frequent word is"),
        "zeros": tr("zeros"),
    }[nothing]


def sum_sentence(found: Influence) -> str:
    """Whether integrated gradients add up, or how often the network was run again."""
    what = score_name(found.explained)
    if found.gradients is not None:
        g = found.gradients
        text = (
            tr("They add up to {total} of {difference}: {what} is {score}, and {nothing_score} for {nothing}.")
            if g.closes else
            tr("They add up to {total} of {difference}, which is more than 1\N{NO-BREAK SPACE}% off: {what} is "
               "{score}, and {nothing_score} for {nothing}.")
        )  # fmt: skip
        return text.format(
            total=number(g.total), difference=number(g.difference), what=what, score=number(g.score),
            nothing_score=number(g.score_of_nothing), nothing=nothing_name(found.nothing),
        )  # fmt: skip
    assert found.erasures is not None
    texts: dict[Kind, str] = {
        "picture": tr(
            "By how much {what} falls without each row, and without each patch of {n} × {n} pixels: {runs} runs of the "
            "network. These need not add up."
        ),
        "words": tr(
            "By how much {what} falls when each word is left out, so that the network reads one word fewer. These need "
            "not add up."
        ),
        "numbers": tr(
            "By how much {what} falls when each number is 0, and all of a step: {runs} runs of the network. These need "
            "not add up."
        ),
    }
    return texts[found.kind].format(what=what, n=found.erasures.patch, runs=f"{found.erasures.runs:,}")


def part_sentence(found: Influence, row: int, column: int | None) -> str:
    """One row, pixel, word or number, of which ``column`` is None for a whole row."""
    place = place_name(found, row, column)
    if found.erasures is None:
        rows, parts = found.rows("gradients"), found.parts("gradients")
        value = float(rows[row]) if column is None or parts.ndim == 1 else float(parts[row, column])
        return tr("{place}: {value}").format(place=place, value=number(value, sign=True))
    e = found.erasures
    if column is None or found.kind == "words":
        score, share = float(e.row_scores[row]), float(e.row_shares[row])
    else:
        at = row // e.patch, column // e.patch
        score, share = float(e.patch_scores[at]), float(e.patch_shares[at])
    text = tr("Without {place}: score {before} → {after}")
    said = text.format(place=place[:1].lower() + place[1:], before=number(e.score), after=number(score))
    return f"{said}, {percent(e.share)} → {percent(share)}" if found.explained.measured == "logit" else said


def place_name(found: Influence, row: int, column: int | None) -> str:
    """``Row 12``, ``Word 3 “bell”``, ``Step 2, number 1``."""
    if found.kind == "words":
        return tr("Word {n} “{word}”").format(n=row, word=visible(found.words[row]))
    if column is None:
        return (tr("Row {n}") if found.kind == "picture" else tr("Step {n}")).format(n=row)
    if found.kind == "numbers":
        return tr("Step {row}, number {column}").format(row=row, column=column)
    if found.erasures is None:
        return tr("Row {row}, column {column}").format(row=row, column=column)
    side = found.erasures.patch
    return tr("Patch at row {row}, column {column}").format(row=row // side * side, column=column // side * side)


def belief_sentence(
    found: Influence, names: list[str], before: NDArray[np.float32], after: NDArray[np.float32], erased: int
) -> str:
    """How sure the network is of what is explained, whole and erased, and whether it changed its mind."""
    what = found.explained
    which = what.step if not what.name else what.output
    if which >= len(before):
        return ""
    told = number if what.measured != "logit" else percent
    gone = {"picture": tr("{n} pixels"), "words": tr("{n} words"), "numbers": tr("{n} numbers")}[found.kind]
    text = tr("Without {gone}: {name} {before} → {after}.")
    said = text.format(
        gone=gone.format(n=erased), name=names[which], before=told(float(before[which])),
        after=told(float(after[which])),
    )  # fmt: skip
    if what.name and before.argmax() != after.argmax():
        said += " " + tr("The answer is now {name}.").format(name=names[int(after.argmax())])
    return said


def table_of(found: Influence) -> NamedTable:
    """Every value: a line for each row, word or step; first what holds for all of it, then its parts."""
    method = method_of(found)
    parts = found.parts(method)
    if found.kind == "words":
        lines = [visible(word) for word in found.words]
    else:
        name = tr("row {n}") if found.kind == "picture" else tr("step {n}")
        lines = [name.format(n=n) for n in range(len(parts))]
    columns = [(tr("influence"), found.rows(method))]
    if found.erasures is not None:
        columns += [
            (tr("score without it"), found.erasures.row_scores),
            (tr("probability without it"), found.erasures.row_shares),
        ]
    if parts.ndim == 2:
        columns += [(tr("column {n}").format(n=n), parts[:, n]) for n in range(parts.shape[1])]
    values = np.stack([values for _, values in columns], axis=1).astype(np.float32)
    return NamedTable(values, lines, [name for name, _ in columns])


def number(value: float, *, sign: bool = False) -> str:
    """Two decimals, and three digits of what is smaller."""
    if value == 0.0:
        return "0"
    digits = ".2f" if abs(value) >= 0.1 else ".3g"
    return f"{value:{'+' if sign else ''}{digits}}".replace("-", "−")
