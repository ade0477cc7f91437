"""A soak: ``python -m tests.soak --minutes 60`` uses the whole window for an hour and says what grew meanwhile."""

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path


def main() -> int:
    """0 when no limit was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--steps", type=int, default=400, help="of each training")
    parser.add_argument(
        "--same-priority", action="store_true",
        help="workers are not put behind the window, for a computer so busy that they would hardly ever be let on",
    )  # fmt: skip
    parser.add_argument("--json", type=Path, help="where everything that was measured is written")
    arguments = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    # Deleted runs go to a bin of the soak's own; where that is, is read when the module is imported.
    os.environ["XDG_DATA_HOME"] = str(folder)
    from tests.soak.soak import soak
    from workbench.session import job

    if arguments.same_priority:
        job.lower_priority = lambda: None
    try:
        report = soak(60 * arguments.minutes, steps=arguments.steps, bin_folder=folder, say=_say)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("\n".join(report.lines()), flush=True)
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(report.as_document(), indent=1), encoding="utf-8")
    return 1 if report.broken() else 0


def _say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    sys.exit(main())
