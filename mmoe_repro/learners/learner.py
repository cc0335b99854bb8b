"""What the trainer needs of a learner, and which learner an architecture gets."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from mmoe_repro.learners.adam import EPSILON
from mmoe_repro.models.population import Architecture, Values

LEARNERS = ("compiled", "torch")
CLASSIFIERS_AT_ONCE = 2  # more no longer fit into the cache together


Rates = float | NDArray[np.float64]  # one learning rate for all runs, or one a run


class Learner(Protocol):
    """A population in training: R runs, K tasks."""

    def steps(
        self, x: Any, y: NDArray[np.float32], learning_rate: Any, first: int
    ) -> NDArray[np.float32]:
        """Train on batches x (R, step, sample, d), y (R, step, K, sample); losses (step, R, K).

        `first` is the number of steps taken before.
        """
        ...

    def evaluate(self, x: Any, y: NDArray[np.float32]) -> NDArray[np.float64]:
        """Mean squared error (R, K) on samples x (R, n, d), y (R, K, n); of a classifier, the AUC."""
        ...

    def values(self) -> Values:
        """The parameters, name -> (R, *shape)."""
        ...

    def state(self) -> Values:
        """Everything that going on needs, by name."""
        ...

    def restore(self, state: Values) -> None:
        """Take up a `state`."""
        ...


def runs_at_once(learner: str) -> int | None:
    """Runs of a population that a learner trains side by side; None for all."""
    return {"compiled": 1, "torch": None, "classifier": CLASSIFIERS_AT_ONCE}[learner]


def begin(
    learner: str, architecture: Architecture, values: Values, device: str, epsilon: float = EPSILON
) -> Learner:
    """A learner that starts from `values`; `epsilon` is Adam's. Raises ValueError if there is none."""
    if learner == "torch":
        from mmoe_repro.learners.torch import TorchLearner

        return TorchLearner(architecture, values, device, epsilon)
    if learner == "compiled":
        from mmoe_repro.learners.compiled import CompiledLearner

        if device != "cpu":
            raise ValueError(f"device {device!r}: the compiled learner is for cpu; use torch")
        return CompiledLearner(architecture, values, epsilon)
    if learner == "classifier":
        from mmoe_repro.learners.classifier import ClassifierLearner

        if epsilon != EPSILON:
            raise ValueError(f"epsilon {epsilon:g}: the classifier has {EPSILON:g} alone")
        return ClassifierLearner(architecture, values)
    raise ValueError(f"learner {learner!r}: allowed are {', '.join(LEARNERS)}")
