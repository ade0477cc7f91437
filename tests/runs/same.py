"""Two runs that must have come to the same end, down to the last bit."""

from pathlib import Path

import torch
from torch import Tensor

from workbench.engine.state import TrainerState
from workbench.runs.folders import METRICS, NETWORK, SNAPSHOTS, STATE, VALIDATION
from workbench.runs.network_file import load_network
from workbench.runs.snapshot_files import snapshot_steps
from workbench.runs.state_file import load_state
from workbench.runs.tensor_file import load_tensors


def assert_same_end(whole: Path, parts: Path) -> None:
    """Metrics and validations to the byte; weights, averages, optimiser, random generators and position to the bit.

    Of the first are also the snapshots of all steps that do not hang on the clock, which the second must have.
    """
    for table in (METRICS, VALIDATION):
        assert (parts / table).read_bytes() == (whole / table).read_bytes(), table
    one, two = (_all_of(load_state(folder / STATE)) for folder in (whole, parts))
    assert_same(one, two)
    assert_same(load_network(whole / NETWORK).weights, load_network(parts / NETWORK).weights)
    for step in set(snapshot_steps(whole)) & set(snapshot_steps(parts)):
        path = f"{SNAPSHOTS}/{step:08d}.safetensors"
        first, second = (
            load_tensors(folder / path, "workbench-snapshot-1", "snapshot")[0] for folder in (whole, parts)
        )
        assert_same(first, second)


def assert_same(one: dict[str, Tensor], two: dict[str, Tensor]) -> None:
    assert one.keys() == two.keys()
    for name in one:
        assert one[name].dtype == two[name].dtype, name
        assert torch.equal(one[name], two[name]), name


def _all_of(state: TrainerState) -> dict[str, Tensor]:
    """Everything of a state but the time it took."""
    found = {f"weights/{name}": weight for name, weight in state.weights.items()}
    found |= {f"average/{name}": weight for name, weight in state.average.items()}
    for index, entry in state.optimiser["state"].items():
        found |= {f"{index}/{key}": torch.as_tensor(value) for key, value in entry.items() if value is not None}
    for number, group in enumerate(state.optimiser["param_groups"]):
        found |= {f"group {number}/{key}": torch.as_tensor(value, dtype=torch.float64)
                  for key, value in group.items() if value is not None}  # fmt: skip
    found |= {f"memory/{layer}/{part}": values for layer, parts in enumerate(state.memory)
              for part, values in enumerate(parts)}  # fmt: skip
    position = torch.tensor([state.step, state.epoch, state.batch])
    return found | {"order": state.order, "dropout": state.dropout, "augmentation": state.augmentation,
                    "recent": state.recent, "printed": state.printed, "position": position}  # fmt: skip
