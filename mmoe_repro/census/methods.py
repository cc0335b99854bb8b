"""The seven methods of section 6.3: what is searched of each, and the model that a choice gives.

The paper names what it tunes and gives no ranges; ours are here, on a logarithmic scale, and every
method's hidden layer has the same bound: a mixture's counts the units of all its experts. All towers
have one hidden layer of `TOWER_UNITS` (Cross-Stitch's is searched: it is its second layer, whose size
the paper lists among what it tunes).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mmoe_repro.models.cross_stitch import CrossStitch
from mmoe_repro.models.l2_constrained import L2Constrained
from mmoe_repro.models.mmoe import MMoE
from mmoe_repro.models.omoe import OMoE
from mmoe_repro.models.population import Architecture
from mmoe_repro.models.shared_bottom import SharedBottom
from mmoe_repro.models.single_task import SingleTask
from mmoe_repro.models.tensor_factorization import TensorFactorization

TOWER_UNITS = 16
MOST_UNITS = 256  # of a hidden layer; the paper's bound is 2048: see `mmoe-repro census widths`

Choice = dict[str, float]  # hyper-parameters by name


@dataclass(frozen=True)
class Dimension:
    """A hyper-parameter between `low` and `high`, searched on a logarithmic scale."""

    name: str
    low: float
    high: float
    whole: bool = True

    def at(self, u: float) -> float:
        """The value at u in [0, 1]."""
        value = self.low * (self.high / self.low) ** u
        return float(round(value)) if self.whole else value

    def back(self, value: float) -> float:
        """The u of a value."""
        return float(np.log(value / self.low) / np.log(self.high / self.low))


@dataclass(frozen=True)
class Method:
    """A method of the comparison."""

    name: str
    dimensions: tuple[Dimension, ...]
    build: Callable[[Choice, int], Architecture]  # (choice, inputs) -> model

    def choice(self, u: NDArray[np.float64]) -> Choice:
        """The hyper-parameters at a point of the unit cube."""
        return {d.name: d.at(float(x)) for d, x in zip(self.dimensions, u, strict=True)}

    def point(self, choice: Choice) -> NDArray[np.float64]:
        """The point of a choice."""
        return np.array([d.back(choice[d.name]) for d in self.dimensions])


_HIDDEN = Dimension("hidden_units", 8, MOST_UNITS)
_EXPERTS = (Dimension("experts", 2, 16), Dimension("hidden_units", 32, MOST_UNITS))


def _whole(choice: Choice, name: str) -> int:
    return int(choice[name])


def _experts(choice: Choice) -> tuple[int, int]:
    """Number of experts and units of each: together at most `hidden_units`."""
    return _whole(choice, "experts"), _whole(choice, "hidden_units") // _whole(choice, "experts")


METHODS = {
    method.name: method
    for method in (
        Method(
            "single_task",
            (_HIDDEN,),
            lambda c, d: SingleTask(_whole(c, "hidden_units"), d, TOWER_UNITS),
        ),
        Method(
            "shared_bottom",
            (_HIDDEN,),
            lambda c, d: SharedBottom(_whole(c, "hidden_units"), d, TOWER_UNITS),
        ),
        Method(
            "l2_constrained",
            (_HIDDEN, Dimension("penalty", 1e-7, 1e-2, whole=False)),
            lambda c, d: L2Constrained(_whole(c, "hidden_units"), d, c["penalty"], TOWER_UNITS),
        ),
        Method(
            "cross_stitch",
            (_HIDDEN, Dimension("cross_stitch_units", 4, 64)),
            lambda c, d: CrossStitch(
                _whole(c, "hidden_units"), d, _whole(c, "cross_stitch_units")
            ),
        ),
        Method(
            "tensor_factorization",
            (
                Dimension("r1", 2, 64),
                Dimension("r2", 2, 64),
                Dimension("r3", 1, 4),
                _HIDDEN,
            ),
            lambda c, d: TensorFactorization(
                (_whole(c, "r1"), _whole(c, "r2"), _whole(c, "r3")), _whole(c, "hidden_units"), d,
                TOWER_UNITS,
            ),
        ),
        Method(
            "omoe",
            _EXPERTS,
            lambda c, d: OMoE(*_experts(c), d, TOWER_UNITS),
        ),
        Method(
            "mmoe",
            _EXPERTS,
            lambda c, d: MMoE(*_experts(c), d, TOWER_UNITS),
        ),
    )
}  # fmt: skip


def method(name: str) -> Method:
    """The method called `name`. Raises ValueError for an unknown one."""
    if name not in METHODS:
        raise ValueError(f"method {name!r}: allowed are {', '.join(METHODS)}")
    return METHODS[name]
