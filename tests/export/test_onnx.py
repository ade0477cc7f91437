"""ONNX: every kind of network answers in onnxruntime as it does here, whatever the batch and the length."""

import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnxruntime.capi.onnxruntime_inference_collection import InferenceSession
from torch import Tensor

from tests.export.kinds import KINDS
from workbench.engine.objective import probabilities
from workbench.engine.trained import Trained
from workbench.errors import BadInput
from workbench.export import check as checking
from workbench.export.check import TOLERANCE, Checked, drawn_inputs
from workbench.export.onnx_file import save_onnx
from workbench.export.onnx_graph import onnx_model, time_is_open
from workbench.models.network import Network
from workbench.models.stepwise import Stepwise


def stepwise_scores(trained: Trained, x: Tensor) -> Tensor:
    """The same network in double precision, every recurrent layer by the textbook's steps."""
    network = trained.network().double()
    if isinstance(network, Network):
        for number, (cell, layer) in enumerate(zip(network.cells, network.model.stack, strict=True)):
            weights = network.layers[number].state_dict()
            width = network.layers[number].get_parameter("weight_ih_l0").shape[1]
            network.layers[number] = Stepwise(cell, layer, width, bias=network.model.bias).double()
            network.layers[number].load_state_dict(weights)
    torch.set_default_dtype(torch.float64)
    try:
        with torch.inference_mode():
            return network(x.double() if x.is_floating_point() else x)  # type: ignore[no-any-return]
    finally:
        torch.set_default_dtype(torch.float32)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_answers_the_same_at_any_batch_and_length(kind: str) -> None:
    trained = KINDS[kind]
    session = InferenceSession(onnx_model(trained).SerializeToString(), providers=["CPUExecutionProvider"])
    for batch in (1, 5):
        x = drawn_inputs(trained, batch)
        for read in (x, x[:, : x.shape[1] // 2]) if time_is_open(trained) else (x,):
            expected = stepwise_scores(trained, read)
            found = [np.asarray(each) for each in session.run(None, {"x": read.numpy()})]
            assert found[0].shape == expected.shape
            np.testing.assert_allclose(found[0], expected.numpy(), rtol=0, atol=TOLERANCE)
            if len(found) > 1:
                shown = probabilities(expected, trained.interface)
                np.testing.assert_allclose(found[1], shown.numpy(), rtol=0, atol=TOLERANCE)
    assert (len(session.get_outputs()) == 2) == (trained.interface.answer in ("class", "bit"))


def test_the_file_is_checked_on_test_samples_and_says_what_it_is(tmp_path: Path) -> None:
    trained = KINDS["bits"]
    checked = save_onnx(trained, tmp_path / "bits.onnx")
    assert 0 <= checked.difference <= TOLERANCE
    assert "sums of 6 bits" in checked.on
    about = {each.key: each.value for each in onnx.load(tmp_path / "bits.onnx").metadata_props}
    assert about == {"title": "Sequence", "step": "7", "classes": "1"}
    assert [path.name for path in tmp_path.iterdir()] == ["bits.onnx"]


def test_words_that_are_not_here_are_drawn_which_is_said(tmp_path: Path) -> None:
    checked = save_onnx(KINDS["embedding"], tmp_path / "words.onnx")
    assert "drawn by chance" in checked.sentence()


def test_a_network_that_answers_otherwise_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trained = KINDS["bits"]
    other = onnx_model(trained)
    for weight in other.graph.initializer:
        if weight.name == "head.bias":
            weight.CopyFrom(onnx.numpy_helper.from_array(onnx.numpy_helper.to_array(weight) + 1e-4, weight.name))
    monkeypatch.setattr("workbench.export.onnx_file.onnx_model", lambda _: other)
    with pytest.raises(BadInput, match=r"differ from the network's by 0\.0001"):
        save_onnx(trained, tmp_path / "bits.onnx")
    assert not list(tmp_path.iterdir())


def test_without_the_packages_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("onnx", "onnxruntime"):
        with monkeypatch.context() as missing:
            missing.setitem(sys.modules, name, None)
            with pytest.raises(BadInput, match=rf"package {name}, .*pip install 'lstm-workbench\[export\]'"):
                save_onnx(KINDS["bits"], tmp_path / "bits.onnx")


def test_scores_that_are_no_numbers_are_no_match(monkeypatch: pytest.MonkeyPatch) -> None:
    trained = KINDS["bits"]
    monkeypatch.setattr(checking, "SAMPLES", 3)
    with pytest.raises(BadInput, match="differ"):
        checking.check(trained, lambda x: np.full((*x.shape[:2], 1), np.nan, np.float32), "file")
    with pytest.raises(BadInput, match="answers with"):
        checking.check(trained, lambda x: np.zeros((1, 1), np.float32), "file")


def test_a_difference_is_told_in_words_and_for_scripts() -> None:
    checked = Checked(2.4e-7, "64 sums")
    assert checked.sentence() == "Checked on 64 sums: the scores differ by 2.4e-07 at most"
    assert checked.document() == {"largest_difference": 2.4e-7, "tolerance": TOLERANCE, "on": "64 sums"}
