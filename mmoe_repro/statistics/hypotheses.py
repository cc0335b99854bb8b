"""Tests that stand behind verdicts: means of pairs, spreads, trends, and the family of all of them."""

import gc
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from statsmodels.stats.multitest import multipletests

FEW = 12  # values whose choices of signs are gone through one by one
STEPS = 2**16  # that the sum of all sizes is divided into, where there are more


def sign_flips(values: ArrayLike, alternative: Literal["greater", "less"]) -> float:
    """p-value that the mean is above (below) 0: every sign as likely as the other (Fisher 1935).

    Over all choices of signs, so that it hangs on no random numbers: of more than `FEW` values, sizes
    are whole steps, and the sum's distribution is made by adding one value after the other (Pagano and
    Tritchler 1983).
    """
    d = np.asarray(values, dtype=np.float64) * (1 if alternative == "greater" else -1)
    n, size = d.size, np.abs(d)
    if n <= FEW or not size.any():
        n = min(n, FEW)
        signs = 1.0 - 2.0 * (np.arange(2**n)[:, None] >> np.arange(n) & 1)
        rounding = 1e-12 * size.sum()  # sums that are equal but for it count as equal
        return float((signs @ d[:n] >= d[:n].sum() - rounding).mean())
    steps = np.rint(size * (STEPS / size.sum())).astype(np.int64)
    of_sums = np.ones(1)  # the probability of 0, 1, ... steps of positive sign
    for step in np.sort(steps[steps > 0]):
        longer = np.zeros(of_sums.size + step)
        longer[: of_sums.size] = of_sums
        longer[step:] += of_sums
        of_sums = longer / 2
    return float(of_sums[steps[d > 0].sum() :].sum())


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
