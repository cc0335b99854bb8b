"""What a number of runs can show."""

from functools import lru_cache

import numpy as np
from scipy import stats
from statsmodels.stats.power import TTestPower

FEW = range(2, 10)  # runs, tried one by one: the solver finds nothing where so few are enough

FAINT = 0.01  # an effect in sds below which t is normal, and the solver finds nothing


def minimum_detectable_effect(
    sd_of_differences: float, n: int, alpha: float = 0.05, power: float = 0.8
) -> float:
    """The smallest mean difference that a one-sided paired t test of n runs finds with this power."""
    return _standardised(n, alpha, power) * sd_of_differences


@lru_cache
def _standardised(n: int, alpha: float, power: float) -> float:
    """The same in standard deviations: that of all conditions with as many runs."""
    return float(TTestPower().solve_power(nobs=n, alpha=alpha, power=power, alternative="larger"))


def runs_needed(
    effect: float, sd_of_differences: float, alpha: float = 0.05, power: float = 0.8
) -> int:
    """How many runs a one-sided paired t test needs to find `effect` with this power (at least 2)."""
    if effect <= 0:
        raise ValueError(f"effect {effect}: a smallest effect of interest is positive")
    if sd_of_differences == 0:
        return 2
    ratio = effect / sd_of_differences

    def enough(n: int) -> bool:
        return bool(TTestPower().power(ratio, n, alpha, alternative="larger") >= power)

    if enough(FEW[-1]):  # more runs never find less
        return next(n for n in FEW if enough(n))
    if ratio < FAINT:
        quantiles = stats.norm.isf(alpha) + stats.norm.isf(1 - power)
        return int(np.ceil((quantiles / ratio) ** 2))
    found = TTestPower().solve_power(
        effect_size=ratio, alpha=alpha, power=power, alternative="larger"
    )
    return int(np.ceil(float(np.squeeze(found))))


def minimum_tells(n: int, confidence: float = 0.95) -> float:
    """The largest share of runs below all of n runs' minimum that is still likely.

    If a share q of all possible runs were lower than everything seen, n runs would miss them with
    probability (1 - q)^n; this is the q at which that is 1 - confidence. For n = 200 it is 1.5 %: a
    minimum of 200 runs says nothing of rarer ones.
    """
    return float(1 - (1 - confidence) ** (1 / n))
