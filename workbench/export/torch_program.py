"""A trained network as a torch.export program (.pt2), to be asked without any code of ours.

torch.export and not TorchScript, which torch's own documentation calls deprecated and replaced by it.
"""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from workbench.engine.trained import Trained
from workbench.export.check import Checked, check, drawn_inputs
from workbench.files import whole_file


def save_program(trained: Trained, path: Path) -> Checked:
    """Writes the program, reads it back and has it answer: ``torch.export.load(path).module()(x)`` gives scores.

    x as the network takes it; the batch is open, the length in time is that of the training data, because torch traces
    its recurrent layers step by step. Raises BadInput where the answers differ; then the file is not kept.
    """
    network = trained.network()
    with warnings.catch_warnings():
        # torch warns that its own recurrent layers hold their weights twice while it traces them.
        warnings.simplefilter("ignore")
        program = torch.export.export(
            network, (drawn_inputs(trained, 2),), dynamic_shapes={"x": {0: torch.export.Dim("batch", min=1)}},
            strict=False,
        )  # fmt: skip
        with whole_file(path) as temporary:
            # Open files, because torch looks at the suffix of a file's name.
            with temporary.open("wb") as written:
                torch.export.save(program, written)
            with temporary.open("rb") as whole:
                read_back = torch.export.load(whole).module()

            def answer(x: NDArray[Any]) -> NDArray[np.float32]:
                with torch.inference_mode():
                    scores: NDArray[np.float32] = read_back(torch.from_numpy(x)).numpy()
                return scores

            return check(trained, answer, str(path))
