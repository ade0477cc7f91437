"""The export desk: writes the network that answers, its run, or the chosen preset as files, in the background."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Literal
from uuid import uuid4

from workbench.config import Preset
from workbench.errors import BadInput
from workbench.files import PART
from workbench.runs.folders import ABOUT
from workbench.session.background import Background
from workbench.session.change import Change
from workbench.session.choices import Choices
from workbench.session.job import Done, Failed, Work
from workbench.session.looking import Looking
from workbench.session.networks import InUse, NetworkShelf
from workbench.session.other_process import Working, in_other_process
from workbench.session.training import TrainingDesk

if TYPE_CHECKING:
    from workbench.export.check import Checked

Kind = Literal["onnx", "torch", "script", "tensorboard", "bundle"]

#: What each kind of file is called; TensorBoard's lie in the run's folder.
SUFFIXES: dict[Kind, str] = {"onnx": ".onnx", "torch": ".pt2", "script": ".py", "tensorboard": "", "bundle": ".lstmrun"}


@dataclass(frozen=True)
class Exported:
    """What was written, where, what lies beside it, and how far its answers differ from the network's."""

    kind: Kind
    path: Path
    checked: Checked | None = None
    beside: tuple[Path, ...] = ()


class ExportDesk:
    """One export at a time. What is exported is what the open place of the playground shows."""

    def __init__(
        self,
        wake: Callable[[], None],
        choices: Choices,
        training: TrainingDesk,
        networks: NetworkShelf,
        looking: Looking,
    ) -> None:
        self._choices, self._training, self._networks, self._looking = choices, training, networks, looking
        self._work = Background("export", wake)
        self._changed = Change.NONE
        self._untold: list[Exported] = []
        #: How the last one ended; None while none has.
        self.outcome: Exported | Failed | None = None
        #: For how many seconds a program has been written that can be given up; None where nothing can.
        self.seconds: int | None = None
        self.was_given_up = False

    @property
    def is_busy(self) -> bool:
        return self._work.is_busy

    @property
    def in_use(self) -> InUse | None:
        """The network that answers in the open place."""
        return self._networks.in_use.get(self._looking.at)

    @property
    def run(self) -> Path | None:
        """The folder of the run that this network is of; None for one that came along, or as a file."""
        used = self.in_use
        if used is None:
            return None
        folder = self._training.folder if used.origin == "training" else used.path.parent if used.path else None
        return folder if folder is not None and (folder / ABOUT).is_file() else None

    def cannot(self, kind: Kind) -> Literal["", "no network", "no run"]:
        """What is missing for this kind; empty when nothing is."""
        if kind in ("onnx", "torch"):
            return "" if self.in_use is not None else "no network"
        if kind in ("tensorboard", "bundle"):
            return "" if self.run is not None else "no run"
        return ""

    def file_name(self, kind: Kind) -> str:
        """What the file might be called."""
        if kind == "script":
            return f"{self._choices.chosen}.py"
        if kind == "bundle":
            return f"{self.run.name if self.run else 'run'}.lstmrun"
        used = self.in_use
        return f"{used.trained.preset_id if used else 'network'}{SUFFIXES[kind]}"

    def export(self, kind: Kind, path: Path | None = None) -> None:
        """Begins to write; TensorBoard's files go to the run's folder. Raises BadInput where something is missing."""
        if self.is_busy:
            raise BadInput("export", "one is being written already")
        if self.cannot(kind):
            raise BadInput("export", f"there is {self.cannot(kind)} here to export")
        used, run, preset_id, preset = self.in_use, self.run, self._choices.chosen, self._choices.preset
        self.outcome, self.seconds, self.was_given_up = None, None, False
        self._work.start(lambda: _export(kind, path, used, run, preset_id, preset))
        self._changed |= Change.EXPORT

    def give_up(self) -> None:
        """Ends what is being written, where it can be ended; nothing of it is left."""
        if self.is_busy and self.seconds is not None:
            self.was_given_up = True
            self._work.stop()
            self._changed |= Change.EXPORT

    def poll(self) -> Change:
        """Takes in what was written since the last call."""
        change, self._changed = self._changed, Change.NONE
        for event in self._work.poll():
            change |= Change.EXPORT
            match event:
                case Exported():
                    self.outcome = event
                    self._untold.append(event)
                case Failed():
                    self.outcome = event
                case Working():
                    self.seconds = event.seconds
                case Done():
                    self.seconds = None
        return change

    def take_untold(self) -> list[Exported]:
        """What was written and is not in the log yet."""
        untold, self._untold = self._untold, []
        return untold

    def close(self) -> None:
        """Waits until the thread is gone."""
        self._work.close()


def _export(
    kind: Kind, path: Path | None, used: InUse | None, run: Path | None, preset_id: str, preset: Preset
) -> Work:
    """Writes one file, or one folder of event files. Raises BadInput."""
    match kind:
        case "onnx":
            from workbench.export.onnx_file import save_onnx

            assert used is not None and path is not None
            yield Exported(kind, path, save_onnx(used.trained, path))
        case "torch":
            assert used is not None and path is not None
            yield from _program(used, path)
        case "script":
            from workbench.export.script import save_script

            assert path is not None
            written = save_script(preset_id, preset, path)
            yield Exported(kind, written.script, beside=written.beside)
        case "tensorboard":
            from workbench.export.tensorboard import TENSORBOARD, write_events

            assert run is not None
            write_events(run, run / TENSORBOARD)
            yield Exported(kind, run / TENSORBOARD)
        case "bundle":
            from workbench.runs.run_file import save_run

            assert run is not None and path is not None
            save_run(run, path)
            yield Exported(kind, path)


def _program(used: InUse, path: Path) -> Work:
    """Writes a torch.export program in a process of its own: torch traces it for minutes, and cannot be interrupted."""
    from workbench.export.check import Checked
    from workbench.runs.network_file import save_network

    # Beside where it will stand, so that it can be put there in one go.
    scratch = path.with_name(f".{path.name[:100]}.{uuid4().hex}{PART}")
    try:
        scratch.mkdir(parents=True)
        network, program = scratch / "network.safetensors", scratch / "program.pt2"
        save_network(used.trained, network)
        answer = yield from in_other_process(["export", str(network), "--to", "torch", "--out", str(program)], scratch)
        if answer is not None:
            program.replace(path)
            yield Exported("torch", path, Checked(answer["largest_difference"], answer["on"]))
    except OSError as error:
        raise BadInput(str(path), f"cannot be written: {error.strerror or error}") from error
    finally:
        rmtree(scratch, ignore_errors=True)
