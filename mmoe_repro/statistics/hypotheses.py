"""Tests that stand behind verdicts: means of pairs, spreads, trends, and the family of all of them."""

import gc

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from statsmodels.stats.multitest import multipletests

FEW = 12  # values whose choices of signs are gone through one by one
STEPS = 2**16  # that the sum of all sizes is divided into, where there are more


def sign_flips(values: ArrayLike) -> tuple[float, float]:
    """p-values that the mean is above 0, and below it: every sign as likely as the other (Fisher 1935).

    Over all choices of signs, so that they hang on no random numbers: of more than `FEW` values, sizes
    are whole steps, and the sum's distribution is made by adding one value after the other (Pagano and
    Tritchler 1983).
    """
    d = np.asarray(values, dtype=np.float64)
    n, size = d.size, np.abs(d)
    if n <= FEW or not size.any():
        n = min(n, FEW)
        signs = 1.0 - 2.0 * (np.arange(2**n)[:, None] >> np.arange(n) & 1)
        rounding = 1e-12 * size.sum()  # sums that are equal but for it count as equal
        sums, seen = signs @ d[:n], d[:n].sum()
        return float((sums >= seen - rounding).mean()), float((sums <= seen + rounding).mean())
    steps = np.rint(size * (STEPS / size.sum())).astype(np.int64)
    of_sums = _of_sums(np.sort(steps[steps > 0]))
    above, below = (of_sums[steps[side].sum() :].sum() for side in (d > 0, d < 0))
    return float(above), float(below)


def _of_sums(steps: NDArray[np.int64]) -> NDArray[np.float64]:
    """The probability that those of `steps` with a positive sign add up to 0, 1, ..."""
    found = np.zeros(steps.sum() + 1)
    found[0] = 1.0
    reach = 1
    for step in steps:
        found[:reach] /= 2
        found[step : step + reach] += found[:reach].copy()
        reach += step
    return found


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
