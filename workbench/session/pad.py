"""The pad: what was drawn or loaded, how to undo it, and the picture that the network sees."""

from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench.data.drawing import Drawing, Stroke, load_drawing
from workbench.data.ink import fit_ink, picture
from workbench.session.timeline import Timeline


class Image:
    """A loaded picture: ink 0..1, (height, width). Compared by identity, so that undo need not compare pixels."""

    def __init__(self, ink: NDArray[np.float32], name: str) -> None:
        self.ink, self.name = ink, name


@dataclass(frozen=True)
class Content:
    """What lies on the pad: a loaded image, or else a drawing."""

    drawing: Drawing = field(default_factory=Drawing)
    image: Image | None = None

    @property
    def is_empty(self) -> bool:
        return self.image is None and self.drawing.is_empty


class Pad:
    """The person's drawing. Every change but the pen's movement can be undone."""

    def __init__(self) -> None:
        self._timeline = Timeline(Content())
        self._adjusted: Content | None = None
        self._seen: tuple[Content, bool, NDArray[np.float32]] | None = None
        self._under_way: Drawing | None = None
        self.fit = True

    @property
    def content(self) -> Content:
        """What is seen now, the stroke under way included."""
        return Content(self._under_way) if self._under_way is not None else self._timeline.now

    @property
    def can_undo(self) -> bool:
        return self._timeline.can_undo

    @property
    def can_redo(self) -> bool:
        return self._timeline.can_redo

    def ink(self, drawing: Drawing) -> None:
        """The drawing with the stroke that the pen is still making."""
        self._under_way = drawing

    def add_stroke(self, stroke: Stroke) -> None:
        """The pen was lifted. A stroke over a loaded image begins a drawing of its own."""
        self._under_way = None
        self._timeline.do(Content(self._timeline.now.drawing.with_stroke(stroke)))

    def show(self, drawing: Drawing) -> None:
        self.put(Content(drawing))

    def put(self, content: Content) -> None:
        """A drawing or a picture as it lay here before."""
        self._under_way = None
        self._timeline.do(content)

    def set_thickness(self, thickness: float) -> None:
        """Pen diameter as a fraction of the pad's side; what is drawn becomes as thick.

        All the thicknesses between two other changes are one step to undo.
        """
        now = self._timeline.now
        adjusted = replace(now, drawing=replace(now.drawing, thickness=thickness))
        if adjusted == now:
            return
        if now is self._adjusted:
            self._timeline.amend(adjusted)
        else:
            self._timeline.do(adjusted)
        self._adjusted = adjusted

    def load(self, path: Path) -> None:
        """An image file, or a drawing's JSON file. Raises BadInput."""
        if path.suffix.lower() == ".json":
            self.show(load_drawing(path))
        else:
            from workbench.data.image_file import load_image_ink

            self.show_image(load_image_ink(path), path.name)

    def show_image(self, ink: NDArray[np.float32], name: str) -> None:
        self._under_way = None
        self._timeline.do(Content(replace(self._timeline.now.drawing, strokes=()), Image(ink, name)))

    def clear(self) -> None:
        self.show(replace(self._timeline.now.drawing, strokes=()))

    def undo(self) -> None:
        self._under_way = None
        self._timeline.undo()

    def redo(self) -> None:
        self._under_way = None
        self._timeline.redo()

    def seen(self) -> NDArray[np.float32] | None:
        """The picture the network sees, (28, 28) with ink 1 on 0; None when nothing is drawn."""
        content = self.content
        if content.is_empty:
            return None
        if self._seen is None or self._seen[:2] != (content, self.fit):
            if content.image is None:
                made = picture(content.drawing, self.fit)
            else:
                made = fit_ink(content.image.ink) if self.fit else shrunk(content.image.ink)
            self._seen = (content, self.fit, made)
        return self._seen[2]


@lru_cache(maxsize=1)
def drawn_four() -> NDArray[np.float32]:
    """A digit for the gates to show while nobody has drawn one: (28, 28), ink 1 on 0."""
    from workbench.data.strokes import draw_one

    return picture(draw_one(4, np.random.default_rng(3)), fit=True)


def shrunk(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """The whole image, its longer side scaled to 28, as it lies: what the network would see without fitting."""
    from PIL import Image as Picture

    height, width = ink.shape
    side = max(height, width)
    square = np.zeros((side, side), dtype=np.float32)
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = ink
    small = Picture.fromarray(square).resize((28, 28), Picture.Resampling.BOX)
    return np.array(small, dtype=np.float32)  # a copy: Pillow's own cannot be written to, and torch warns of that
