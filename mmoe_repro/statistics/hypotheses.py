"""Tests that stand behind verdicts: means of pairs, spreads, trends, and the family of all of them."""

import gc
from typing import Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from statsmodels.stats.multitest import multipletests


def sign_flips(
    values: ArrayLike, alternative: Literal["greater", "less"], resamples: int, generator: Generator
) -> float:
    """p-value that the mean is above (below) 0: every sign as likely as the other (Fisher 1935).

    Over all choices of signs if there are no more than `resamples`, else over as many drawn ones.
    """
    d = np.asarray(values, dtype=np.float64) * (1 if alternative == "greater" else -1)
    n = d.size
    exact = 2**n <= resamples
    if exact:
        signs = 1.0 - 2.0 * (np.arange(2**n)[:, None] >> np.arange(n) & 1)
    else:
        signs = generator.choice((-1.0, 1.0), (resamples, n))
    rounding = 1e-12 * np.abs(d).sum()  # sums that are equal but for it count as equal
    as_far = int(np.count_nonzero(signs @ d >= d.sum() - rounding))
    return as_far / 2**n if exact else (as_far + 1) / (resamples + 1)


def brown_forsythe(*groups: ArrayLike) -> float:
    """p-value that spreads differ: an analysis of variance of distances from the medians (1974)."""
    samples = [np.asarray(group, dtype=np.float64) for group in groups]
    return float(stats.levene(*samples, center="median").pvalue)


def page_trend(values: ArrayLike) -> float:
    """p-value that values rise over ordered levels: Page's L (1963); values (run, level).

    Ranks are within runs, so it uses that a run is there at every level.
    """
    return float(stats.page_trend_test(np.asarray(values)).pvalue)


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """p-values adjusted for a family of tests (Holm 1979), in the order given."""
    gc.freeze()  # statsmodels collects garbage at every call, which takes longer than all the rest
    try:
        adjusted: NDArray[np.float64] = multipletests(np.asarray(p_values), method="holm")[1]
    finally:
        gc.unfreeze()
    return adjusted
