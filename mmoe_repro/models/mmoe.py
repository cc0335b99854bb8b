"""Multi-gate mixture of experts (equations 6-8): y_k = h^k(sum_i g^k(x)_i f_i(x))."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mmoe_repro.models.experts import expert_parameters, experts, gate_parameters, gates, mix
from mmoe_repro.models.population import Parameter, kept
from mmoe_repro.models.towers import tower_parameters, towers

if TYPE_CHECKING:
    from torch import Tensor

    from mmoe_repro.models.inputs import Inputs
    from mmoe_repro.models.population import Parameters


@dataclass(frozen=True)
class MMoE:
    """Shared experts, a gate and a tower a task."""

    n_experts: int = 8
    expert_units: int = 16
    n_features: int = 100
    tower_units: int = 8
    n_tasks: int = 2
    name: str = "mmoe"
    biases: bool = True

    def parameters(self) -> dict[str, Parameter]:
        """Shapes of one run's parameters."""
        parameters = {
            **expert_parameters(self.n_experts, self.n_features, self.expert_units),
            **gate_parameters(self.n_tasks, self.n_experts, self.n_features),
            **tower_parameters(self.n_tasks, self.expert_units, self.tower_units),
        }
        return kept(parameters, self.biases)

    def forward(self, theta: Parameters, x: Inputs) -> Tensor:
        """x (run, sample, feature) -> y (run, task, sample)."""
        f = experts(theta, x, self.n_experts)
        g = gates(theta, x, self.n_experts)
        return towers(theta, mix(g, f))
