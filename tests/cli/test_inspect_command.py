"""``workbench inspect`` gives the numbers that the window shows, each held to another computation."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.adders import adder
from tests.cli.conftest import Command
from workbench.engine.trained import Trained
from workbench.insight.belief import belief_by_step
from workbench.insight.clamp import clamp_from_text
from workbench.insight.clamped import clamped_scores
from workbench.insight.trace import gate_trace
from workbench.models.network import Network
from workbench.runs.network_file import load_network, save_network
from workbench.session.pad import drawn_four

SHUT = "layer=0,direction=forward,gate=input,value=0,steps=10:"


@pytest.fixture
def drawing(tmp_path: Path) -> Path:
    path = tmp_path / "four.json"
    strokes = [[[0.3, 0.2], [0.3, 0.5], [0.7, 0.5]], [[0.6, 0.2], [0.6, 0.8]]]
    path.write_text(json.dumps({"strokes": strokes, "thickness": 0.08}))
    return path


def network_of(path: Path, preset: str) -> tuple[Trained, Network]:
    trained = load_network(path / f"{preset}.safetensors")
    network = trained.network()
    assert isinstance(network, Network)
    return trained, network


def test_free_and_held_beside_each_other(workbench: Command, small_networks: Path) -> None:
    said = workbench("inspect", "digits-best", "--sample", 3, "--clamp", SHUT, "--json").json
    trained, network = network_of(small_networks, "digits-best")
    from workbench.data.strokes import generate

    images, labels = generate(3, trained.preset.data.seed, start=62_000)  # type: ignore[union-attr]
    x = torch.from_numpy(images[2]).float() / 255
    assert said["input"] == f"test sample 3 of the first 500 of 5,000 other drawn digits, {labels[2]}"
    np.testing.assert_allclose(said["free"]["belief_by_step"], belief_by_step(network, x), atol=1e-6)
    assert said["clamps"] == [{"layer": 0, "direction": "forward", "gate": "i", "value": 0.0, "units": None,
                               "steps": [10, None]}]  # fmt: skip
    held = clamped_scores(network, x[None], [clamp_from_text(SHUT)]).softmax(-1)[0].tolist()
    free = network(x[None]).softmax(-1)[0].tolist()
    for digit in range(10):
        name = str(digit)
        assert said["held"]["answer"][name] == pytest.approx(held[digit], abs=1e-6)
        assert said["difference"][name] == pytest.approx(held[digit] - free[digit], abs=1e-6)
    gates = gate_trace(network, x).layers[0].gates
    for gate, values in gates.items():
        np.testing.assert_allclose(said["free"]["gates"][0][gate], values, atol=1e-6)
    assert not np.any(np.array(said["held"]["gates"][0]["i"])[:, 10:])
    assert said["score"]["of"] == 500


def test_an_image_and_everything_there_is_to_see(workbench: Command, drawing: Path) -> None:
    words = ("inspect", "digits-best", "--image", drawing, "--unit", 4, "--step", 12, "--influence", "7", "--gradients",
             "--switch-off", 7)  # fmt: skip
    said = workbench(*words, "--json").json
    assert said["equations"]["unit"] == 4
    assert said["equations"]["step"] == 12
    assert said["influence"]["explained"]["class"] == "7"
    gradients = said["influence"]["gradients"]
    assert gradients["sum"] == pytest.approx(gradients["difference"], rel=0.01)
    assert len(said["gradients"]["layers"][0]["h"]) == 28
    assert sorted(one["unit"] for one in said["switched_off"]["units"]) == list(range(6))
    told = workbench(*words).out
    assert "Unit 4 of layer 0, forward, at step 12:" in told
    assert "What is forgotten" in told
    assert "switched off in turn, on 20 test samples of “7”" in told


def test_the_equations_are_those_of_the_held_cell(workbench: Command, small_networks: Path) -> None:
    said = workbench("inspect", "digits-best", "--sample", 3, "--clamp", SHUT, "--samples", 0, "--unit", 2,
                     "--step", 11, "--json").json  # fmt: skip
    equations = {e["gate"]: e for stage in said["equations"]["stages"] for e in stage["equations"]}
    gates = said["held"]["gates"][0]
    assert equations["i"]["held"] == 0.0 and equations["i"]["value"] > 0.0
    for gate in "fgoch":
        assert equations[gate]["held"] is None
        assert equations[gate]["value"] == pytest.approx(gates[gate][2][11], abs=2e-6)
    assert [operand["shown"] for operand in equations["c"]["operands"]][2] == "0.0000"  # i, as the cell goes on with it


def test_words_are_read_and_their_distribution_told(workbench: Command, small_networks: Path) -> None:
    said = workbench("inspect", "story-belling-the-cat", "--text", "one two three", "--clamp", "gate=o,value=0",
                     "--samples", 0, "--json").json  # fmt: skip
    trained, network = network_of(small_networks, "story-belling-the-cat")
    x = torch.tensor([[trained.classes.index(word) for word in ("one", "two", "three")]])
    free = network(x).softmax(-1)[0].tolist()
    assert said["free"]["answer"] == pytest.approx(dict(zip(trained.classes, free, strict=True)), abs=1e-6)
    assert isinstance(network.head, torch.nn.Linear)
    bias = network.head.bias.softmax(-1).tolist()  # nothing else is left with the output gates shut
    assert said["held"]["answer"] == pytest.approx(dict(zip(trained.classes, bias, strict=True)), abs=1e-6)
    assert "score" not in said


def test_what_the_window_first_shows_needs_no_clamps(workbench: Command) -> None:
    assert drawn_four().shape == (28, 28)
    told = workbench("inspect", "digits-best", "--sample", 1)
    assert told.code == 0
    assert "layer 0, forward" in told.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("digits-best",), "say what to look at: --image, or --sample NUMBER"),
        (("digits-best", "--text", "one"), "“Small digits” reads something else"),
        (("digits-best", "--sample", "0"), "--sample = 0: expected 1 or more"),
        (("digits-best", "--sample", "5001"), "--sample = 5001: expected 1 to 5,000"),
        (("digits-best", "--sample", "1", "--clamp", "gate=z,value=1"), "gate = 'z': expected one of i, f, o"),
        (("digits-best", "--sample", "1", "--clamp", "gate=f,value=2"), "f lies between 0 and 1"),
        (("digits-best", "--sample", "1", "--unit", "x"), "--unit = 'x'"),
        (("digits-best", "--sample", "1", "--unit", "1,forward,0"), "expected one of layer 0, forward"),
        (("digits-best", "--sample", "1", "--unit", "0", "--step", "28"), "step"),
        (("digits-best", "--sample", "1", "--switch-off", "x"), "--switch-off = 'x'"),
        (("digits-best", "--sample", "1", "--clamp", "gate=f,value=1", "--samples", "-5"), "--samples = -5"),
        (("digits-best", "--sample", "1", "--clamp", "gate=f,value=1,steps=28:"), "expected steps of 0 to 27"),
        (("digits-best", "--sample", "1", "--step", "3"), "--step = 3: goes with --unit"),
        (("digits-best", "--sample", "1", "--step", "3", "--influence"), "--step = 3: goes with --unit"),
        (("digits-best", "--sample", "1", "--text", "a"), "expected one of --text and --sample"),
        (("story-belling-the-cat", "--text", "eleven"), "eleven"),
        (("nothing", "--sample", "1"), "nothing"),
        (("nothing.safetensors", "--sample", "1"), "there is no such file"),
    ],
)
def test_what_cannot_be_is_said(workbench: Command, words: tuple[str, ...], said: str) -> None:
    workbench("inspect", *words).refused(said)


def test_a_run_and_a_file_are_named_too(workbench: Command, small_networks: Path, counting: str) -> None:
    run = workbench("train", counting, "--steps", 3, "--json").json["run"]
    by_folder = workbench("inspect", run, "--text", "one two three", "--json").json
    by_name = workbench("inspect", Path(run).name, "--text", "one two three", "--json").json
    assert by_folder["free"] == by_name["free"]
    assert by_folder["step"] == 3
    file = small_networks / "digits-best.safetensors"
    assert workbench("inspect", file, "--sample", 1, "--json").json["network"] == str(file)


def test_what_mattered_can_be_that_of_a_difference(workbench: Command, drawing: Path, small_networks: Path) -> None:
    words = ("inspect", "digits-best", "--image", drawing, "--influence", "7", "--against", "2")
    said = workbench(*words, "--json").json["influence"]
    assert said["explained"]["what"] == "the logit of 7 above that of 2"
    _, network = network_of(small_networks, "digits-best")
    blank = network(torch.zeros(1, 28, 28))[0]
    assert said["gradients"]["score_of_nothing"] == pytest.approx(float(blank[7] - blank[2]), abs=1e-6)
    rows = said["gradients"]["rows"]
    least = int(np.argmin(rows))
    assert f"ost against it: row {least} {rows[least]:+.3g}" in workbench(*words).out
    alone = workbench("inspect", "digits-best", "--image", drawing, "--against", "2")
    assert alone.code == 2 and "goes with --influence" in alone.err


def test_what_mattered_for_one_bit(workbench: Command, small_networks: Path) -> None:
    save_network(adder(), small_networks / "binary-addition-lstm.safetensors")
    said = workbench("inspect", "binary-addition-lstm", "--sum", 3, 5, "--influence", "--step", 2, "--json").json
    assert said["influence"]["explained"]["what"] == "the logit of bit 2"


def test_of_sums_every_unit_is_switched_off_for_all_bits(workbench: Command, small_networks: Path) -> None:
    save_network(adder(), small_networks / "binary-addition-lstm.safetensors")
    said = workbench("inspect", "binary-addition-lstm", "--sum", 3, 5, "--switch-off", "--json").json["switched_off"]
    assert said["on"] == "20 test samples"
    assert said["watched"] == "probability"
    changes = [one["change"] for one in said["units"]]
    assert changes == sorted(changes)
    workbench("inspect", "binary-addition-lstm", "--sum", 3, 5, "--switch-off", "x").refused("no classes")
