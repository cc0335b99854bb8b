"""Comparisons of two models on the same seeds: run i of both saw the same data.

`a` and `b` are arrays (n,) of one number a run, in the same order of seeds, without NaN.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats


def interquartile_mean(x: ArrayLike) -> float:
    """The mean of the middle half (Agarwal et al. 2021): scipy's mean trimmed by a quarter."""
    return float(stats.trim_mean(np.asarray(x), 0.25))


def interquartile_range(x: ArrayLike) -> float:
    """The distance of the quartiles: a spread that a few failed runs do not move."""
    return float(stats.iqr(np.asarray(x)))


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
