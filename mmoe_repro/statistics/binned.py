"""Two samples of which one is known as a histogram alone."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

RESAMPLES = 10_000


def bin_counts(values: ArrayLike, bin_lows: ArrayLike) -> NDArray[np.int64]:
    """How many values are in each bin, from each lower end to the next; those beyond in the last.

    `bin_lows` ascending; NaN (a diverged run) is counted in the last bin. Raises ValueError for a
    value below the first bin.
    """
    lows = np.asarray(bin_lows, dtype=np.float64)
    x = np.where(np.isnan(values), np.inf, np.asarray(values, dtype=np.float64))
    if (x < lows[0]).any():
        raise ValueError(f"a value of {x.min():g} is below the first bin, {lows[0]:g}")
    at = np.searchsorted(lows, x, side="right") - 1
    return np.bincount(at, minlength=lows.size).astype(np.int64)


def binned_test(a: ArrayLike, b: ArrayLike, generator: np.random.Generator) -> float:
    """p-value that two rows of counts (bins,) are of one distribution.

    Pearson's chi-square of the 2 x bins table, its null distribution from random tables with the
    same margins (scipy.stats.chi2_contingency with MonteCarloMethod): with as few runs in a bin as
    here the chi-square distribution would not do. Bins that both leave empty are left out.
    """
    table = np.array([a, b])
    table = table[:, table.sum(axis=0) > 0]
    if table.shape[1] < 2:
        return 1.0
    method = stats.MonteCarloMethod(n_resamples=RESAMPLES, rng=generator)
    return float(stats.chi2_contingency(table, correction=False, method=method).pvalue)
