"""The compiled learners as objects: flat parameters, Adam's state, and the functions that use them."""

from dataclasses import replace
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from mmoe_repro.learners import mixture, shared_bottom
from mmoe_repro.learners.adam import EPSILON
from mmoe_repro.models.mmoe import MMoE
from mmoe_repro.models.omoe import OMoE
from mmoe_repro.models.population import Architecture, Values
from mmoe_repro.models.shared_bottom import SharedBottom

SLICE = 250  # samples evaluated at once: they stay in the cache, and the rounding is fixed


def _compiled(architecture: Architecture) -> tuple[ModuleType, tuple[int, ...]]:
    """The module that trains an architecture, and the sizes that it takes."""
    match architecture:
        case SharedBottom() as a:
            sizes = (a.n_features, a.bottom_units, a.n_tasks, a.tower_units, int(a.biases))
            return shared_bottom, sizes
        case OMoE() | MMoE() as a:
            gates = a.n_tasks if isinstance(a, MMoE) else 1
            return mixture, (
                a.n_features, a.n_experts, a.expert_units, gates, a.n_tasks, a.tower_units,
                int(a.biases),
            )  # fmt: skip
    raise ValueError(f"model {architecture.name!r} has no compiled learner: use the torch one")


class CompiledLearner:
    """A population as (run, parameter) arrays; each run is trained by itself."""

    def __init__(
        self, architecture: Architecture, values: Values, epsilon: float = EPSILON
    ) -> None:
        self._module, self._sizes = _compiled(architecture)
        self._epsilon, self._names = epsilon, list(values)
        runs = len(next(iter(values.values())))
        # A model without biases has them here all the same, at 0, where they stay.
        whole = replace(architecture, biases=True).parameters()  # type: ignore[type-var]
        self._shapes = {name: (runs, *whole[name].shape) for name in self._module.PARAMETERS}
        flat = [
            values.get(name, np.zeros(shape, np.float32)).reshape(runs, -1)
            for name, shape in self._shapes.items()
        ]
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
            learning_rate, self._epsilon, first,
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
        found = {name: part.reshape(shape) for (name, shape), part in pairs}
        return {name: found[name] for name in self._names}

    def state(self) -> Values:
        """See `Learner`."""
        return {"theta": self._theta, "mean": self._mean, "square": self._square}

    def restore(self, state: Values) -> None:
        """See `Learner`."""
        self._theta[:], self._mean[:] = state["theta"], state["mean"]
        self._square[:] = state["square"]
