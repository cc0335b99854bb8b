"""L2-Constrained (Duong et al. 2015): two networks whose parameters are held near each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mmoe_repro.models.population import Parameter
from mmoe_repro.models.single_task import bottom_parameters, bottoms
from mmoe_repro.models.towers import tower_parameters, towers

if TYPE_CHECKING:
    from torch import Tensor

    from mmoe_repro.models.inputs import Inputs
    from mmoe_repro.models.population import Parameters


@dataclass(frozen=True)
class L2Constrained:
    """A network a task; `penalty_weight` times the squared distance of their parameters is added."""

    hidden_units: int
    n_features: int
    penalty_weight: float
    tower_units: int = 8
    name: str = "l2_constrained"
    n_tasks: int = 2

    def parameters(self) -> dict[str, Parameter]:
        """Shapes of one run's parameters."""
        return {
            **bottom_parameters(self.n_tasks, self.n_features, self.hidden_units),
            **tower_parameters(self.n_tasks, self.hidden_units, self.tower_units),
        }

    def forward(self, theta: Parameters, x: Inputs) -> Tensor:
        """x (run, sample, feature) -> y (run, task, sample)."""
        return towers(theta, bottoms(theta, x, self.n_tasks))

    def penalty(self, theta: Parameters) -> Tensor:
        """alpha |theta_1 - theta_2|^2 over all parameters of the two networks: (run,)."""
        squares = []
        for name, value in theta.items():
            both = value.unflatten(1, (2, -1)) if name.startswith("bottom") else value
            squares.append((both[:, 0] - both[:, 1]).flatten(1).square().sum(dim=1))
        return self.penalty_weight * sum(squares[1:], squares[0])
