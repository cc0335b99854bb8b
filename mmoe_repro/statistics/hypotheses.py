"""Tests that stand behind verdicts: equivalence, spreads, trends, and the family of all of them."""

import gc

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.weightstats import ttost_paired


def equivalence(a: ArrayLike, b: ArrayLike, margin: float) -> float:
    """p-value that |mean(b - a)| < margin: two one-sided paired t tests (Schuirmann 1987)."""
    if margin <= 0:
        raise ValueError(f"margin {margin}: a smallest effect of interest is positive")
    return float(ttost_paired(np.asarray(b), np.asarray(a), -margin, margin)[0])


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
