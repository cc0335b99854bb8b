"""How a population draws its initial parameters: the numbers of PyTorch's generators.

Uniform ones are drawn without PyTorch, to the same bits: loading it takes longer than a short block.
"""

from collections.abc import Sequence
from math import sqrt

import numpy as np
from numpy.typing import NDArray

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


def uniform(shape: Sequence[int], bound: float, seed: int) -> NDArray[np.float32]:
    """`torch.empty(shape).uniform_(-bound, bound)` of a new generator of `seed`, of at least 0.

    Both have the Mersenne Twister, of which 24 bits make a number; PyTorch scales it by one fused
    multiply-add, which is exact in double precision but for the last rounding.
    """
    words = np.random.RandomState(seed % 2**32).randint(0, 2**32, tuple(shape), dtype=np.uint32)
    width = 2 * float(np.float32(bound))
    return ((words % 2**24) * (width / 2**24) - width / 2).astype(np.float32)


def _normal(shape: Sequence[int], sd: float, seed: int, cut: float = np.inf) -> NDArray[np.float32]:
    """Normal numbers of PyTorch's generator of `seed`, drawn anew beyond `cut` standard deviations."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    if cut == np.inf:
        return torch.empty(*shape).normal_(0.0, sd, generator=generator).numpy()
    values = torch.empty(*shape).normal_(generator=generator)
    while bool((beyond := values.abs() > cut).any()):
        values[beyond] = torch.empty(int(beyond.sum())).normal_(generator=generator)
    return (values * sd).numpy()


def _draw(parameter: Parameter, scheme: str, seed: int) -> NDArray[np.float32]:
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
    shape = parameter.shape
    if parameter.start:
        return np.array(parameter.start, np.float32).reshape(shape)
    if parameter.bias_of:
        if scheme == "torch_biases":
            return uniform(shape, 1 / sqrt(parameter.bias_of), seed)
        return np.full(shape, TENTH if scheme == "truncated_tenth" else 0, np.float32)
    fan_in, fan_out = parameter.fan_in, parameter.fan_out
    match scheme:
        case "glorot":
            return uniform(shape, sqrt(6 / (fan_in + fan_out)), seed)
        case "torch" | "torch_biases":
            return uniform(shape, 1 / sqrt(fan_in), seed)
        case "he" | "lecun":
            return _normal(shape, sqrt((2 if scheme == "he" else 1) / fan_in), seed)
        case "truncated":
            return _normal(shape, 1 / sqrt(fan_in), seed, CUT)
        case "truncated_tenth":
            return _normal(shape, TENTH, seed, CUT)
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
            rows.append(_draw(parameter, scheme, seed))
        theta[name] = np.stack(rows)
    return theta
