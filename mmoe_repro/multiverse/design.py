"""Which universes are run: a space-filling design, any beginning of which fills the space."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice

import numpy as np
from scipy.stats import qmc

from mmoe_repro.seeds import stream_seed
from mmoe_repro.synthetic.space import Choices, Space
from mmoe_repro.synthetic.universe import Universe

AT_ONCE = 64  # points drawn in one call; a power of two, as the sequence likes


@dataclass(frozen=True)
class Member:
    """One universe of the design: its number, which is its place in the sequence, and all choices.

    `choices` has those of reading, too: width, loss, error, learning_rate_rule.
    """

    number: int
    choices: Choices
    universe: Universe

    @property
    def width(self) -> str:
        """The model that stands for Shared-Bottom."""
        return str(self.choices["width"])


def members(space: Space, study_seed: int) -> Iterator[Member]:
    """The design without end: the points of a scrambled Sobol sequence (Owen 1997), in order."""
    sobol = qmc.Sobol(space.size, rng=stream_seed(study_seed, "multiverse sobol"))
    for first in count(0, AT_ONCE):
        for i, point in enumerate(sobol.random(AT_ONCE)):
            choices = space.choices(np.minimum(point, 1 - 1e-12))
            function = space.label_function(choices["label_function"], point, study_seed)
            yield Member(first + i, choices, space.universe(choices, function))


def member(space: Space, study_seed: int, number: int) -> Member:
    """One of the design."""
    return next(islice(members(space, study_seed), number, None))


def numbers(space: Space, study_seed: int, wide: int, narrow: int) -> list[int]:
    """The first `wide` members with a batch that a researcher would have used, and `narrow` others."""
    found: dict[bool, list[int]] = {True: [], False: []}
    wanted = {True: wide, False: narrow}
    for one in members(space, study_seed):
        of = found[space.is_wide_enough(one.universe)]
        if len(of) < wanted[space.is_wide_enough(one.universe)]:
            of.append(one.number)
        if all(len(found[kind]) == wanted[kind] for kind in found):
            return sorted(found[True] + found[False])
    raise AssertionError("the design has no end")
