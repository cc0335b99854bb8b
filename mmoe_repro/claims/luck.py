"""An effect on means that runs do not tell all of: their conditions have a luck of their own.

What no number of runs shows enters the test itself, beside the runs' own variance, so that what holds
the error of many parts and of a family (Bonferroni, Holm) holds it here, too. Lucks are taken to be
normal, independent of each other and, where they are known from one estimate, equally large.
"""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from mmoe_repro.claims.estimands import Estimand
from mmoe_repro.claims.evidence import Evidence
from mmoe_repro.claims.statements import Part
from mmoe_repro.statistics.uncertain import Variance, half_width, of_mean, p_above, together

Floats = NDArray[np.float64]


def of_effect(evidence: Evidence, part: Part, estimand: Estimand) -> Variance:
    """The variance that luck adds to a part's effect, if that is one on means; else none.

    Conditions of one estimate share its degrees of freedom.
    """
    by_estimate: dict[str, list[Variance]] = defaultdict(list)
    for name in part.conditions if estimand.about == "mean" else ():
        if name in evidence.luck:
            of = evidence.luck[name]
            by_estimate[of.known_from].append(Variance(of.sd**2, of.df))
    return together([together(of) for of in by_estimate.values()])


class WithLuck:
    """An effect on means, as `effects.Tested`: estimate, interval, and p-values at any edge.

    `samples` are one a condition, runs last; `luck` is what it varies by beside them.
    `standard_error` is that of the runs alone.
    """

    def __init__(
        self, estimand: Estimand, samples: list[Floats], paired: bool, luck: Variance, alpha: float
    ) -> None:
        self.estimate = float(estimand.compute(*samples))
        shown = samples
        if paired:  # a mean effect is a mean over runs of what each run shows
            shown = [estimand.compute(*(sample[:, None] for sample in samples))]
        of_runs = together([of_mean(values) for values in shown])
        self.variance = together([of_runs, luck])
        self.standard_error = of_runs.sd
        width = half_width(self.variance, 1 - 2 * alpha)
        self.low, self.high = self.estimate - width, self.estimate + width

    def p_above(self, edge: float) -> float:
        """p-value of the hypothesis that the effect is at most `edge`."""
        return p_above(self.estimate - edge, self.variance)

    def p_below(self, edge: float) -> float:
        """p-value of the hypothesis that the effect is at least `edge`."""
        return p_above(edge - self.estimate, self.variance)
