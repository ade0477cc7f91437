"""torch.export: programs that are read back answer as the networks do, for any batch."""

from pathlib import Path

import pytest
import torch

from tests.export.kinds import KINDS
from workbench.engine.trained import Trained
from workbench.export.check import drawn_inputs
from workbench.export.torch_program import save_program


def exported_and_asked(trained: Trained, path: Path) -> None:
    checked = save_program(trained, path)
    assert checked.difference <= 1e-6
    program = torch.export.load(path).module()
    network = trained.network()
    for batch in (1, 2, 7):
        x = drawn_inputs(trained, batch)
        torch.testing.assert_close(program(x), network(x), rtol=0, atol=1e-6)


@pytest.mark.parametrize("kind", ["embedding", "convnet", "series"])
def test_a_program_answers_by_itself(kind: str, tmp_path: Path) -> None:
    exported_and_asked(KINDS[kind], tmp_path / "network.pt2")


@pytest.mark.slow
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("embedding", "convnet", "series", "pixels")])
def test_every_other_kind_does_too(kind: str, tmp_path: Path) -> None:
    exported_and_asked(KINDS[kind], tmp_path / "network.pt2")
