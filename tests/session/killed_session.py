"""A session that draws a stroke and trains until it is killed: ``python -m tests.session.killed_session PRESET``.

It prints the run's folder when the first checkpoint is on the disk, and then again and again that it is still alive.
"""

import sys
import time

from workbench.data.drawing import Stroke
from workbench.runs.folders import STATE
from workbench.session.session import Session


def main(preset: str) -> None:
    session = Session()
    session.add_stroke(Stroke.through([(0.4, 0.1), (0.4, 0.9)]))
    session.choose(preset)
    session.train()
    while True:
        session.poll()
        folder = session.training.folder
        if folder is not None and (folder / STATE).is_file():
            print(folder, flush=True)
        time.sleep(0.01)


if __name__ == "__main__":
    main(sys.argv[1])
