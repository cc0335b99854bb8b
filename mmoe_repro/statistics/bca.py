"""The BCa bootstrap read both ways: the interval at a level, and the level at which an end of it lies at
a value, which is a p-value (Efron 1987; Efron and Tibshirani 1993, equations 14.10, 14.15 and 15.36).

Resamples and intervals are those of `scipy.stats.bootstrap`; a test holds them to it. Here both ways
share the resamples and the acceleration, which counts where hundreds of universes are judged.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

Floats = NDArray[np.float64]
AT_ONCE = 4_000  # resamples: more go through memory and not through the cache


def acceleration(compute: Callable[..., Any], samples: Sequence[Floats], paired: bool) -> float:
    """The skewness of the estimate's influence over 6, by leaving out one run (or pair of runs) at a
    time; NaN if that changes nothing. `compute` takes samples with runs along the last axis."""
    whole = range(len(samples))
    cubes, squares = 0.0, 0.0
    for left in [list(whole)] if paired else [[j] for j in whole]:
        n = samples[left[0]].size
        but_one = ~np.eye(n, dtype=bool)
        of = [
            np.broadcast_to(x, (n, n))[but_one].reshape(n, n - 1) if j in left else x[None]
            for j, x in enumerate(samples)
        ]
        with np.errstate(invalid="ignore"):
            values = compute(*of)
            influence = (n - 1) * (np.mean(values) - values)
        cubes += float(np.sum(influence**3)) / n**3
        squares += float(np.sum(influence**2)) / n**2
    return cubes / (6 * squares**1.5) if squares > 0 else np.nan


def resampled(
    compute: Callable[..., Any],
    samples: Sequence[Floats],
    paired: bool,
    resamples: int,
    generator: np.random.Generator,
) -> Floats:
    """`compute` of so many resamples (resamples,): of pairs of runs, or of each sample alone; those that
    `scipy.stats.bootstrap` draws, `AT_ONCE` in a batch."""
    found = []
    for first in range(0, resamples, AT_ONCE):
        n = min(AT_ONCE, resamples - first)
        drawn = [
            generator.integers(0, x.size, (n, x.size)) for x in samples[: 1 if paired else None]
        ]
        of = zip(samples, drawn * len(samples) if paired else drawn, strict=True)
        found.append(np.asarray(compute(*(np.take(x, at) for x, at in of))))
    return np.concatenate(found)


def _bias(ordered: Floats, estimate: float) -> float:
    below = np.count_nonzero(ordered < estimate) + np.count_nonzero(ordered <= estimate)
    return float(ndtri(below / (2 * ordered.size)))


def interval(
    level: float, resampled: Floats, estimate: float, acceleration: float | None
) -> tuple[float, float]:
    """The two-sided BCa interval at `level`; without an acceleration the percentile interval. NaN where
    all resamples are on one side of the estimate."""
    shares = np.array([(1 - level) / 2, (1 + level) / 2])
    ordered = np.sort(resampled)
    if acceleration is not None:
        bias = _bias(ordered, estimate)
        with np.errstate(invalid="ignore"):
            away = bias + ndtri(shares)
            shares = ndtr(bias + away / (1 - acceleration * away))
    low, high = np.interp(shares, np.linspace(0, 1, ordered.size), ordered)
    return float(low), float(high)


def level_at(edge: float, resampled: Floats, estimate: float, acceleration: float | None) -> float:
    """The share alpha for which the BCa interval's lower end at 1 - alpha, one-sided, is `edge`: the
    p-value of the hypothesis that the effect is at most `edge`.

    Of resamples that are `edge` exactly none speaks against it. Without an acceleration it is the
    percentile interval's. Between the least and the most that so many resamples can tell,
    1 / (n + 1) and n / (n + 1).
    """
    ordered = np.sort(resampled)
    n = ordered.size
    least = 1 / (n + 1)
    share = float(np.interp(edge, ordered, np.linspace(0, 1, n)))  # of equal ones the last
    if acceleration is not None and 0 < share < 1:
        bias = _bias(ordered, estimate)
        away = float(ndtri(share)) - bias
        if 1 + acceleration * away <= 0:  # further than any level of the interval reaches
            share = 0.0 if away < 0 else 1.0
        else:
            share = float(ndtr(away / (1 + acceleration * away) - bias))
    return min(max(share, least), 1 - least)
