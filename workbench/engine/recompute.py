"""What a validation said, computed anew from the weights of its step."""

from dataclasses import replace

import torch

from workbench.data.dataset import Dataset
from workbench.engine.batches import Samples
from workbench.engine.by_hand import HandRun
from workbench.engine.evaluate import Evaluation, evaluate
from workbench.engine.trained import Trained
from workbench.errors import BadInput


def revalidate(trained: Trained, dataset: Dataset) -> Evaluation:
    """The score of the validation split, on the CPU, in the batches that training validates in.

    It is the one that was logged: the same samples right, the loss to single precision's rounding where training was on
    the CPU. A training by hand computes with weights of double precision, of which a snapshot keeps single precision:
    it agrees to some 6 digits.
    Yields after every batch; sent "stop", it returns None. Raises BadInput for data that do not fit the network.
    """
    check_fit(trained, dataset)
    if trained.preset.training.engine == "scratch":
        run = HandRun(trained.preset, dataset, None)
        weights = {name: weight.double() for name, weight in trained.weights.items()}
        return HandRun(trained.preset, dataset, replace(run.state(), weights=weights)).validate()
    return evaluate(trained.network(), Samples(dataset.validation, torch.device("cpu")))


def check_fit(trained: Trained, dataset: Dataset) -> None:
    """Raises BadInput when the data are not those that the network was made for."""
    if not dataset.interface.reads_alike(trained.interface) or dataset.classes != trained.classes:
        raise BadInput(trained.preset.title, "the data are no longer those that this network was trained on",
                       hint="Put back the text or folder that it learnt from.")  # fmt: skip
