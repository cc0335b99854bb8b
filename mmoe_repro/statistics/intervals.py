"""Confidence intervals of a mean, of a standard deviation, of a curve and of a share."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

RESAMPLES = 4_000


def bootstrap_interval(
    values: ArrayLike,
    statistic: Callable[..., Any],
    generator: np.random.Generator,
    confidence: float = 0.95,
) -> tuple[float, float]:
    """BCa bootstrap interval of `statistic(values, axis=...)` (Efron 1987; scipy.stats.bootstrap).

    `values` (n,), without NaN. With fewer than two distinct values the interval is that value twice.
    Raises ValueError for an empty array.
    """
    x = np.asarray(values, dtype=np.float64)
    if x.size == 0:
        raise ValueError("no values to resample")
    if np.ptp(x) == 0:
        point = float(statistic(x, axis=0))
        return point, point
    found = stats.bootstrap(
        (x,),
        statistic,
        n_resamples=RESAMPLES,
        confidence_level=confidence,
        method="BCa",
        rng=generator,
        vectorized=True,
    ).confidence_interval
    return float(found.low), float(found.high)


def curve_interval(
    curves: ArrayLike, confidence: float = 0.95
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Pointwise mean and Student interval of curves (runs, points) -> mean, low, high (points,).

    Runs that are NaN at a point are left out at that point.
    """
    x = np.asarray(curves, dtype=np.float64)
    n = np.isfinite(x).sum(axis=0)
    mean = np.nanmean(x, axis=0)
    half = stats.t.ppf((1 + confidence) / 2, n - 1) * np.nanstd(x, axis=0, ddof=1) / np.sqrt(n)
    return mean, mean - half, mean + half


def wilson(share: float, n: float, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of a share of `n` (Wilson 1927); of weighted ones `n` is their worth."""
    z = float(stats.norm.ppf((1 + confidence) / 2))
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * (share * (1 - share) / n + z**2 / (4 * n**2)) ** 0.5 / (1 + z**2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def clopper_pearson_upper(k: int, n: int, confidence: float = 0.95) -> float:
    """The largest share that k of n drawn ones leave possible, one-sided (Clopper and Pearson 1934)."""
    return 1.0 if k == n else float(stats.beta.ppf(confidence, k + 1, n - k))
