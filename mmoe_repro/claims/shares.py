"""The difference of two shares of runs, tested at any edge; good with few runs and with shares of 0."""

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]


class Shares:
    """The share of runs of a that are 1 less that of b; `a`, `b` (runs,) of 0 and 1.

    Wald's interval and tests after two made-up runs or pairs, one in favour of either side: Bonett and
    Price (2012) for pairs, Agresti and Caffo (2000) without.
    """

    def __init__(self, a: Floats, b: Floats, paired: bool, alpha: float) -> None:
        self.estimate = float(np.mean(a) - np.mean(b))
        if paired:
            n = a.size + 2
            more, less = (np.sum(a > b) + 1) / n, (np.sum(a < b) + 1) / n
            self._centre = float(more - less)
            variance = (more + less - (more - less) ** 2) / n
        else:
            p, q = (np.sum(a) + 1) / (a.size + 2), (np.sum(b) + 1) / (b.size + 2)
            self._centre = float(p - q)
            variance = p * (1 - p) / (a.size + 2) + q * (1 - q) / (b.size + 2)
        self.standard_error = float(np.sqrt(variance))
        half = float(stats.norm.isf(alpha)) * self.standard_error
        self.low = max(-1.0, self._centre - half)
        self.high = min(1.0, self._centre + half)

    def p_above(self, edge: float) -> float:
        """p-value of the hypothesis that the effect is at most `edge`."""
        return float(stats.norm.sf((self._centre - edge) / self.standard_error))

    def p_below(self, edge: float) -> float:
        """p-value of the hypothesis that the effect is at least `edge`."""
        return float(stats.norm.cdf((self._centre - edge) / self.standard_error))


def can_support(rule: str, edge: float, runs: int, alpha: float) -> bool:
    """Whether any outcome of so many paired runs would show that a difference of shares is `more_than`
    an edge, or `within` it: a single statement's, without a family."""
    none, all_of_them = np.zeros(runs), np.ones(runs)
    if rule == "more_than":
        return Shares(all_of_them, none, True, alpha).p_above(edge) < alpha
    alike = Shares(none, none, True, alpha)
    return max(alike.p_above(-edge), alike.p_below(edge)) < alpha
