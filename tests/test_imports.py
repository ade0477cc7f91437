"""What a fresh interpreter loads: no torch before the window stands, no Qt outside ui."""

import importlib.util
import json
import pkgutil
import subprocess
import sys

import pytest

TORCH = ("torch", "torchvision")
QT = ("PySide6", "pyqtgraph")
#: Pictures, archives, downloads and saved networks: the window is painted before any of them is needed.
LATER = ("PIL", "tarfile", "ssl", "safetensors")


def loaded_by(module: str) -> set[str]:
    """The top-level packages in memory after ``import module``."""
    code = f"import json, sys, {module}; print(json.dumps(sorted({{name.partition('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("workbench.config", (*TORCH, *QT, "numpy")),
        ("workbench.fields", (*TORCH, *QT, "numpy")),
        ("workbench.preset_files", (*TORCH, *QT, "numpy")),
        ("workbench.models.shapes", (*TORCH, *QT)),
        ("workbench.data.sources", (*TORCH, *QT)),
        ("workbench.engine.events", (*TORCH, *QT)),
        ("workbench.scratch.layer", (*TORCH, *QT)),
        ("workbench.insight.trace", QT),
        ("workbench.engine.experiment", (*QT, "torchvision")),
        ("workbench.runs.run", QT),
        ("workbench.session.session", (*TORCH, *QT, *LATER)),
        ("workbench.ui.app", (*TORCH, *LATER)),
        ("workbench.ui.panels.digits, workbench.ui.panels.experiment", (*TORCH, *LATER)),
        ("workbench.cli", QT),
        ("workbench.__main__", (*TORCH, *QT)),
    ],
)
def test_a_room_loads_no_more_than_it_may(module: str, unwanted: tuple[str, ...]) -> None:
    if sys.platform == "win32" and module in ("workbench.ui.app", "workbench.__main__"):
        pytest.skip("on Windows torch has to be loaded before Qt")
    found = loaded_by(module)
    assert "workbench" in found
    assert found.isdisjoint(unwanted), f"{module} loads {', '.join(sorted(found.intersection(unwanted)))}"


@pytest.mark.skipif(sys.platform == "win32", reason="on Windows torch has to be loaded before Qt")
def test_no_panel_brings_torch_along() -> None:
    """A panel is imported on the window's thread, when its dock is first seen: importing torch would take seconds."""
    import workbench.ui.panels

    names = [f"workbench.ui.panels.{found.name}" for found in pkgutil.iter_modules(workbench.ui.panels.__path__)]
    assert len(names) > 10
    found = loaded_by(", ".join(names))
    assert found.isdisjoint(TORCH)


@pytest.mark.parametrize("package", [*TORCH, *QT, *LATER])
def test_what_is_not_loaded_could_be(package: str) -> None:
    assert importlib.util.find_spec(package) is not None  # else its absence above would prove nothing
