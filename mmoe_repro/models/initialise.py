"""How a population draws its initial parameters."""

from collections.abc import Sequence
from math import sqrt

import torch
from torch import Tensor

from mmoe_repro.models.population import Architecture, Parameter, Values
from mmoe_repro.seeds import stream_seed

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
