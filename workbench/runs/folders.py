"""Names and files of a run's folder."""

import time
from pathlib import Path

from workbench import paths
from workbench.errors import BadInput
from workbench.files import make_folder

PRESET, ABOUT, NETWORK = "preset.toml", "run.json", "network.safetensors"

#: Of the description of a run, in bytes; the facts of an examined one take some kilobytes.
LARGEST_ABOUT = 4 * 2**20

STATE, STATE_BEFORE = "state.safetensors", "state-before.safetensors"
METRICS, VALIDATION, SNAPSHOTS = "metrics.csv", "validation.csv", "snapshots"

#: The text that the run learnt from, where it came along with it in one file.
TEXT = "text.txt"

#: The drawing, the story and the sum that were on the screen with it, where it was trained in the window.
SCREEN = "screen.json"


def new_run_folder(preset_id: str, under: Path | None = None) -> Path:
    """A new, empty folder named after the time and the preset."""
    under = under or paths.runs()
    name = f"{time.strftime('%Y%m%d-%H%M%S')}-{preset_id}"
    for number in range(1000):
        folder = under / (f"{name}-{number}" if number else name)
        try:
            make_folder(folder, exist_ok=False)
        except FileExistsError:
            continue
        except OSError as error:
            raise BadInput(str(under), f"no folder can be made here: {error.strerror}") from error
        return folder
    raise BadInput(str(under), "has no room for another run of this second")


def by_name(name: str) -> tuple[Path, ...]:
    """The folders that a person may mean: a path, or a run's name in the runs folder; each with a name of its own."""
    meant = (Path(name), paths.runs() / name) if name else ()
    return tuple(folder.resolve() if folder.name in ("", "..") else folder for folder in meant)


def run_folder(name: str) -> Path:
    """The folder of a run given by its path, or by its name in the runs folder. Raises BadInput."""
    for folder in by_name(name):
        if folder.is_dir():
            return folder
    raise BadInput("run", "there is no such run", value=name, hint="See workbench runs.")
