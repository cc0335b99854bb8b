"""A pair of regression tasks: equations 2 and 3."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mmoe_repro.seeds import numpy_stream


@dataclass(frozen=True)
class TaskPair:
    """The weight vectors w_1 and w_2, as rows: `weights` has shape (2, d)."""

    weights: NDArray[np.float64]

    def cosine(self) -> float:
        """cos(w_1, w_2): the task correlation."""
        w1, w2 = self.weights
        return float(w1 @ w2 / (np.linalg.norm(w1) * np.linalg.norm(w2)))


def draw_task_pair(
    study_seed: int, run: int, *, c: float, task_correlation: float, n_features: int = 100
) -> TaskPair:
    """w_1 = c u_1, w_2 = c (p u_1 + sqrt(1 - p^2) u_2) with u_1, u_2 orthonormal (equations 2, 3).

    The directions come from the run's stream alone: at another task correlation the same run has
    the same u_1 and u_2, so runs are paired over correlations as well as over models.

    Raises ValueError if the correlation is outside [-1, 1] or d < 2.
    """
    if not -1 <= task_correlation <= 1:
        raise ValueError(f"task correlation {task_correlation}: allowed are -1 to 1")
    if n_features < 2:
        raise ValueError(f"{n_features} features: two orthogonal directions need at least 2")
    normal = numpy_stream(study_seed, "directions", run).standard_normal((n_features, 2))
    # Q of a normal matrix is uniform once R's diagonal is made positive (Mezzadri 2007); LAPACK
    # leaves the signs to the algorithm.
    basis, r = np.linalg.qr(normal)
    u1, u2 = (basis * np.sign(np.diag(r))).T
    p = task_correlation
    return TaskPair(np.stack([c * u1, c * (p * u1 + np.sqrt(1 - p * p) * u2)]))
