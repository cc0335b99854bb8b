"""What every architecture shares: the list of its parameters and how a population draws them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mmoe_repro.models.inputs import Inputs
from mmoe_repro.seeds import stream_seed

Parameters = Mapping[str, Tensor]  # what an architecture computes with: name -> (run, *shape)
Values = dict[str, NDArray[np.float32]]  # the same as arrays


@dataclass(frozen=True)
class Parameter:
    """One parameter of one run: its shape, and the fans that scale its initial values.

    `fan_in` 0 marks a bias, which starts at 0, or at `start` if that is given.
    """

    shape: tuple[int, ...]
    fan_in: int = 0
    fan_out: int = 0
    start: tuple[float, ...] = ()

    def size(self) -> int:
        """Number of scalars."""
        return torch.Size(self.shape).numel()


class Architecture(Protocol):
    """What the trainer needs of a model."""

    @property
    def name(self) -> str:
        """Its name in configurations and records."""
        ...

    def parameters(self) -> dict[str, Parameter]:
        """Names and shapes of one run's parameters."""
        ...

    def forward(self, theta: Parameters, x: Inputs) -> Tensor:
        """Predictions (run, task, sample) for inputs (run, sample, feature)."""
        ...


def n_parameters(architecture: Architecture) -> int:
    """Every trained scalar of one run: weights, gates, biases and heads."""
    return sum(p.size() for p in architecture.parameters().values())


INITIALISATIONS = ("glorot", "he", "lecun", "torch")


def _draw(parameter: Parameter, scheme: str, generator: torch.Generator) -> Tensor:
    """Initial values of one parameter of one run.

    - glorot: uniform within sqrt(6 / (fan_in + fan_out)), biases 0; TensorFlow's default for a
      dense layer (Glorot and Bengio 2010);
    - he: normal with variance 2 / fan_in, biases 0 (He et al. 2015);
    - lecun: normal with variance 1 / fan_in, biases 0 (LeCun et al. 1998);
    - torch: uniform within 1 / sqrt(fan_in); PyTorch's default for a dense layer, but with
      biases 0 here as elsewhere.
    """
    values = torch.zeros(parameter.shape)
    if parameter.start:
        return torch.tensor(parameter.start).reshape(parameter.shape)
    if parameter.fan_in == 0:
        return values
    if scheme == "glorot":
        bound = sqrt(6 / (parameter.fan_in + parameter.fan_out))
        return values.uniform_(-bound, bound, generator=generator)
    if scheme == "torch":
        bound = 1 / sqrt(parameter.fan_in)
        return values.uniform_(-bound, bound, generator=generator)
    if scheme in ("he", "lecun"):
        variance = (2 if scheme == "he" else 1) / parameter.fan_in
        return values.normal_(0.0, sqrt(variance), generator=generator)
    raise ValueError(f"initialisation {scheme!r}: allowed are {', '.join(INITIALISATIONS)}")


def initialise(
    architecture: Architecture, scheme: str, study_seed: int, runs: Sequence[int]
) -> Values:
    """A population's initial parameters, each (run, *shape).

    Each parameter of each run has a stream of its own, named by model, parameter and run: the same
    run starts equal whatever runs stand beside it, and no two parameters or experts are equal.
    """
    theta = {}
    for name, parameter in architecture.parameters().items():
        rows = []
        for run in runs:
            seed = stream_seed(study_seed, "initialisation", architecture.name, name, run)
            rows.append(_draw(parameter, scheme, torch.Generator().manual_seed(seed)))
        theta[name] = torch.stack(rows).numpy()
    return theta


def refuse_symmetry(architecture: Architecture, values: Values) -> None:
    """Raise ValueError if two units of a layer start equal in a run: they would stay so for ever.

    With equal experts a mixture is one expert (a defect of public code).
    """
    for name, parameter in architecture.parameters().items():
        if parameter.fan_in == 0 or parameter.shape[-1] == 1:
            continue
        for r, value in enumerate(values[name]):
            rows = value.reshape(-1, parameter.shape[-1])
            if len(np.unique(rows, axis=0)) < len(rows):
                raise ValueError(
                    f"symmetric initialisation: run {r} has equal rows in {name!r} of "
                    f"{architecture.name}, which training cannot tell apart"
                )
