"""The command line: its words, and which function answers each."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import get_args

from workbench.options import add_window_options
from workbench.runs.ranking import Metric
from workbench.session.networks import BUNDLED

EPILOG = (
    """exit codes: 0 done, 1 something broke, 2 what was given cannot be used, 3 training diverged, 130 interrupted"""
)


def parser(add_bench_options: Callable[[argparse.ArgumentParser], None]) -> argparse.ArgumentParser:
    """The parser of the whole command line. ``answer`` is "module:function". Without a command the window opens."""
    top = argparse.ArgumentParser(
        prog="workbench",
        description="A laboratory for recurrent networks. Without a command it opens its window.",
        epilog=EPILOG,
    )
    add_window_options(top)
    commands = top.add_subparsers(title="commands that need no display", metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    train = commands.add_parser("train", parents=[common], help="train a preset")
    train.add_argument("preset", help="a preset's id, or a preset's TOML file")
    _training_options(train)
    train.add_argument("--estimate", action="store_true", help="only say how long it would take on this machine")
    train.add_argument("--out", metavar="DIR", type=Path, help="folder of the run (default: one in the runs folder)")
    train.add_argument("--bundle", action="store_true",
                       help="make the trained network the one that comes with the workbench")  # fmt: skip
    train.set_defaults(answer="workbench.cli.train_commands:train")

    resume = commands.add_parser("resume", parents=[common], help="go on with a run where it was saved")
    resume.add_argument("run", help="a run's folder, or its name in the runs folder")
    resume.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), help="where to go on (default: as before)")
    resume.add_argument("--race", action="store_true",
                        help="with the other lanes of the race it was trained in, side by side")  # fmt: skip
    resume.add_argument("--as-new", action="store_true",
                        help="as a new run; one that is finished for as many steps again")  # fmt: skip
    resume.add_argument("--at", metavar="STEP", type=int,
                        help="with --as-new: from its snapshot of this step, with a fresh optimiser")  # fmt: skip
    resume.add_argument("--steps", metavar="N", type=int, help="with --as-new: so many steps more")
    resume.add_argument("--set", metavar="KEY=PLACE", action="append", default=[],
                        help="where its data lie now, as in --set data.folder=~/pictures; may be repeated")  # fmt: skip
    _event_option(resume)
    resume.set_defaults(answer="workbench.cli.resume_command:resume")

    race = commands.add_parser("race", parents=[common], help="train two to four architectures side by side")
    race.add_argument("preset", help="a preset's id, or a preset's TOML file: the first lane")
    race.add_argument("--lane", metavar="KEY=VALUE,...", action="append", default=[],
                      help="another lane and what sets it apart, as in --lane model.cell=gru,model.units=96 "
                           "(default: the cells of LSTM, GRU and plain RNN that the preset has not)")  # fmt: skip
    race.add_argument("--matched", action="store_true",
                      help="choose the other lanes' units so that all have as many parameters")  # fmt: skip
    _training_options(race)
    race.set_defaults(answer="workbench.cli.race_command:run_race")

    classify = commands.add_parser("classify", parents=[common], help="read digits or pictures")
    classify.add_argument("files", metavar="FILE", nargs="*", type=Path, help="an image, or a drawing's JSON file")
    classify.add_argument(
        "--sample",
        metavar="NUMBER",
        type=int,
        help="in place of files: a test image, counted from 1",
    )
    classify.add_argument("--no-fit", action="store_true", help="leave out the fitting that MNIST's digits had")
    _network_options(classify, BUNDLED["digits"])
    classify.set_defaults(answer="workbench.cli.networks_commands:classify")

    story = commands.add_parser("story", parents=[common], help="go on from seed words")
    story.add_argument("words", help='the seed words, as in "had a general"')
    story.add_argument("--length", type=int, default=60, help="words to tell (default %(default)s)")
    story.add_argument("--temperature", type=float, default=0.0, help="0 takes the likeliest word (default 0)")
    story.add_argument("--seed", type=int, default=0, help="the same seed tells the same story (default 0)")
    _network_options(story, BUNDLED["words"])
    story.set_defaults(answer="workbench.cli.networks_commands:story")

    add = commands.add_parser("add", parents=[common], help="add two numbers, bit by bit, by a network")
    add.add_argument("a", help="a whole number, as in 57")
    add.add_argument("b", help="another one")
    add.add_argument("--bits", type=int, help="read at least so many bits (default: as many as in training)")
    _network_options(add, BUNDLED["bits"])
    add.set_defaults(answer="workbench.cli.sequence_commands:add")

    follow = commands.add_parser("follow", parents=[common], help="let a network tell the series it was trained on")
    _network_options(follow, BUNDLED["series"])
    follow.set_defaults(answer="workbench.cli.sequence_commands:follow")

    evaluate = commands.add_parser("evaluate", parents=[common], help="count a network's right answers on a test split")
    evaluate.add_argument("--on", metavar="PRESET", default="", help="whose test data (default: the network's own)")
    evaluate.add_argument("--set", metavar="KEY=VALUE", action="append", default=[], help="a setting of that data")
    _network_options(evaluate, BUNDLED["digits"])
    evaluate.set_defaults(answer="workbench.cli.networks_commands:evaluate_network")

    _add_inspect(commands.add_parser("inspect", parents=[common], help="look inside a network, and hold its gates"))

    presets = commands.add_parser("presets", parents=[common], help="list the presets")
    presets.set_defaults(answer="workbench.cli.presets_commands:presets")

    _add_runs(commands.add_parser("runs", parents=[common], help="list, mark, compare and delete runs, newest first"))

    snapshots = commands.add_parser("snapshots", parents=[common], help="travel through what a run kept of its way")
    snapshots.add_argument("run", help="a run's folder, or its name in the runs folder")
    snapshots.add_argument("--at", metavar="STEP", type=int,
                           help="recompute the validation at this step, and count what is read right")  # fmt: skip
    snapshots.set_defaults(answer="workbench.cli.snapshots_command:snapshots")

    _add_export(commands.add_parser("export", parents=[common], help="take a trained network or a whole run away"))

    open_file = commands.add_parser("open", parents=[common], help="open a whole run that came in one file")
    open_file.add_argument("file", metavar="FILE", type=Path, help="a .lstmrun file")
    open_file.set_defaults(answer="workbench.cli.export_command:open_file")

    double_click = commands.add_parser("associate", parents=[common],
                                       help="let a double click on a .lstmrun file open it in the window")  # fmt: skip
    double_click.add_argument("--remove", action="store_true", help="no more")
    double_click.set_defaults(answer="workbench.cli.associate_command:associate")

    verify = commands.add_parser("verify", parents=[common], help="compute every cell in several ways and compare")
    verify.add_argument("--mistake", metavar="NAME", default="",
                        help="a famous mistake to make in what is computed by hand: it must turn red")  # fmt: skip
    verify.set_defaults(answer="workbench.cli.verify_command:verify_cells")

    bench = commands.add_parser("bench", parents=[common], help="measure speed and reading on this computer")
    add_bench_options(bench)
    bench.set_defaults(answer="workbench.bench.command:bench")
    return top


def _add_inspect(inspect: argparse.ArgumentParser) -> None:
    inspect.add_argument("model", help="a preset's id, a run's folder or name, or a network's file")
    inspect.add_argument("--image", metavar="FILE", type=Path, help="an image, or a drawing's JSON file")
    inspect.add_argument("--text", metavar="WORDS", help="words to read")
    inspect.add_argument("--sum", metavar=("A", "B"), nargs=2, help="two numbers to add")
    inspect.add_argument("--sample", metavar="NUMBER", type=int, help="a test sample, counted from 1")
    inspect.add_argument("--no-fit", action="store_true", help="leave out the fitting that MNIST's digits had")
    inspect.add_argument(
        "--clamp", metavar="CLAMP", action="append", default=[],
        help="hold a gate, as in layer=0,direction=forward,gate=forget,value=1,units=3-5,steps=10:",
    )  # fmt: skip
    inspect.add_argument(
        "--samples", type=int, default=500,
        help="with held gates, count right answers over so many test samples (default %(default)s)",
    )  # fmt: skip
    inspect.add_argument(
        "--unit", metavar="UNIT", help="the equations of one unit, as in 17, or 1,backward,17: layer, direction, unit"
    )
    inspect.add_argument("--step", type=int, help="at which step (default: the last)")
    inspect.add_argument(
        "--influence", metavar="CLASS", nargs="?", const="", help="what mattered for the answer, or for a class"
    )
    inspect.add_argument("--against", metavar="CLASS", help="with --influence: by how much it is above another class")
    inspect.add_argument("--gradients", action="store_true", help="norms of the gradients at every step")
    inspect.add_argument(
        "--switch-off", metavar="CLASS", nargs="?", const="",
        help="switch every unit off in turn, for the class that is answered or another",
    )  # fmt: skip
    inspect.set_defaults(answer="workbench.cli.inspect_command:inspect_network")


def _add_export(export: argparse.ArgumentParser) -> None:
    export.add_argument(
        "model",
        metavar="MODEL",
        help="a preset's id for what it trained last (script: as it is), a run's folder or name, a network's file",
    )
    export.add_argument(
        "--to", choices=("onnx", "torch", "script", "tensorboard", "bundle"), required=True,
        help="onnx: for any ONNX runtime. torch: a torch.export program. script: one page of PyTorch that trains it "
        "anew. tensorboard: its curves. bundle: the whole run in one file.",
    )  # fmt: skip
    export.add_argument("--out", metavar="PATH", type=Path, help="the file to write; of tensorboard the folder")
    export.set_defaults(answer="workbench.cli.export_command:export")


def _training_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--set", metavar="KEY=VALUE", action="append", default=[],
                         help="change a setting, as in --set model.units=256")  # fmt: skip
    command.add_argument("--steps", type=int, help="batches in all, in place of the preset's length")
    command.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), help="where to train")
    command.add_argument("--seed", type=int, help="start of every random choice")
    _event_option(command)


def _event_option(command: argparse.ArgumentParser) -> None:
    command.add_argument("--tensorboard", action="store_true",
                         help="also write event files into the run's folder, for TensorBoard to follow")  # fmt: skip


def _network_options(command: argparse.ArgumentParser, default: str) -> None:
    command.add_argument(
        "--preset",
        default=default,
        help="the network this preset trained last, else the one that comes along (%(default)s)",
    )
    command.add_argument("--network", metavar="FILE", type=Path, help="a network's .safetensors file")
    command.add_argument("--bundled", action="store_true", help="the network that comes along, whatever was trained")


def _add_runs(runs: argparse.ArgumentParser) -> None:
    runs.add_argument("run", nargs="*", help="folders of runs, or their names in the runs folder (default: all)")
    runs.add_argument("--star", action=argparse.BooleanOptionalAction, help="give the named runs a star, or take it")
    runs.add_argument("--tag", metavar="TAG", action="append", default=[], help="add a tag to the named runs")
    runs.add_argument("--untag", metavar="TAG", action="append", default=[], help="take a tag from the named runs")
    runs.add_argument("--note", metavar="TEXT", help="write a note on the named runs; an empty one takes it away")
    what = runs.add_mutually_exclusive_group()
    what.add_argument("--best", metavar="METRIC", choices=get_args(Metric),
                      help=f"only the best of them by {', '.join(get_args(Metric))}")  # fmt: skip
    what.add_argument("--differences", action="store_true", help="in which settings two or more named runs differ")
    what.add_argument("--delete", action="store_true", help="move the named runs to the system's bin")
    runs.set_defaults(answer="workbench.cli.runs_commands:runs")
