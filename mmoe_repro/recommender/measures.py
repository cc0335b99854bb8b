"""AUC and R^2 of predicted probabilities, and what the true ones can reach."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Array = NDArray[np.float64]


def auc(scores: NDArray[np.floating], labels: NDArray[np.floating]) -> float:
    """Area under the ROC curve; NaN if only one label occurs or a score is no number."""
    if labels.min(initial=1) == labels.max(initial=0) or not np.isfinite(scores).all():
        return float("nan")
    from sklearn.metrics import roc_auc_score  # loads for a second: of many processes one measures

    return float(roc_auc_score(labels, scores))


def r2(logits: NDArray[np.floating], labels: NDArray[np.floating]) -> float:
    """1 - sum (y - p)^2 / sum (y - mean y)^2, the share of the labels' variance that is predicted
    (Efron 1978); NaN if only one label occurs."""
    y = labels.astype(np.float64)
    whole = np.square(y - y.mean()).sum()
    p = expit(logits.astype(np.float64))
    return float(1 - np.square(y - p).sum() / whole) if whole > 0 else float("nan")


def loss(logits: NDArray[np.floating], labels: NDArray[np.floating]) -> float:
    """The mean cross entropy; NaN without examples."""
    if not len(labels):
        return float("nan")
    of = logits.astype(np.float64)
    return float((np.logaddexp(0.0, of) - labels * of).mean())


def mean(values: NDArray[np.floating]) -> float:
    """The mean; NaN of none."""
    return float(values.mean(dtype=np.float64)) if len(values) else float("nan")


def divergence(logits: NDArray[np.floating], true: NDArray[np.floating]) -> float:
    """The mean Kullback-Leibler divergence of predicted from true probabilities, both as log odds: what
    is left of a loss without the labels' noise; NaN without examples."""
    p = expit(true.astype(np.float64))
    return loss(logits, p) - loss(true, p)


def popular(items: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which examples are of the items that occur most and together make half of all examples."""
    _, of, counts = np.unique(items, return_inverse=True, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    before = np.cumsum(counts[order]) - counts[order]
    often = np.empty(len(counts), np.bool_)
    often[order] = before < len(items) / 2
    found: NDArray[np.bool_] = often[of]
    return found


def bayes_auc(probabilities: Array) -> float:
    """The AUC of the true probabilities, without the labels' noise: the probability that of two
    examples, one positive and one not, the positive has the greater one (ties count half)."""
    p, n = np.unique(probabilities, return_counts=True)
    positive, negative = n * p, n * (1 - p)
    below = np.cumsum(negative) - negative
    wins = (positive * (below + negative / 2)).sum()
    return float(wins / (positive.sum() * negative.sum()))


def bayes_r2(probabilities: Array) -> float:
    """The R^2 of the true probabilities, without the labels' noise: var p / (mean p (1 - mean p))."""
    mean = probabilities.mean()
    return float(probabilities.var() / (mean * (1 - mean)))


def share(value: float, best: float, nothing: float) -> float:
    """How much of what can be had is reached: 0 at `nothing` (AUC 0.5, R^2 0), 1 at the truth's."""
    return (value - nothing) / (best - nothing)
