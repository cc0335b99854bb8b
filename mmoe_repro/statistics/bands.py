"""A confidence band that holds at all points of a mean curve together."""

import numpy as np
from numpy.typing import ArrayLike

RESAMPLES = 2_000


def simultaneous_factor(
    curves: ArrayLike, generator: np.random.Generator, confidence: float = 0.95
) -> float:
    """How many standard errors the band around the mean of `curves` (runs, points) must be wide.

    The confidence-quantile, over resamples of runs, of the largest standardised distance of the
    resampled mean from the mean (the sup-t band; Montiel Olea and Plagborg-Moller 2019). Points at
    which no run differs are left out; at least two runs are needed.
    """
    x = np.asarray(curves, dtype=np.float64)
    if x.ndim != 2 or len(x) < 2:
        raise ValueError(f"curves of shape {x.shape}: at least two runs are needed")
    error = x.std(axis=0, ddof=1) / len(x) ** 0.5
    z = (x - x.mean(axis=0))[:, error > 0] / error[error > 0]
    if z.shape[1] == 0:
        return 0.0
    weights = generator.multinomial(len(x), np.full(len(x), 1 / len(x)), size=RESAMPLES)
    largest = np.abs(weights @ z / len(x)).max(axis=1)
    return float(np.quantile(largest, confidence))
