"""The pad: strokes, images, undo and redo, and the picture that the network sees."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Picture

from workbench.data.drawing import Drawing, Stroke, drawing_to_json, save_drawing
from workbench.errors import BadInput
from workbench.session.pad import Pad, drawn_four, shrunk

DOWN = Stroke.through([(0.2, 0.1), (0.2, 0.9)])
ACROSS = Stroke.through([(0.1, 0.5), (0.9, 0.5)])


def strokes(pad: Pad) -> list[Stroke]:
    return list(pad.content.drawing.strokes)


def is_empty(pad: Pad) -> bool:
    return pad.content.is_empty


def can_undo(pad: Pad) -> bool:
    return pad.can_undo


def image_name(pad: Pad) -> str:
    return pad.content.image.name if pad.content.image is not None else ""


def test_an_empty_pad_shows_the_network_nothing() -> None:
    pad = Pad()
    assert is_empty(pad)
    assert pad.seen() is None
    pad.undo()
    pad.redo()
    assert pad.seen() is None


def test_strokes_are_undone_one_by_one() -> None:
    pad = Pad()
    pad.add_stroke(DOWN)
    pad.add_stroke(ACROSS)
    pad.undo()
    assert strokes(pad) == [DOWN]
    pad.redo()
    assert strokes(pad) == [DOWN, ACROSS]
    pad.undo()
    pad.undo()
    assert is_empty(pad)
    assert not can_undo(pad)
    assert pad.can_redo


def test_the_stroke_under_way_is_seen_and_is_nothing_to_undo() -> None:
    pad = Pad()
    pad.ink(Drawing((DOWN,)))
    assert pad.seen() is not None
    assert not can_undo(pad)
    pad.add_stroke(DOWN)
    assert can_undo(pad)
    pad.ink(Drawing((DOWN, ACROSS)))
    pad.undo()
    assert is_empty(pad)


def test_clearing_can_be_undone() -> None:
    pad = Pad()
    pad.add_stroke(DOWN)
    pad.clear()
    assert is_empty(pad)
    pad.undo()
    assert strokes(pad) == [DOWN]


def test_all_thicknesses_in_a_row_are_one_step_to_undo() -> None:
    pad = Pad()
    pad.add_stroke(DOWN)
    first = pad.content.drawing.thickness
    for thickness in (0.06, 0.08, 0.1):
        pad.set_thickness(thickness)
    assert pad.content.drawing.thickness == 0.1
    pad.undo()
    assert pad.content.drawing.thickness == first
    assert strokes(pad) == [DOWN]


def test_fitting_brings_ink_to_the_centre_and_can_be_switched_off() -> None:
    pad = Pad()
    pad.add_stroke(DOWN)
    fitted = pad.seen()
    pad.fit = False
    plain = pad.seen()
    assert fitted is not None
    assert plain is not None
    columns = np.arange(28) + 0.5
    assert (fitted.sum(axis=0) * columns).sum() / fitted.sum() == pytest.approx(14, abs=0.7)
    assert (plain.sum(axis=0) * columns).sum() / plain.sum() == pytest.approx(0.2 * 28, abs=0.7)
    for seen in (fitted, plain):
        assert seen.shape == (28, 28)
        assert seen.dtype == np.float32
        assert 0 <= seen.min() <= seen.max() <= 1


def test_what_is_seen_is_worked_out_once() -> None:
    pad = Pad()
    pad.add_stroke(DOWN)
    assert pad.seen() is pad.seen()


def test_an_image_takes_the_drawing_s_place_and_a_stroke_the_image_s(tmp_path: Path) -> None:
    Picture.fromarray(np.pad(np.zeros((20, 4), np.uint8), 10, constant_values=255)).save(tmp_path / "one.png")
    pad = Pad()
    pad.add_stroke(DOWN)
    pad.load(tmp_path / "one.png")
    assert image_name(pad) == "one.png"
    assert pad.content.drawing.is_empty
    seen = pad.seen()
    assert seen is not None
    assert seen.max() > 0.5
    pad.fit = False
    plain = pad.seen()
    assert plain is not None
    assert plain.flags.writeable  # torch takes nothing else without a warning
    pad.undo()
    assert strokes(pad) == [DOWN]
    pad.redo()
    pad.add_stroke(ACROSS)
    assert image_name(pad) == ""
    assert strokes(pad) == [ACROSS]


def test_a_drawing_s_file_is_loaded_as_strokes(tmp_path: Path) -> None:
    drawing = Drawing((DOWN, ACROSS), thickness=0.07)
    save_drawing(drawing, tmp_path / "cross.JSON")
    pad = Pad()
    pad.load(tmp_path / "cross.JSON")
    assert drawing_to_json(pad.content.drawing) == drawing_to_json(drawing)


@pytest.mark.parametrize("name", ["nothing.png", "nothing.json", "folder", ""])
def test_a_file_that_cannot_be_loaded_leaves_the_pad_as_it_is(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    pad = Pad()
    pad.add_stroke(DOWN)
    with pytest.raises(BadInput):
        pad.load(tmp_path / name)
    assert strokes(pad) == [DOWN]


def test_an_image_is_shrunk_whole_and_keeps_its_shape() -> None:
    ink = np.ones((56, 14), dtype=np.float32)
    small = shrunk(ink)
    assert small.shape == (28, 28)
    assert small[:, 11:17].min() == 1.0
    assert small[:, :10].max() == small[:, 18:].max() == 0.0


def test_the_stand_in_is_a_picture_as_the_network_sees_them() -> None:
    assert drawn_four().shape == (28, 28)
    assert drawn_four().max() > 0.5
