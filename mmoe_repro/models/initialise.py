"""How a population draws its initial parameters."""

from collections.abc import Sequence
from math import sqrt

import torch
from torch import Tensor

from mmoe_repro.models.population import Architecture, Parameter, Values
from mmoe_repro.seeds import stream_seed

INITIALISATIONS = (
    "glorot",
    "he",
    "lecun",
    "truncated",
    "truncated_tenth",
    "torch",
    "torch_biases",
)
CUT = 2.0  # standard deviations at which TensorFlow's truncated normal ends
TENTH = 0.1


def _draw(parameter: Parameter, scheme: str, generator: torch.Generator) -> Tensor:
    """Initial values of one parameter of one run; biases are 0 where nothing else is said.

    - glorot: uniform within sqrt(6 / (fan_in + fan_out)); TensorFlow's default for a dense layer
      (Glorot and Bengio 2010);
    - he: normal with variance 2 / fan_in (He et al. 2015);
    - lecun: normal with variance 1 / fan_in (LeCun et al. 1998);
    - truncated: normal with sd 1 / sqrt(fan_in), drawn anew beyond two sds; TensorFlow 1's tutorials
      (mnist.py);
    - truncated_tenth: the same with sd 0.1, and biases of 0.1 (mnist_deep.py);
    - torch: uniform within 1 / sqrt(fan_in), PyTorch's default for a dense layer, without its biases;
    - torch_biases: with them, uniform within the same bound.
    """
    values = torch.zeros(parameter.shape)
    if parameter.start:
        return torch.tensor(parameter.start).reshape(parameter.shape)
    if parameter.bias_of:
        if scheme == "torch_biases":
            bound = 1 / sqrt(parameter.bias_of)
            return values.uniform_(-bound, bound, generator=generator)
        return values + TENTH if scheme == "truncated_tenth" else values
    if scheme == "glorot":
        bound = sqrt(6 / (parameter.fan_in + parameter.fan_out))
        return values.uniform_(-bound, bound, generator=generator)
    if scheme in ("torch", "torch_biases"):
        bound = 1 / sqrt(parameter.fan_in)
        return values.uniform_(-bound, bound, generator=generator)
    if scheme in ("he", "lecun"):
        variance = (2 if scheme == "he" else 1) / parameter.fan_in
        return values.normal_(0.0, sqrt(variance), generator=generator)
    if scheme in ("truncated", "truncated_tenth"):
        sd = TENTH if scheme == "truncated_tenth" else 1 / sqrt(parameter.fan_in)
        values.normal_(generator=generator)
        while bool((beyond := values.abs() > CUT).any()):
            values[beyond] = torch.empty(int(beyond.sum())).normal_(generator=generator)
        return values * sd
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
