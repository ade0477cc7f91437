"""Other processes on the same runs folder, one of them a word: train, hold, list, remove, remark.

``python -m tests.runs.elsewhere WORD PLACE [PRESET.toml or TAG]``
says "ready" when it has begun, and at its end what it found.
"""

import json
import shutil
import sys
import time
from pathlib import Path

from workbench.errors import BadInput
from workbench.runs.index import all_runs
from workbench.runs.lock import hold
from workbench.runs.remarks import remark


def main(word: str, place: Path, preset: str) -> None:
    """``preset``: a file, or of "remark" how the tags begin."""
    match word:
        case "train":  # all at the same second: the folders are made when that begins
            from workbench.engine.experiment import experiment
            from workbench.preset_files import load_preset
            from workbench.runs.folders import new_run_folder
            from workbench.runs.run import Recorder, recorded

            loaded = load_preset(Path(preset))
            say("ready")
            sys.stdin.readline()
            folder = new_run_folder("together", place)
            list(recorded(experiment(loaded), Recorder(folder, "together", loaded)))
            say(folder.name)
        case "hold":
            held = hold(place)
            say("ready")
            sys.stdin.readline()
            held.release()
        case "list":
            say("ready")
            seen = []
            until = time.monotonic() + 1.0
            while time.monotonic() < until:
                broken: list[BadInput] = []
                seen.append(len(list(all_runs(place, broken))))
                assert not broken, [str(error) for error in broken]
            say(json.dumps(seen))
        case "remove":
            say("ready")
            sys.stdin.readline()
            for folder in sorted(place.glob("run-*")):
                shutil.rmtree(folder)
                time.sleep(0.005)
            say("done")
        case "remark":
            say("ready")
            sys.stdin.readline()
            for number in range(20):
                remark(place, more=(f"{preset}{number}",))
            say("done")


def say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else "")
