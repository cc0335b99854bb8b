"""What the statements are about, as named functions of samples of final losses.

Each takes samples, one a condition, with runs along the last axis, and gives the effect; any axes
before it are kept, so that resamples are computed at once. A ratio is given as its logarithm.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

LOW = 0.05  # the quantile that stands for the lowest losses
GOOD = 0.25  # the share of the first condition's runs that are called good

Array = Any  # (..., runs) -> (...)


def difference_of_means(a: Array, b: Array) -> Array:
    """mean(a) - mean(b)."""
    return np.mean(a, axis=-1) - np.mean(b, axis=-1)


def difference_of_gaps(a: Array, b: Array, c: Array, d: Array) -> Array:
    """(mean(a) - mean(b)) - (mean(c) - mean(d))."""
    return difference_of_means(a, b) - difference_of_means(c, d)


def ratio_of_sds(a: Array, b: Array) -> Array:
    """log of sd(a) / sd(b), sample standard deviations."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Array = np.log(np.std(a, axis=-1, ddof=1)) - np.log(np.std(b, axis=-1, ddof=1))
    return found


def difference_of_low_quantiles(a: Array, b: Array) -> Array:
    """The 5 % quantile of a less that of b."""
    return np.quantile(a, LOW, axis=-1) - np.quantile(b, LOW, axis=-1)


def loss_of_good_runs(a: Array, b: Array) -> Array:
    """A quarter less the share of b below the lower quartile of a."""
    return GOOD - np.mean(b < np.quantile(a, GOOD, axis=-1)[..., None], axis=-1)


def difference_of_shares(a: Array, b: Array) -> Array:
    """The share of a that is 1 less that of b, of runs above a plateau's edge (1) or not (0)."""
    return difference_of_means(a, b)


@dataclass(frozen=True)
class Estimand:
    """A named estimand: its function, and what the bounds and tests of a part need to know.

    `signs` has one sign a condition: whether the effect grows or falls with that sample's statistic.
    `about` says which feature of a sample counts, a mean, a spread, a place in the order or a share;
    where values are known only to a bin, that decides which arrangements within bins are extreme.
    """

    compute: Callable[..., Array]
    signs: tuple[int, ...]
    about: str  # mean | spread | order | share
    words: str
    ratio: bool = False

    @property
    def n_conditions(self) -> int:
        """How many conditions it compares."""
        return len(self.signs)

    @property
    def tests(self) -> tuple[str, ...]:
        """Tests that fit it: those of one mean need an effect that is a mean over runs."""
        fitting = {"mean": ("permutation", "equivalence", "bootstrap"), "share": ("adjusted_wald",)}
        return fitting.get(self.about, ("bootstrap",))


ESTIMANDS = {
    "difference_of_means": Estimand(
        difference_of_means, (1, -1), "mean", "difference of mean final losses"
    ),
    "difference_of_gaps": Estimand(
        difference_of_gaps, (1, -1, -1, 1), "mean", "difference of gaps in mean final loss"
    ),
    "ratio_of_sds": Estimand(
        ratio_of_sds, (1, -1), "spread", "ratio of standard deviations", ratio=True
    ),
    "difference_of_low_quantiles": Estimand(
        difference_of_low_quantiles, (1, -1), "order", "difference of 5% quantiles"
    ),
    "loss_of_good_runs": Estimand(
        loss_of_good_runs, (-1, 1), "order", "share of good runs that is lost"
    ),
    "difference_of_shares": Estimand(
        difference_of_shares,
        (1, -1),
        "share",
        "difference of shares of runs above the plateau's edge",
    ),
}
