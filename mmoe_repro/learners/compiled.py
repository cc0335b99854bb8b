"""The compiled learners as objects: flat parameters, Adam's state, and the functions that use them."""

from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from mmoe_repro.learners import mixture, shared_bottom
from mmoe_repro.models.mmoe import MMoE
from mmoe_repro.models.omoe import OMoE
from mmoe_repro.models.population import Architecture, Values
from mmoe_repro.models.shared_bottom import SharedBottom

SLICE = 250  # samples evaluated at once: they stay in the cache, and the rounding is fixed


def _compiled(architecture: Architecture) -> tuple[ModuleType, tuple[int, ...]]:
    """The module that trains an architecture, and the sizes that it takes."""
    match architecture:
        case SharedBottom() as a:
            return shared_bottom, (a.n_features, a.bottom_units, a.n_tasks, a.tower_units)
        case OMoE() | MMoE() as a:
            gates = a.n_tasks if isinstance(a, MMoE) else 1
            return mixture, (
                a.n_features, a.n_experts, a.expert_units, gates, a.n_tasks, a.tower_units
            )  # fmt: skip
    raise ValueError(f"model {architecture.name!r} has no compiled learner: use the torch one")


class CompiledLearner:
    """A population as (run, parameter) arrays; each run is trained by itself."""

    def __init__(self, architecture: Architecture, values: Values) -> None:
        self._module, self._sizes = _compiled(architecture)
        self._shapes = {name: values[name].shape for name in self._module.PARAMETERS}
        flat = [values[name].reshape(len(values[name]), -1) for name in self._shapes]
        self._theta = np.concatenate(flat, axis=1).astype(np.float32)
        self._mean = np.zeros_like(self._theta)
        self._square = np.zeros_like(self._theta)
        self._gradient = np.zeros_like(self._theta)

    def steps(
        self, x: NDArray[np.float32], y: NDArray[np.float32], learning_rate: float, first: int
    ) -> NDArray[np.float32]:
        """See `Learner`."""
        losses: NDArray[np.float32] = self._module.steps(
            self._theta, self._mean, self._square, self._gradient, x, y, self._sizes,
            learning_rate, first,
        )  # fmt: skip
        return losses

    def evaluate(self, x: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.float64]:
        """See `Learner`."""
        total = np.zeros(y.shape[:2])
        for r in range(len(x)):
            for start in range(0, x.shape[1], SLICE):
                part = slice(start, start + SLICE)
                error = self._module.predict(self._theta[r], x[r, part], self._sizes)
                error -= y[r, :, part]
                total[r] += np.square(error, dtype=np.float64).sum(axis=1)
        return total / x.shape[1]

    def values(self) -> Values:
        """See `Learner`."""
        ends = np.cumsum([int(np.prod(shape[1:])) for shape in self._shapes.values()])
        parts = np.split(self._theta, ends[:-1], axis=1)
        pairs = zip(self._shapes.items(), parts, strict=True)
        return {name: part.reshape(shape) for (name, shape), part in pairs}

    def state(self) -> Values:
        """See `Learner`."""
        return {"theta": self._theta, "mean": self._mean, "square": self._square}

    def restore(self, state: Values) -> None:
        """See `Learner`."""
        self._theta[:], self._mean[:] = state["theta"], state["mean"]
        self._square[:] = state["square"]
