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

    `fan_in` 0 marks a bias, which starts at 0, or at `start` if that is given.
    """

    shape: tuple[int, ...]
    fan_in: int = 0
    fan_out: int = 0
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
