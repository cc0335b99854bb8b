"""The effect of one part, its interval, and the chances under which it would be taken amiss."""

from collections.abc import MutableMapping
from dataclasses import dataclass
from pickle import dumps
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from mmoe_repro.claims.estimands import ESTIMANDS, Estimand
from mmoe_repro.claims.evidence import Evidence
from mmoe_repro.claims.luck import WithLuck, of_effect
from mmoe_repro.claims.shares import Shares
from mmoe_repro.claims.statements import Part
from mmoe_repro.seeds import numpy_stream
from mmoe_repro.statistics import uncertain
from mmoe_repro.statistics.bca import acceleration, interval, level_at, resampled
from mmoe_repro.statistics.hypotheses import sign_flips
from mmoe_repro.statistics.power import minimum_detectable_effect, runs_needed

Floats = NDArray[np.float64]
Side = Literal["greater", "less"]
RESAMPLES = 4_000


@dataclass(frozen=True)
class Power:
    """What decides an effect's power: the standard deviation of what a run shows, how far the estimate
    is from the edge of its region, how wide the bins leave it, the level that is asked for, and the
    variance that no run makes smaller."""

    runs: int
    spread: float
    distance: float
    blur: float
    level: float
    ratio: bool
    luck: uncertain.Variance

    @property
    def usable(self) -> bool:
        """Whether runs differ at all."""
        return bool(self.runs > 1 and np.isfinite(self.spread) and self.spread > 0)

    @property
    def detectable(self) -> float:
        """The distance from the region's edge that the runs find with a power of 0.8; for a ratio, a
        factor."""
        found = 0.0
        if self.usable and self.luck.value > 0:
            of_runs = uncertain.Variance(self.spread**2 / self.runs, self.runs - 1)
            found = uncertain.detectable(uncertain.together([of_runs, self.luck]), self.level)
        elif self.usable:
            found = minimum_detectable_effect(self.spread, self.runs, self.level)
        return float(np.exp(found + self.blur) if self.ratio else found + self.blur)

    @property
    def runs_to_decide(self) -> int | None:
        """How many runs would find the distance seen; None where no number would: what is known to a
        bin stays so, and luck that they share."""
        if self.usable and self.distance > 0 and self.luck.value > 0:
            return uncertain.runs_needed(self.distance, self.spread, self.luck, self.level)
        if self.usable and self.distance > 0:
            return runs_needed(self.distance, self.spread, self.level)
        return None


@dataclass(frozen=True)
class Effect:
    """An estimated effect with its two-sided interval at 1 - 2 alpha, in the estimand's units.

    `p_supported` tests that the effect is outside the part's region, `p_contradicted` that it is
    inside, and `p_opposite`, where it is to be more than something, that it is not of the other sign.
    `power` is at the level that Holm's first step asks for.
    """

    estimate: float
    low: float
    high: float
    p_supported: float
    p_contradicted: float
    p_opposite: float
    power: Power


def effect(
    part: Part,
    evidence: Evidence,
    alpha: float,
    study_seed: int,
    resamples: int = RESAMPLES,
    family: int = 1,
    known: "Known | None" = None,
) -> Effect:
    """Estimate and test one part of a statement, which is one of a `family` of statements.

    The interval is BCa (Efron 1987), over pairs of runs where runs are paired.
    Where values are known only to a bin, it covers every arrangement within the bins, and each
    p-value is of the worst one. Where means have a luck of their own, interval and p-values are
    Student's, of runs and luck together (`claims/luck.py`).
    What hangs on values alone, and on no edge, is kept in `known` and taken from there.
    Raises NoEvidence for a condition without values.
    """
    estimand = ESTIMANDS[part.estimand]
    of = evidence.above if estimand.about == "share" else evidence.of
    samples = [of(name) for name in part.conditions]
    ends = [sample.extremes(estimand.about) for sample in samples]
    least = [end[0 if sign > 0 else 1] for end, sign in zip(ends, estimand.signs, strict=True)]
    most = [end[1 if sign > 0 else 0] for end, sign in zip(ends, estimand.signs, strict=True)]
    luck = of_effect(evidence, part, estimand)
    exact = all(a is b or np.array_equal(a, b) for a, b in zip(least, most, strict=True))

    test = part.test if evidence.paired else "bootstrap"
    # Else resamples are of the interval alone.
    n_resamples = resamples if test == "bootstrap" else min(resamples, RESAMPLES)
    names = (part.estimand, *part.conditions)

    def tested(of: list[Floats], generator: np.random.Generator) -> OfValues:
        if estimand.about == "share":
            return Shares(of[0], of[1], evidence.paired, alpha)
        if luck.value > 0:
            return WithLuck(estimand, of, evidence.paired, luck, alpha)
        return Tested(estimand, of, evidence.paired, test, alpha, generator, n_resamples)

    def both() -> tuple[OfValues, OfValues]:
        generator = numpy_stream(study_seed, "claims", *names)
        lower = tested(least, generator)
        return lower, lower if exact else tested(most, generator)

    known = {} if known is None else known
    key = dumps((study_seed, names, test, n_resamples, alpha, evidence.paired, luck, least, most))
    if key not in known:
        known[key] = both()
    lower, upper = known[key]
    edge = np.log(part.smallest) if estimand.ratio else part.smallest
    if part.rule == "more_than":
        supported, contradicted = lower.p_above(edge), upper.p_below(edge)
        opposite = upper.p_below(0.0)
    else:
        supported = max(lower.p_above(-edge), upper.p_below(edge))
        contradicted, opposite = _p_outside(lower, upper, edge), 1.0

    n = min(sample.low.size for sample in samples)
    edges = [edge] if part.rule == "more_than" else [-edge, edge]
    back = np.exp if estimand.ratio else float
    return Effect(
        estimate=float(back((lower.estimate + upper.estimate) / 2)),
        low=float(back(lower.low)),
        high=float(back(upper.high)),
        p_supported=supported,
        p_contradicted=contradicted,
        p_opposite=opposite,
        power=Power(
            runs=n,
            spread=max(lower.standard_error, upper.standard_error) * n**0.5,
            distance=min(_distance(at, lower.estimate, upper.estimate) for at in edges),
            blur=abs(upper.estimate - lower.estimate) / 2,
            level=alpha / family,  # p-values are adjusted later, with all of the family
            ratio=estimand.ratio,
            luck=luck,
        ),
    )


def _p_outside(lower: "OfValues", upper: "OfValues", edge: float) -> float:
    """p-value of the hypothesis that the effect is within `edge` of 0, either way.

    An effect on one edge may come out as far off on either side: both tails count (Hodges and Lehmann
    1954). The smaller of two one-sided p-values alone would err up to twice as often as it says.
    """
    above = lower.p_above(edge) + lower.p_above(-edge)
    below = upper.p_below(-edge) + upper.p_below(edge)
    return min(above, below, 1.0)


def _distance(edge: float, low: float, high: float) -> float:
    """How far the edge is from what the effect may be; 0 if it may be either side of it."""
    return max(low - edge, edge - high, 0.0)


def _mean(sample: Floats) -> Any:
    return np.mean(sample, axis=-1)


class Tested:
    """An estimand on one arrangement of samples: estimate, interval, and p-values at any edge."""

    def __init__(
        self,
        estimand: Estimand,
        samples: list[Floats],
        paired: bool,
        test: str,
        alpha: float,
        generator: np.random.Generator,
        resamples: int,
    ) -> None:
        self.compute, self.samples, self.paired = estimand.compute, samples, paired
        self.test = test
        self.flipped: dict[float, tuple[float, float]] = {}  # by edge
        self.estimate = float(estimand.compute(*samples))
        if paired and estimand.about == "mean":
            # A mean effect is a mean over runs of what each run shows.
            self.samples = [estimand.compute(*(sample[:, None] for sample in samples))]
            self.compute = _mean
        self.low, self.high, self.standard_error = self.estimate, self.estimate, 0.0
        if self._varies():
            self.acceleration: float | None = acceleration(self.compute, self.samples, paired)
            self.resampled = resampled(self.compute, self.samples, paired, resamples, generator)
            ends = self._interval(1 - 2 * alpha)
            if np.isnan([self.acceleration, *ends]).any():
                # With many equal values a quantile does not move when one run is left out, and BCa's
                # acceleration is 0/0; the percentiles of the resamples need none.
                self.acceleration = None
                ends = self._interval(1 - 2 * alpha)
            self.low, self.high = ends
            self.standard_error = float(np.std(self.resampled, ddof=1))

    def p_above(self, edge: float) -> float:
        """p-value of the hypothesis that the effect is at most `edge`."""
        return self._p(edge, "greater")

    def p_below(self, edge: float) -> float:
        """p-value of the hypothesis that the effect is at least `edge`."""
        return self._p(edge, "less")

    def _p(self, edge: float, alternative: Side) -> float:
        if not self._varies():
            certain = self.estimate > edge if alternative == "greater" else self.estimate < edge
            return 0.0 if certain else 1.0
        if self.test == "bootstrap":
            sign = 1 if alternative == "greater" else -1  # below an edge is above it, mirrored
            skew = None if self.acceleration is None else sign * self.acceleration
            return level_at(sign * edge, sign * self.resampled, sign * self.estimate, skew)
        of_runs = self.samples[0] - edge
        if self.test == "equivalence":  # one of the two one-sided t tests (Schuirmann 1987)
            return float(stats.ttest_1samp(of_runs, 0, alternative=alternative).pvalue)
        if edge not in self.flipped:
            self.flipped[edge] = sign_flips(of_runs)
        return self.flipped[edge][0 if alternative == "greater" else 1]

    def _varies(self) -> bool:
        return np.isfinite(self.estimate) and any(np.ptp(sample) > 0 for sample in self.samples)

    def _interval(self, level: float) -> tuple[float, float]:
        return interval(level, self.resampled, self.estimate, self.acceleration)


OfValues: TypeAlias = Tested | Shares | WithLuck
Known: TypeAlias = MutableMapping[bytes, tuple[OfValues, OfValues]]
