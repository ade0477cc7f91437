"""A session that draws a stroke and trains until it is killed: ``python -m tests.session.killed_session PRESET``.

It prints the run's folder when the first checkpoint is on the disk, and then again and again that it is still alive.
With ``race`` after the preset it races instead, and prints the folder of the first lane once all lanes are saved.
"""

import sys
import time

from workbench.data.drawing import Stroke
from workbench.runs.folders import STATE
from workbench.session.session import Session


def main(preset: str, *, is_race: bool) -> None:
    session = Session()
    session.add_stroke(Stroke.through([(0.4, 0.1), (0.4, 0.9)]))
    session.choose(preset)
    (session.race.start if is_race else session.train)()
    while True:
        session.poll()
        folders = [session.training.folder] if not is_race else [runner.folder for runner in session.race.runners]
        if folders and all(folder is not None and (folder / STATE).is_file() for folder in folders):
            print(folders[0], flush=True)
        time.sleep(0.01)


if __name__ == "__main__":
    main(sys.argv[1], is_race="race" in sys.argv[2:])
