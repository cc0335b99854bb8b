"""Cross-Stitch (Misra et al. 2016): two networks whose hidden layers are mixed two by two."""

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


SAME, OTHER = 0.9, 0.1  # where the mixing starts (section 5.1 of Misra et al.)


@dataclass(frozen=True)
class CrossStitch:
    """Hidden layers f_k of `hidden_units`, mixed by a matrix S, then layers of `tower_units`."""

    hidden_units: int
    n_features: int
    tower_units: int = 8
    name: str = "cross_stitch"
    n_tasks: int = 2

    def parameters(self) -> dict[str, Parameter]:
        """Shapes of one run's parameters."""
        return {
            **bottom_parameters(self.n_tasks, self.n_features, self.hidden_units),
            "stitch": Parameter((2, 2), start=(SAME, OTHER, OTHER, SAME)),
            **tower_parameters(self.n_tasks, self.hidden_units, self.tower_units),
        }

    def forward(self, theta: Parameters, x: Inputs) -> Tensor:
        """y_k = h^k(sum_j S_kj f_j(x)): x (run, sample, feature) -> y (run, task, sample)."""
        f = bottoms(theta, x, self.n_tasks)
        mixed = (theta["stitch"] @ f.flatten(2)).unflatten(2, f.shape[2:])
        return towers(theta, mixed)
