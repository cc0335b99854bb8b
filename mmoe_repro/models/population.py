"""What every architecture shares: the list of its parameters. Counting them needs no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor

    from mmoe_repro.models.inputs import Inputs

    Parameters = Mapping[str, Tensor]  # what an architecture computes with: name -> (run, *shape)

Values = dict[str, NDArray[np.float32]]  # the same as arrays


@dataclass(frozen=True)
class Parameter:
    """One parameter of one run: its shape, and the fans that scale its initial values.

    A bias has `bias_of` instead, the fan in of its layer. `start` gives the values themselves.
    """

    shape: tuple[int, ...]
    fan_in: int = 0
    fan_out: int = 0
    bias_of: int = 0
    start: tuple[float, ...] = ()

    def size(self) -> int:
        """Number of scalars."""
        return prod(self.shape)


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


def kept(parameters: dict[str, Parameter], biases: bool) -> dict[str, Parameter]:
    """The parameters of a model, without its biases where it has none."""
    return {name: p for name, p in parameters.items() if biases or not p.bias_of}


def bias(theta: Parameters, name: str) -> Tensor | float:
    """A layer's bias; 0 where the model has none."""
    return theta.get(name, 0.0)


def n_parameters(architecture: Architecture) -> int:
    """Every trained scalar of one run: weights, gates, biases and heads."""
    return sum(p.size() for p in architecture.parameters().values())


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
