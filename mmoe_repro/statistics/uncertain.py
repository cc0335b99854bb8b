"""Tests of an effect whose variance is a sum of estimated ones, as that of runs and that of searches.

Student's t with the fewest degrees of freedom of any of them: whatever shares of the sum they have, its
tails are not too short (Hajek 1962; Mickey and Brown 1966). Satterthwaite's degrees of freedom, which
are more, are right in the middle and too many far out, where p-values lie that are multiplied by a
number of parts: of two variances with 39 and 4, one of 0.001 comes up to three times as often.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

MOST = 2**24  # runs that are asked for: nobody trains more


@dataclass(frozen=True)
class Variance:
    """An estimated variance, in the effect's units squared, and its degrees of freedom."""

    value: float
    df: float

    @property
    def sd(self) -> float:
        """Its root."""
        return self.value**0.5


def of_mean(values: NDArray[np.float64]) -> Variance:
    """The variance of the mean of values (runs,); of a single one without end."""
    if values.size < 2:
        return Variance(np.inf, 1)
    return Variance(float(np.var(values, ddof=1)) / values.size, values.size - 1)


def together(variances: Sequence[Variance]) -> Variance:
    """The variance of a sum of independent terms: the fewest degrees of freedom of those above 0."""
    counted = [v for v in variances if v.value > 0]
    value = float(np.sum([v.value for v in counted]))
    return Variance(value, min((v.df for v in counted), default=np.inf))


def p_above(distance: float, variance: Variance) -> float:
    """p-value that an effect seen `distance` above an edge is at most there; without variance 0 or 1."""
    if not variance.value > 0 or not np.isfinite(distance):
        return 0.0 if distance > 0 else 1.0
    return float(stats.t.sf(distance / variance.sd, variance.df))


def half_width(variance: Variance, level: float) -> float:
    """Half the width of the two-sided interval at this level."""
    return variance.sd * float(stats.t.ppf((1 + level) / 2, variance.df)) if variance.value else 0.0


def detectable(variance: Variance, alpha: float, power: float = 0.8) -> float:
    """The distance from an edge that the one-sided test finds with this power.

    To the sum of two quantiles of t, which is a little more than the noncentral t's.
    """
    quantiles = stats.t.isf(alpha, variance.df) + stats.t.isf(1 - power, variance.df)
    return float(quantiles) * variance.sd


def runs_needed(
    distance: float, sd_of_runs: float, rest: Variance, alpha: float, power: float = 0.8
) -> int | None:
    """How many runs find `distance` with this power beside a variance that no run makes smaller; None
    where no number does."""

    def enough(n: int) -> bool:
        of_runs = Variance(sd_of_runs**2 / n, n - 1)
        return detectable(together([of_runs, rest]), alpha, power) <= distance

    if not enough(MOST):
        return None
    low, high = 1, MOST  # more runs never find less
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
