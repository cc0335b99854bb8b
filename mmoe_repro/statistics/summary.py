"""The summary of a sample of final losses that the tables show."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from mmoe_repro.statistics.intervals import bootstrap_interval, wilson

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
THRESHOLDS = (0.2, 0.4)


def summarise(
    losses: ArrayLike, generator: np.random.Generator, confidence: float = 0.95
) -> dict[str, Any]:
    """Mean and sd with BCa intervals, quantiles, shares above thresholds with Wilson intervals.

    `losses` (n,), NaN for a diverged run. A diverged run counts among `n`, and as above every
    threshold and quantile; mean, sd and minimum are of the runs that did not diverge.
    """
    x = np.asarray(losses, dtype=np.float64)
    finite = x[np.isfinite(x)]
    row: dict[str, Any] = {"n": x.size, "diverged": x.size - finite.size}
    if finite.size < 2:
        raise ValueError(f"{finite.size} of {x.size} runs did not diverge: at least 2 are needed")
    row["mean"] = float(finite.mean())
    row["mean_low"], row["mean_high"] = bootstrap_interval(finite, np.mean, generator, confidence)
    row["sd"] = float(finite.std(ddof=1))
    row["sd_low"], row["sd_high"] = bootstrap_interval(
        finite, lambda v, axis: np.std(v, axis=axis, ddof=1), generator, confidence
    )
    worst = np.where(np.isfinite(x), x, np.inf)
    for q in QUANTILES:
        row[f"q{round(100 * q):02d}"] = float(np.quantile(worst, q, method="inverted_cdf"))
    for threshold in THRESHOLDS:
        count = int((worst > threshold).sum())
        name = f"above_{threshold}"
        row[name] = count / x.size
        row[f"{name}_low"], row[f"{name}_high"] = wilson(count / x.size, x.size, confidence)
    row["minimum"] = float(finite.min())
    return row


def summarise_histogram(histogram: pd.DataFrame) -> dict[str, float]:
    """What a published histogram (bin_low, bin_high, fraction_of_runs) tells of the same numbers.

    Mean and sd take each run at its bin's middle (the sd with Sheppard's correction, h^2 / 12);
    shares are exact where the threshold is a bin's edge; the minimum is known to its bin.
    """
    low, high = histogram["bin_low"].to_numpy(), histogram["bin_high"].to_numpy()
    share = histogram["fraction_of_runs"].to_numpy()
    share = share / share.sum()
    middle = (low + high) / 2
    mean = float(share @ middle)
    width = float(np.median(high - low))
    variance = float(share @ (middle - mean) ** 2) - width**2 / 12
    filled = low[share > 0]
    return {
        "mean": mean,
        "sd": max(variance, 0.0) ** 0.5,
        **{f"above_{t}": float(share[low > t - width / 2].sum()) for t in THRESHOLDS},
        "minimum_low": float(filled.min()),
        "minimum_high": float(filled.min()) + width,
    }
