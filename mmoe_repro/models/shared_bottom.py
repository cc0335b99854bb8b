"""Shared-Bottom (equation 5): y_k = h^k(f(x)), one bottom network f for all tasks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mmoe_repro.models.inputs import rectified
from mmoe_repro.models.population import Parameter, kept
from mmoe_repro.models.towers import tower_parameters, towers

if TYPE_CHECKING:
    from torch import Tensor

    from mmoe_repro.models.inputs import Inputs
    from mmoe_repro.models.population import Parameters


@dataclass(frozen=True)
class SharedBottom:
    """One ReLU layer of `bottom_units`, then a tower a task."""

    bottom_units: int
    n_features: int = 100
    tower_units: int = 8
    n_tasks: int = 2
    name: str = "shared_bottom"
    biases: bool = True

    def parameters(self) -> dict[str, Parameter]:
        """Shapes of one run's parameters."""
        d, units = self.n_features, self.bottom_units
        parameters = {
            "bottom_weight": Parameter((units, d), d, units),
            "bottom_bias": Parameter((units, 1), bias_of=d),
            **tower_parameters(self.n_tasks, units, self.tower_units),
        }
        return kept(parameters, self.biases)

    def forward(self, theta: Parameters, x: Inputs) -> Tensor:
        """x (run, sample, feature) -> y (run, task, sample)."""
        f = rectified(theta["bottom_weight"], theta.get("bottom_bias"), x)
        return towers(theta, f.unsqueeze(1))
