"""The one error a person sees is one sentence."""

import pytest

from workbench.errors import BadInput


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (BadInput("a.toml", "is not valid TOML"), "a.toml: is not valid TOML."),
        (
            BadInput("a.toml", "expected int >= 1.", key="model.units", value=0),
            "a.toml, model.units = 0: expected int >= 1.",
        ),
        (BadInput("--set", "did you mean units?", key="model.unit"), "--set, model.unit: did you mean units?"),
        (BadInput("net", "is gone", hint="Try again."), "net: is gone. Try again."),
        (BadInput("text", "is not known", value=""), "text = '': is not known."),
    ],
)
def test_the_sentence_says_where_what_and_what_was_expected(error: BadInput, sentence: str) -> None:
    assert str(error) == sentence


def test_a_long_value_is_cut() -> None:
    sentence = str(BadInput("a.toml", "expected int", key="k", value="x" * 10_000))
    assert len(sentence) < 120
    assert sentence.endswith("x...: expected int.")


def test_a_value_that_cannot_be_written_out_is_named_by_its_kind() -> None:
    deep: list[object] = []
    for _ in range(5_000):
        deep = [deep]
    assert str(BadInput("a.json", "expected a point", value=deep)) == "a.json = (list): expected a point."
    assert str(BadInput("a.toml", "expected str", value=16**9_000)) == "a.toml = (int): expected str."
