"""The seven methods of section 6.3: what is searched of each, and the model that a choice gives.

The paper names what it tunes and gives no ranges but one, at most 2,048 units in a hidden layer; ours
are in a `Space`, on a logarithmic scale, and every method's hidden layer has the same bound: a mixture's
counts the units of all its experts. All towers have one hidden layer of `TOWER_UNITS` (Cross-Stitch's is
searched: it is its second layer, whose size the paper lists among what it tunes).
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
LEAST_UNITS, LEAST_OF_EXPERTS = 8, 32  # of a hidden layer; of all experts of a mixture together

Choice = dict[str, float]  # hyper-parameters by name


@dataclass(frozen=True)
class Space:
    """What a search may choose: the most units of a hidden layer (section 6.3), and the ranges of
    L2-Constrained's penalty and of every method's learning rate."""

    most_units: int = 2_048
    penalties: tuple[float, float] = (1e-7, 1e2)
    learning_rates: tuple[float, float] = (1e-4, 3e-2)

    def rate(self) -> "Dimension":
        """The learning rate, which every method's search has."""
        return Dimension("learning_rate", *self.learning_rates, whole=False)


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


@dataclass(frozen=True)
class Method:
    """A method of the comparison; `searched` of it is searched, beside the learning rate."""

    name: str
    searched: tuple[str, ...]
    build: Callable[[Choice, int], Architecture]  # (choice, inputs) -> model

    def dimensions(self, space: Space) -> tuple[Dimension, ...]:
        """The method's own hyper-parameters, as far as a space has them."""
        least = LEAST_OF_EXPERTS if "experts" in self.searched else LEAST_UNITS
        every = {
            "hidden_units": Dimension("hidden_units", least, space.most_units),
            "penalty": Dimension("penalty", *space.penalties, whole=False),
            "cross_stitch_units": Dimension("cross_stitch_units", 4, 64),
            "r1": Dimension("r1", 2, 256),
            "r2": Dimension("r2", 2, 256),
            "r3": Dimension("r3", 1, 4),
            "experts": Dimension("experts", 2, 16),
        }
        return tuple(every[name] for name in self.searched)

    def choice(self, u: NDArray[np.float64], space: Space) -> Choice:
        """The hyper-parameters at a point of the unit cube."""
        return {d.name: d.at(float(x)) for d, x in zip(self.dimensions(space), u, strict=True)}

    def middle(self, space: Space) -> Choice:
        """The hyper-parameters in the middle of the space."""
        return self.choice(np.full(len(self.searched), 0.5), space)


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
            ("hidden_units",),
            lambda c, d: SingleTask(_whole(c, "hidden_units"), d, TOWER_UNITS),
        ),
        Method(
            "shared_bottom",
            ("hidden_units",),
            lambda c, d: SharedBottom(_whole(c, "hidden_units"), d, TOWER_UNITS),
        ),
        Method(
            "l2_constrained",
            ("hidden_units", "penalty"),
            lambda c, d: L2Constrained(_whole(c, "hidden_units"), d, c["penalty"], TOWER_UNITS),
        ),
        Method(
            "cross_stitch",
            ("hidden_units", "cross_stitch_units"),
            lambda c, d: CrossStitch(
                _whole(c, "hidden_units"), d, _whole(c, "cross_stitch_units")
            ),
        ),
        Method(
            "tensor_factorization",
            ("r1", "r2", "r3", "hidden_units"),
            lambda c, d: TensorFactorization(
                (_whole(c, "r1"), _whole(c, "r2"), _whole(c, "r3")), _whole(c, "hidden_units"), d,
                TOWER_UNITS,
            ),
        ),
        Method(
            "omoe",
            ("experts", "hidden_units"),
            lambda c, d: OMoE(*_experts(c), d, TOWER_UNITS),
        ),
        Method(
            "mmoe",
            ("experts", "hidden_units"),
            lambda c, d: MMoE(*_experts(c), d, TOWER_UNITS),
        ),
    )
}  # fmt: skip


def method(name: str) -> Method:
    """The method called `name`. Raises ValueError for an unknown one."""
    if name not in METHODS:
        raise ValueError(f"method {name!r}: allowed are {', '.join(METHODS)}")
    return METHODS[name]
