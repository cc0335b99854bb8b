"""What a judgement rests on: one value a run, by condition, from run records or from the paper.

A condition is written model@place: mmoe@0.5, mmoe@income. Values are in the paper's units.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class MissingRuns(ValueError):
    """Records without some of the runs that the study should have; the text names them."""


class NoEvidence(LookupError):
    """There are no values of a condition; the text says why."""


@dataclass(frozen=True)
class Sample:
    """Final losses of one condition: one a run, in the order of seeds.

    Where values are known only to a bin, `low` and `high` are its ends and `mean` may be known
    better from elsewhere; else all are the same.
    """

    low: Floats
    high: Floats
    mean: float | None = None

    @classmethod
    def known(cls, values: Floats) -> "Sample":
        """Values that are known exactly."""
        return cls(values, values)

    def extremes(self, about: str) -> tuple[Floats, Floats]:
        """The arrangements within the bins with the smallest and the largest mean, spread or order.

        For a mean, every run is put at its bin's middle and, where the mean is known, all are shifted
        to it: one arrangement, whose spread about the mean is the bins' own. A spread is smallest with
        all runs at their bin's end nearest to the mean.
        """
        middle = (self.low + self.high) / 2
        if np.array_equal(self.low, self.high) or about == "mean":
            shifted = middle if self.mean is None else middle + (self.mean - middle.mean())
            return shifted, shifted
        if about in ("order", "share"):
            return self.low, self.high
        centre = middle.mean() if self.mean is None else self.mean
        nearest = np.clip(centre, self.low, self.high)
        far = np.where(centre - self.low > self.high - centre, self.low, self.high)
        return nearest, far


@dataclass(frozen=True)
class Luck:
    """How much a condition's mean moves by what all of its runs share, such as the search that chose
    their settings: the sd, estimated with `df` degrees of freedom. `known_from` names the estimate,
    which conditions may share.
    """

    sd: float
    df: float
    known_from: str


@dataclass(frozen=True)
class Evidence:
    """Samples by condition. `paired`: run i of every condition saw the same data.

    `absent` says why a condition that is not there is not there, and `reasons` why single ones are not.
    `edge` is the loss above which a run has stayed on a plateau, where that is known. `luck` has, by
    condition, what no number of runs shows.
    """

    samples: Mapping[str, Sample]
    paired: bool
    absent: str = "no runs of it"
    edge: float | None = None
    luck: Mapping[str, Luck] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)

    def of(self, condition: str) -> Sample:
        """The sample of a condition; raises NoEvidence."""
        if condition not in self.samples:
            raise NoEvidence(f"{condition}: {self.reasons.get(condition, self.absent)}")
        return self.samples[condition]

    def above(self, condition: str) -> Sample:
        """Which runs of a condition are above the edge, 1 or 0; raises NoEvidence."""
        if self.edge is None:
            raise NoEvidence(f"{condition}: no plateau is known")
        of = self.of(condition)
        return Sample((of.low > self.edge).astype(float), (of.high > self.edge).astype(float))


def merge(bodies: Mapping[str, Evidence], whose: Mapping[str, str]) -> Evidence:
    """The evidence of several experiments, by name, as one. `whose` has the experiment that is to have a
    condition: what it has not is absent as that one says. The edge is the first one's, and so is the
    reason where a condition is nobody's."""
    samples = {name: sample for body in bodies.values() for name, sample in body.samples.items()}
    paired = all(body.paired for body in bodies.values())
    luck = {name: of for body in bodies.values() for name, of in body.luck.items()}
    reasons = {name: bodies[of].absent for name, of in whose.items() if of in bodies}
    first = next(iter(bodies.values()))
    return Evidence(samples, paired, first.absent, first.edge, luck, reasons)


def diverged_as_worst(values: Floats) -> Floats:
    """A diverged run (NaN) counts as the worst of its condition; NaN stays where all diverged."""
    known = values[~np.isnan(values)]
    return np.where(np.isnan(values), known.max(), values) if known.size else values


def by_seed(records: pd.DataFrame, column: str, seeds: Sequence[int], name: str) -> Floats:
    """A column of the records of one condition, called `name`, in the order of seeds.

    Raises MissingRuns, naming condition and seeds, if it has not exactly the seeds it should have.
    """
    found = records["seed"].to_numpy()
    order = np.argsort(found, kind="stable")
    if not np.array_equal(found[order], np.unique(seeds)):
        missing = sorted(set(seeds) - set(found))
        strange = sorted(set(found) - set(seeds))
        problem = "has a seed twice"
        if missing:
            problem = f"lacks the seeds {ranges(missing)}"
        elif strange:
            problem = f"has the seeds {ranges(strange)}, which are not of this study"
        raise MissingRuns(f"records of {name}: {problem}; expected are {ranges(list(seeds))}")
    return records[column].to_numpy(dtype=np.float64)[order]


def with_diverged(wide: Mapping[str, Floats], drop_diverged: bool) -> Mapping[str, Sample]:
    """Samples of values by condition (a larger value is worse), seed by seed.

    A diverged run (NaN) counts as the worst of its condition or, with `drop_diverged`, its seed is
    left out of every condition, so that pairs stay pairs.
    """
    if drop_diverged and wide:
        kept = np.isfinite(np.array(list(wide.values()))).all(axis=0)
        return {k: Sample.known(v[kept]) for k, v in wide.items()}
    return {k: Sample.known(diverged_as_worst(v)) for k, v in wide.items()}


def ranges(numbers: Sequence[int]) -> str:
    """Whole numbers as ranges: 0-99, 150."""
    values = np.array(sorted(numbers))
    groups = np.split(values, np.flatnonzero(np.diff(values) != 1) + 1)
    return ", ".join(f"{g[0]}" if g.size == 1 else f"{g[0]}-{g[-1]}" for g in groups)


def widest(mean: float, largest: float, n: int, smallest: float = 0.0) -> Floats:
    """n values at `smallest` and `largest`, one in between if need be, that have this mean exactly."""
    if smallest:
        return smallest + widest(mean - smallest, largest - smallest, n)
    total = mean * n
    values = np.zeros(n)
    full = int(total // largest)
    values[:full] = largest
    if full < n:
        values[full] = total - full * largest
    return values
