"""Placing a test sample that was examined where it belongs: the pad, the image, the sum, the seed words, the series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.session.examining import summands

if TYPE_CHECKING:
    from workbench.session.session import Session


def place_examined(session: Session, number: int) -> None:
    """Brings a test sample, counted from 0, to its place; nothing where nothing was examined."""
    examination = session.examining.examination
    if examination is None:
        return
    sample = examination.sample(number)
    match examination.trained.preset.task:
        case "digits" if sample.picture is not None:
            session.put_on_pad(sample.picture, f"#{number}", sample.right)
        case "images":
            session.show_test_image(number + 1)
        case "bits":
            a, b = summands(examination.split, number)
            session.add(str(a), str(b))
        case "words":
            session.set_seed_text(examination.words(number))
            session.look_at("words")
        case "series":
            session.look_at("series")
            session.point_at(number % examination.trained.interface.steps)
