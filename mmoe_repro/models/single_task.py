"""Single-Task: a network of its own for each task, y_k = h^k(f_k(x)), nothing shared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mmoe_repro.models.inputs import rectified
from mmoe_repro.models.population import Parameter
from mmoe_repro.models.towers import tower_parameters, towers

if TYPE_CHECKING:
    from torch import Tensor

    from mmoe_repro.models.inputs import Inputs
    from mmoe_repro.models.population import Parameters


def bottom_parameters(n_tasks: int, n_features: int, units: int) -> dict[str, Parameter]:
    """A bottom of one ReLU layer a task, stacked; fans are those of one."""
    return {
        "bottom_weight": Parameter((n_tasks * units, n_features), n_features, units),
        "bottom_bias": Parameter((n_tasks * units, 1), bias_of=n_features),
    }


def bottoms(theta: Parameters, x: Inputs, n_tasks: int) -> Tensor:
    """f_k(x): (run, sample, feature) -> (run, task, unit, sample)."""
    f = rectified(theta["bottom_weight"], theta["bottom_bias"], x)
    return f.unflatten(1, (n_tasks, -1))


@dataclass(frozen=True)
class SingleTask:
    """A bottom of `hidden_units` and a tower a task."""

    hidden_units: int
    n_features: int
    tower_units: int = 8
    n_tasks: int = 2
    name: str = "single_task"

    def parameters(self) -> dict[str, Parameter]:
        """Shapes of one run's parameters."""
        return {
            **bottom_parameters(self.n_tasks, self.n_features, self.hidden_units),
            **tower_parameters(self.n_tasks, self.hidden_units, self.tower_units),
        }

    def forward(self, theta: Parameters, x: Inputs) -> Tensor:
        """x (run, sample, feature) -> y (run, task, sample)."""
        return towers(theta, bottoms(theta, x, self.n_tasks))
