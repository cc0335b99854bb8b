"""What is said beside a verdict: other measures and tests of the same part, and what pairing bought."""

import numpy as np

from mmoe_repro.claims.estimands import ESTIMANDS
from mmoe_repro.claims.evidence import Evidence, Sample
from mmoe_repro.claims.statements import Claim, Part
from mmoe_repro.statistics.hypotheses import brown_forsythe, page_trend
from mmoe_repro.statistics.intervals import curve_interval
from mmoe_repro.statistics.paired import (
    interquartile_mean,
    interquartile_range,
    probability_of_improvement,
    variance_of_pairing,
)
from mmoe_repro.statistics.power import minimum_tells


def beside(part: Part, evidence: Evidence) -> dict[str, float]:
    """Measures of a part of two conditions, by name; none decides anything.

    Values known to a bin are taken at its middle, minima at its lower end.
    """
    if len(part.conditions) != 2:
        return {}
    samples = [evidence.of(name) for name in part.conditions]
    first, second = (_middle(sample) for sample in samples)
    about = ESTIMANDS[part.estimand].about
    found: dict[str, float] = {}
    if about == "mean":
        found["probability_first_is_higher"] = 1 - probability_of_improvement(first, second)
        found["difference_of_medians"] = float(np.median(first) - np.median(second))
        found["difference_of_interquartile_means"] = float(
            interquartile_mean(first) - interquartile_mean(second)
        )
        if evidence.paired and np.var(first) + np.var(second) > 0:
            found["variance_left_by_pairing"] = variance_of_pairing(first, second)
    elif about == "spread":
        if np.ptp(first) > 0 and np.ptp(second) > 0:
            found["brown_forsythe_p"] = brown_forsythe(first, second)
        spread = interquartile_range(second)
        if spread > 0:
            found["ratio_of_interquartile_ranges"] = float(interquartile_range(first) / spread)
    else:
        found["first_minimum"] = float(samples[0].low.min())
        found["second_minimum"] = float(samples[1].low.min())
        found["share_that_a_minimum_misses"] = minimum_tells(first.size)
    return found


def trends(claim: Claim, evidence: Evidence) -> dict[str, dict[str, float]]:
    """Of each model that is asked for, what the steps of a statement do not show: the p-value of Page's
    test of losses that rise as the correlation falls, and by how much they do over all of the range,
    with a 90 % interval.

    Ranks are within runs, so only paired evidence of at least three correlations has it.
    """
    found = {}
    for model in claim.trends if evidence.paired else ():
        names = [
            name for name in evidence.samples
            if name.split("@")[0] == model and not name.split("@")[1][0].isalpha()
        ]  # fmt: skip
        falling = sorted(names, key=lambda name: -float(name.split("@")[1]))
        if len(falling) >= 3:
            losses = np.column_stack([evidence.of(name).low for name in falling])
            rise, low, high = curve_interval(losses[:, -1:] - losses[:, :1], 0.9)
            found[model] = {
                "p": page_trend(losses),
                "rise": float(rise[0]),
                "low": float(low[0]),
                "high": float(high[0]),
            }
    return found


def _middle(sample: Sample) -> np.ndarray:
    return (sample.low + sample.high) / 2
