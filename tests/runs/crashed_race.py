"""A process whose races die at some write, sync, rename or removal of a file, are gone on with, and looked through.

``python -m tests.runs.crashed_race PRESET.toml TIMES SEED`` prints as JSON how many lanes came to the same end, and
what was said of races that had not begun in all lanes when they died. Each race dies once, twice or three times.
"""

import json
import os
import random
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from tests.broken_race import lanes_for, whole
from tests.runs.same import assert_same_end
from workbench import paths
from workbench.engine.race import race
from workbench.errors import BadInput
from workbench.preset_files import load_preset
from workbench.runs import run as run_module
from workbench.runs.index import read_about
from workbench.runs.race import go_on_racing, recorded_race
from workbench.runs.table import Table

#: What touches the disk, by where it is looked up.
TOUCHES: tuple[tuple[Any, str], ...] = (
    (os, "fsync"), (os, "replace"), (Path, "replace"), (Path, "unlink"), (Path, "mkdir"), (Table, "add"),
    (run_module, "keep_checkpoint"), (run_module, "save_network"),
)  # fmt: skip


def dies_at(count: int) -> None:
    """From now on this process ends at its touch number ``count``, before it is done."""
    left = [count]

    def dying(touch: Callable[..., Any]) -> Callable[..., Any]:
        def touched(*arguments: Any, **more: Any) -> Any:
            left[0] -= 1
            if not left[0]:
                os._exit(9)
            return touch(*arguments, **more)

        return touched

    for owner, name in TOUCHES:
        setattr(owner, name, dying(getattr(owner, name)))


def lanes_there() -> list[Path]:
    """The folders of the lanes that have been made."""
    return sorted(paths.runs().glob("*-counting-race-*")) if paths.runs().is_dir() else []


def go_on() -> None:
    """The race to its end, each step kept."""
    again = go_on_racing(lanes_there()[0])
    work = race(
        again.presets, again.states, again.over, report_seconds=0.0, snapshot_seconds=1e9, checkpoint_seconds=0.0
    )
    for _ in recorded_race(work, again.recorders):
        pass


def died(work: Callable[[], object], at: int) -> bool:
    """Whether it died there; else it came to its end before. Other errors are passed on."""
    child = os.fork()
    if not child:
        dies_at(at)
        try:
            work()
        except BadInput:
            os._exit(1)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, 1, 9), code
    return code == 9


def main(preset_file: Path, times: int, seed: int) -> None:
    torch.set_num_threads(1)
    chance = random.Random(seed)
    lanes = lanes_for(load_preset(preset_file))
    undisturbed = {name.split("-", 2)[2]: name for name in (run.name for run in whole(lanes))}
    kept = paths.runs().rename(paths.user_data() / "whole")
    same, said = 0, Counter[str]()
    for _ in range(times):
        shutil.rmtree(paths.runs(), ignore_errors=True)
        if not died(lambda: whole(lanes), chance.choice((chance.randint(1, 60), chance.randint(1, 900)))):
            continue
        for _ in range(chance.randint(0, 2)):
            if lanes_there():
                died(go_on, chance.randint(1, 300))
        try:
            if lanes_there():
                go_on()
        except BadInput as error:
            said[error.expected.partition(", ")[2] or error.expected] += 1
            continue
        for lane in lanes_there():
            assert_same_end(kept / undisturbed[lane.name.split("-", 2)[2]], lane)
            assert read_about(lane).is_complete
            same += 1
    print(json.dumps({"same": same, "said": said}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
