"""The classifier learner: any architecture as it is defined, binary tasks, rows of a sparse table.

Gradients are autograd's; Adam is the compiled one, run by run, so that every run may have a learning
rate of its own. No operation crosses from one run to another.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from torch.nn.functional import binary_cross_entropy_with_logits

from mmoe_repro import memory
from mmoe_repro.compiled import fast
from mmoe_repro.learners.adam import EPSILON, adam
from mmoe_repro.learners.products import FixedOrder
from mmoe_repro.models.population import Architecture, Values, refuse_symmetry
from mmoe_repro.models.rows import SparseRows

SLICE = 4_096  # rows evaluated at once: bounds memory, and fixes the rounding


@fast
def _adam_of_runs(theta, mean, square, gradient, rates, step):  # type: ignore[no-untyped-def]
    for r in range(theta.shape[0]):
        adam(theta[r], mean[r], square[r], gradient[r], rates[r], EPSILON, step)


class ClassifierLearner:
    """A population of classifiers: logits (run, task, sample), mean cross-entropy over tasks.

    Raises ValueError for a symmetric start.
    """

    def __init__(self, architecture: Architecture, values: Values) -> None:
        refuse_symmetry(architecture, values)
        memory.keep()
        self._architecture = architecture
        self._arrays = {name: np.array(value, np.float32) for name, value in values.items()}
        self._theta = {
            name: torch.from_numpy(value).requires_grad_() for name, value in self._arrays.items()
        }
        self._mean = {name: np.zeros_like(value) for name, value in self._arrays.items()}
        self._square = {name: np.zeros_like(value) for name, value in self._arrays.items()}
        self._penalty = getattr(architecture, "penalty", None)
        self._runs = len(next(iter(self._arrays.values())))

    def steps(
        self,
        x: SparseRows,
        y: NDArray[np.float32],
        learning_rate: float | NDArray[np.float64],
        first: int,
    ) -> NDArray[np.float32]:
        """Train on x (run, step, sample) and y (run, step, task, sample); losses (step, run, task).

        The losses are without the penalty.
        """
        rates = np.broadcast_to(np.asarray(learning_rate, np.float64), (self._runs,)).copy()
        losses = []
        for step in range(y.shape[1]):
            rows = SparseRows(x.table, x.index[:, step])
            labels = torch.from_numpy(np.ascontiguousarray(y[:, step]))
            with FixedOrder():
                logits = self._architecture.forward(self._theta, rows)
            loss = binary_cross_entropy_with_logits(logits, labels, reduction="none").mean(dim=2)
            total = loss.mean(dim=1)
            if self._penalty is not None:
                total = total + self._penalty(self._theta)
            gradients = torch.autograd.grad(total.sum(), list(self._theta.values()))
            arrays = (gradient.contiguous().numpy() for gradient in gradients)
            self.update(dict(zip(self._theta, arrays, strict=True)), rates, first + step + 1)
            losses.append(loss.detach().numpy())
        return np.stack(losses)

    def update(self, gradients: Values, rates: NDArray[np.float64], step: int) -> None:
        """Adam's update of every run at its rate (run,); `step` counts from 1."""
        flat = (self._runs, -1)
        for name, gradient in gradients.items():
            _adam_of_runs(
                self._arrays[name].reshape(flat), self._mean[name].reshape(flat),
                self._square[name].reshape(flat), gradient.reshape(flat), rates, step,
            )  # fmt: skip

    @torch.no_grad()
    def logits(self, x: SparseRows) -> NDArray[np.float32]:
        """Logits (run, task, sample) of the rows x (run, sample)."""
        with FixedOrder():
            parts = [
                self._architecture.forward(
                    self._theta, SparseRows(x.table, x.index[:, start : start + SLICE])
                ).numpy()
                for start in range(0, x.index.shape[1], SLICE)
            ]
        return np.concatenate(parts, axis=2)

    def evaluate(self, x: SparseRows, y: NDArray[np.float32]) -> NDArray[np.float64]:
        """Area under the ROC curve (run, task); NaN for a run that diverged."""
        logits = self.logits(x)
        found = np.full(logits.shape[:2], np.nan)
        for r, k in np.ndindex(*found.shape):
            if np.isfinite(logits[r, k]).all():
                found[r, k] = roc_auc_score(y[r, k], logits[r, k])
        return found

    def values(self) -> Values:
        """See `Learner`."""
        return {name: value.copy() for name, value in self._arrays.items()}

    def state(self) -> Values:
        """See `Learner`."""
        kinds = {"theta": self._arrays, "mean": self._mean, "square": self._square}
        return {f"{k}/{name}": value for k, of in kinds.items() for name, value in of.items()}

    def restore(self, state: Values) -> None:
        """See `Learner`."""
        kinds = {"theta": self._arrays, "mean": self._mean, "square": self._square}
        for k, of in kinds.items():
            for name, value in of.items():
                value[:] = state[f"{k}/{name}"]
