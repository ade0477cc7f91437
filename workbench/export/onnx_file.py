"""A trained network as an ONNX file, kept only when onnxruntime answers with it as the network itself does."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.engine.trained import Trained
from workbench.export.check import Checked, check
from workbench.export.extra import extra_module
from workbench.export.onnx_graph import onnx_model
from workbench.files import whole_file


def save_onnx(trained: Trained, path: Path) -> Checked:
    """Writes the file and has onnxruntime answer from it.

    Raises BadInput where a package is missing, or where the answers differ; then the file is not kept.
    """
    runtime = extra_module("onnxruntime", "ONNX")
    content = onnx_model(trained).SerializeToString()
    with whole_file(path) as temporary:
        temporary.write_bytes(content)
        session = runtime.InferenceSession(str(temporary), providers=["CPUExecutionProvider"])

        def answer(x: NDArray[Any]) -> NDArray[np.float32]:
            scores: NDArray[np.float32] = session.run(["scores"], {"x": x})[0]
            return scores

        return check(trained, answer, str(path))
