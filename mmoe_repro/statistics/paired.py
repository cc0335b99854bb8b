"""Comparisons of two models on the same seeds: run i of both saw the same data.

`a` and `b` are arrays (n,) of one number a run, in the same order of seeds, without NaN. Effects are
of b - a or b / a, so that with losses a positive effect means that a is better.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

RESAMPLES = 4_000
Statistic = Callable[..., Any]  # statistic(values, axis=...) -> values


def interquartile_mean(x: ArrayLike, axis: int = -1) -> Any:
    """The mean of the middle half (Agarwal et al. 2021): scipy's mean trimmed by a quarter."""
    return stats.trim_mean(np.asarray(x), 0.25, axis=axis)


def sd(x: ArrayLike, axis: int = -1) -> Any:
    """The sample standard deviation."""
    return np.std(np.asarray(x), axis=axis, ddof=1)


def interquartile_range(x: ArrayLike, axis: int = -1) -> Any:
    """The distance of the quartiles: a spread that a few failed runs do not move."""
    return stats.iqr(np.asarray(x), axis=axis)


def quantile(q: float) -> Statistic:
    """The q-quantile as a statistic."""
    return lambda x, axis=-1: np.quantile(x, q, axis=axis)


def difference_interval(
    a: ArrayLike,
    b: ArrayLike,
    statistic: Statistic,
    generator: np.random.Generator,
    confidence: float = 0.95,
) -> tuple[float, float, float]:
    """statistic(b) - statistic(a) with its BCa interval over paired resamples of runs (Efron 1987)."""
    return _interval(a, b, lambda x, y: y - x, statistic, generator, confidence)


def ratio_interval(
    a: ArrayLike,
    b: ArrayLike,
    statistic: Statistic,
    generator: np.random.Generator,
    confidence: float = 0.95,
) -> tuple[float, float, float]:
    """statistic(b) / statistic(a), for positive statistics, with its BCa interval.

    The interval is of the ratio's logarithm, taken back.
    """

    def log_ratio(x: Any, y: Any) -> Any:
        return np.log(y) - np.log(x)

    found = _interval(a, b, log_ratio, statistic, generator, confidence)
    estimate, low, high = (float(np.exp(value)) for value in found)
    return estimate, low, high


def _interval(
    a: ArrayLike,
    b: ArrayLike,
    compare: Callable[[Any, Any], Any],
    statistic: Statistic,
    generator: np.random.Generator,
    confidence: float,
) -> tuple[float, float, float]:
    x, y = _pairs(a, b)
    estimate = float(compare(statistic(x, axis=-1), statistic(y, axis=-1)))
    if np.array_equal(x, y) or (np.ptp(x) == 0 and np.ptp(y) == 0):  # nothing to resample
        return estimate, estimate, estimate
    found = stats.bootstrap(
        (x, y),
        lambda x, y, axis=-1: compare(statistic(x, axis=axis), statistic(y, axis=axis)),
        paired=True,
        vectorized=True,
        n_resamples=RESAMPLES,
        confidence_level=confidence,
        method="BCa",
        rng=generator,
    ).confidence_interval
    return estimate, float(found.low), float(found.high)


def permutation_test(a: ArrayLike, b: ArrayLike, generator: np.random.Generator) -> float:
    """One-sided p-value that mean(b - a) > 0: signs of differences are exchanged (Fisher 1935)."""
    x, y = _pairs(a, b)
    differences = y - x
    found = stats.permutation_test(
        (differences,),
        lambda d, axis=-1: np.mean(d, axis=axis),
        permutation_type="samples",
        alternative="greater",
        vectorized=True,
        n_resamples=RESAMPLES,
        rng=generator,
    )
    return float(found.pvalue)


def probability_of_improvement(a: ArrayLike, b: ArrayLike) -> float:
    """P(a < b) over pairs of runs of different seeds, ties a half (Mann and Whitney 1947)."""
    x, y = np.asarray(a), np.asarray(b)
    u = stats.mannwhitneyu(y, x).statistic
    return float(u / (x.size * y.size))


def variance_of_pairing(a: ArrayLike, b: ArrayLike) -> float:
    """What pairing buys: Var(b - a) over what it would be unpaired, Var a + Var b."""
    x, y = _pairs(a, b)
    return float(np.var(y - x, ddof=1) / (np.var(x, ddof=1) + np.var(y, ddof=1)))


def _pairs(a: ArrayLike, b: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, y = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if x.shape != y.shape or x.ndim != 1 or x.size < 2:
        raise ValueError(f"shapes {x.shape} and {y.shape}: two arrays of as many runs are needed")
    return x, y
