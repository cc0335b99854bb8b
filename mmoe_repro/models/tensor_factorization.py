"""Tensor-Factorization (Yang and Hospedales 2017): first layers of all tasks as one Tucker product."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mmoe_repro.models.inputs import linear
from mmoe_repro.models.population import Parameter
from mmoe_repro.models.towers import tower_parameters, towers

if TYPE_CHECKING:
    from torch import Tensor

    from mmoe_repro.models.inputs import Inputs
    from mmoe_repro.models.population import Parameters


@dataclass(frozen=True)
class TensorFactorization:
    """W = sum S(a, b, c) U1(:, a) o U2(:, b) o U3(:, c), of inputs, units and tasks.

    `ranks` are r1, r2, r3 of the three factors.
    """

    ranks: tuple[int, int, int]
    hidden_units: int
    n_features: int
    tower_units: int = 8
    name: str = "tensor_factorization"
    n_tasks: int = 2

    def parameters(self) -> dict[str, Parameter]:
        """Shapes of one run's parameters."""
        r1, r2, r3 = self.ranks
        d, units, tasks = self.n_features, self.hidden_units, self.n_tasks
        return {
            "core": Parameter((r1, r2, r3), r1, r2),
            "factor_inputs": Parameter((r1, d), d, r1),
            "factor_units": Parameter((units, r2), r2, units),
            "factor_tasks": Parameter((tasks, r3), r3, 1),
            "bottom_bias": Parameter((tasks, units, 1), bias_of=d),
            **tower_parameters(tasks, units, self.tower_units),
        }

    def forward(self, theta: Parameters, x: Inputs) -> Tensor:
        """x (run, sample, feature) -> y (run, task, sample)."""
        import torch

        z = linear(theta["factor_inputs"], x)  # (run, r1, sample)
        of_tasks = torch.einsum(
            "rabc,rub,rkc->rkua", theta["core"], theta["factor_units"], theta["factor_tasks"]
        )
        f = (of_tasks @ z.unsqueeze(1) + theta["bottom_bias"]).relu()
        return towers(theta, f)
