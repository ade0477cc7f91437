import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from workbench.data import drawing as module
from workbench.data.drawing import (
    Drawing,
    Stroke,
    drawing_from_json,
    drawing_to_json,
    load_drawing,
    save_drawing,
)
from workbench.errors import BadInput

place = some.floats(-1, 2)
strokes = some.lists(some.lists(some.tuples(place, place, some.floats(0, 8)), max_size=5).map(tuple).map(Stroke))


@given(strokes.map(tuple), some.floats(0.005, 0.5))
def test_a_drawing_survives_json(lines: tuple[Stroke, ...], thickness: float) -> None:
    drawing = Drawing(lines, thickness)
    assert drawing_from_json(json.loads(json.dumps(drawing_to_json(drawing)))) == drawing


def test_a_drawing_survives_a_file(tmp_path: Path) -> None:
    drawing = Drawing((Stroke.through([(0.1, 0.2), (0.3, 0.4)]).with_point(0.5, 0.6, 0.7),), 0.1)
    path = tmp_path / "new folder" / "seven.json"
    save_drawing(drawing, path)
    save_drawing(drawing, path)
    assert load_drawing(path) == drawing
    assert [file.name for file in path.parent.iterdir()] == ["seven.json"]


def test_a_plain_list_of_strokes_is_a_drawing(tmp_path: Path) -> None:
    path = tmp_path / "plain.json"
    path.write_text("[[[0, 0.5], [1, 0.5]], [[0.5, 0.5]]]", encoding="utf-8")
    drawing = load_drawing(path)
    assert drawing == Drawing((Stroke.through([(0, 0.5), (1, 0.5)]), Stroke.through([(0.5, 0.5)])))
    assert drawing.thickness == module.THICKNESS


def test_empty_means_without_ink() -> None:
    assert Drawing().is_empty
    assert Drawing((Stroke(()),)).is_empty
    assert not Drawing().with_stroke(Stroke.through([(0, 0)])).is_empty


@pytest.mark.parametrize(
    ("document", "key", "expected"),
    [
        ("strokes", "strokes", "list of strokes"),
        ({"thickness": 0.1}, "strokes", "list of strokes"),
        ({"kind": "preset", "strokes": []}, "kind", "expected a drawing"),
        ({"version": 2, "strokes": []}, "version", "version 1"),
        ({"thickness": "thick", "strokes": []}, "thickness", "a number from 0.005 to 0.5"),
        ({"thickness": True, "strokes": []}, "thickness", "a number"),
        ([[[0, 0]], 3], "strokes[1]", "list of points"),
        ([[[0, 0], [1]]], "strokes[0][1]", "[x, y]"),
        ([[[0, float("nan")]]], "strokes[0][0][1]", "from -1 to 2"),
        ([[[float("-inf"), 0]]], "strokes[0][0][0]", "from -1 to 2"),
        ([[[10**400, 0]]], "strokes[0][0][0]", "from -1 to 2"),
        ([[[0, 0, -1]]], "strokes[0][0][2]", "from 0 to 8"),
        ([[]] * 2001, "strokes", "at most 2000 strokes"),
        ([[[0, 0]] * 100_001], "strokes", "at most 100000 points"),
    ],
)
def test_what_is_wrong_is_named(document: Any, key: str, expected: str) -> None:
    with pytest.raises(BadInput) as refused:
        drawing_from_json(document, "two.json")
    assert refused.value.where == "two.json"
    assert refused.value.key == key
    assert expected in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe\x00", b"[" * 100_000, b"[[[0, 1e999]]]"])
def test_a_file_that_is_no_drawing_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.json"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=r"broken\.json"):
        load_drawing(path)


def test_a_file_that_is_not_there_or_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match="can be read"):
        load_drawing(tmp_path / "absent.json")
    with pytest.raises(BadInput, match="can be read"):
        load_drawing(tmp_path)
    monkeypatch.setattr(module, "MOST_BYTES", 10)
    path = tmp_path / "large.json"
    path.write_text("[" + " " * 20 + "]", encoding="utf-8")
    with pytest.raises(BadInput, match="at most 10 bytes"):
        load_drawing(path)


def test_a_failed_save_keeps_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    save_drawing(Drawing(), path)
    with pytest.raises(TypeError):
        save_drawing(Drawing((Stroke(((0.0, object(), 1.0),)),)), path)  # type: ignore[arg-type]  # breaks on purpose
    assert load_drawing(path) == Drawing()
    assert [file.name for file in tmp_path.iterdir()] == ["kept.json"]
    with pytest.raises(BadInput, match="can be saved"):
        save_drawing(Drawing(), path / "inside a file.json")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=strokes.map(tuple), thickness=some.floats(0.005, 0.5))
def test_every_drawing_survives_its_file(lines: tuple[Stroke, ...], thickness: float, tmp_path: Path) -> None:
    save_drawing(Drawing(lines, thickness), tmp_path / "drawing.json")
    assert load_drawing(tmp_path / "drawing.json") == Drawing(lines, thickness)
