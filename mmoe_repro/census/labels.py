"""The labels of a group of tasks, and how well scores tell their classes apart."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mmoe_repro.census.columns import GROUPS, LABELS
from mmoe_repro.census.encode import Rows

Labels = NDArray[np.float32]  # (task, row)


def group_labels(rows: Rows, group: str) -> Labels:
    """The main and the auxiliary label of a group (2, row)."""
    pair = GROUPS[group]
    columns = [LABELS.index(pair.main), LABELS.index(pair.auxiliary)]
    found: Labels = np.ascontiguousarray(rows.labels[:, columns].T.astype(np.float32))
    for name, row in zip((pair.main, pair.auxiliary), found, strict=True):
        if np.ptp(row) == 0:
            raise ValueError(f"label {name!r} has one class alone")
    return found


def auc(labels: NDArray[np.float32], scores: NDArray[np.floating[Any]]) -> float:
    """Area under the ROC curve."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(labels, scores))
