"""Widths that give every method the same number of dense parameters.

Shared-Bottom's are stated. A mixture keeps its lower layers and towers, and its experts are as wide as
the number allows; of two networks every hidden layer is narrower by one factor, the first layer by what
is left. Counting needs no torch.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from mmoe_repro.recommender.names import TASKS

WITHIN = 0.01  # of Shared-Bottom's number


@dataclass(frozen=True)
class Widths:
    """Units: `inputs` (embeddings and dense features), the shared layers below, the top shared layer or
    one expert of it, `experts` of them, and a tower's hidden layer; and how many `tasks` have one, which
    may be other than two for Shared-Bottom and the mixtures."""

    inputs: int
    shared: tuple[int, ...] = (128, 64)
    top: int = 64
    experts: int = 1
    tower: int = 32
    tasks: int = len(TASKS)


def count(method: str, widths: Widths) -> int:
    """Weights, biases and what else is trained of a method's dense part."""
    lower = [widths.inputs, *widths.shared]
    towers = widths.tasks * (_layers([widths.top, widths.tower, 1]))
    if method in ("omoe", "mmoe"):
        gates = 1 if method == "omoe" else widths.tasks
        experts = widths.experts * _layers([lower[-1], widths.top])
        return _layers(lower) + experts + gates * widths.experts * lower[-1] + towers
    networks = 1 if method == "shared_bottom" else 2
    stitches = 4 * len([*widths.shared, widths.top]) if method == "cross_stitch" else 0
    return networks * _layers([*lower, widths.top]) + towers + stitches


def equal(method: str, whole: Widths, experts: int) -> Widths:
    """The method's widths whose count is nearest to Shared-Bottom's at `whole`; of equal ones the widest
    first layer.

    Raises ValueError if the nearest is off by more than `WITHIN`.
    """
    wanted = count("shared_bottom", whole)
    if method == "shared_bottom":
        return whole
    found = list(_mixtures(whole, experts) if method in ("omoe", "mmoe") else _narrower(whole))
    best = min(found, key=lambda widths: (abs(count(method, widths) - wanted), -widths.shared[0]))
    off = count(method, best) / wanted - 1
    if abs(off) > WITHIN:
        raise ValueError(
            f"{method}: no widths with {wanted:,} dense parameters; the nearest has {1 + off:.3f} of it"
        )
    return best


def _layers(units: list[int]) -> int:
    return sum((a + 1) * b for a, b in pairwise(units))


def _mixtures(whole: Widths, experts: int) -> Iterator[Widths]:
    for units in range(1, whole.top + 1):
        yield replace(whole, top=units, experts=experts)


def _narrower(whole: Widths) -> Iterator[Widths]:
    for percent in range(30, 101):
        narrow = [max(1, round(units * percent / 100)) for units in (*whole.shared, whole.top)]
        tower = max(1, round(whole.tower * percent / 100))
        for first in range(max(1, narrow[0] - 3), narrow[0] + 4):
            yield replace(whole, shared=(first, *narrow[1:-1]), top=narrow[-1], tower=tower)
