"""How far a run that is made again may be from the one that is known.

On another kind of processor a run's roundings, and with them its end, are others: it may end up as far
off as another run of its condition, but hardly farther. Where runs of a condition lie apart by what
they are of, such as another world, their spread says nothing of that: it is taken as 0.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

SDS, LEAST = 6.0, 0.002


def near(apart: ArrayLike, sd: ArrayLike) -> Any:
    """Whether distances are within `SDS` standard deviations of the condition's runs, or `LEAST`; of
    any shape. NaN is near nothing."""
    return np.abs(apart) <= np.maximum(SDS * np.asarray(sd), LEAST)
