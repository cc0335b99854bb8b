"""What a judgement rests on: final losses by condition, from run records or from the paper's figures.

A condition is written model@task_correlation. All losses are in the units of the paper's figures.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmoe_repro.paper.published import published
from mmoe_repro.reading import Reading

Floats = NDArray[np.float64]
N_PUBLISHED = 200  # every bar of Figure 5 is a multiple of 1/200
FIGURE3_MODEL = "shared_bottom_16"


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
        if about == "order":
            return self.low, self.high
        centre = middle.mean() if self.mean is None else self.mean
        nearest = np.clip(centre, self.low, self.high)
        far = np.where(centre - self.low > self.high - centre, self.low, self.high)
        return nearest, far


@dataclass(frozen=True)
class Evidence:
    """Samples by condition. `paired`: run i of every condition saw the same data.

    `absent` says why a condition that is not there is not there.
    """

    samples: Mapping[str, Sample]
    paired: bool
    absent: str = "no runs of it"

    def of(self, condition: str) -> Sample:
        """The sample of a condition; raises NoEvidence."""
        if condition not in self.samples:
            raise NoEvidence(f"{condition}: {self.absent}")
        return self.samples[condition]


def condition(model: str, p: float) -> str:
    """The name of a condition: mmoe@0.5."""
    return f"{model}@{p:g}"


def diverged_as_worst(values: Floats) -> Floats:
    """A diverged run (NaN) counts as the worst of its condition; NaN stays where all diverged."""
    known = values[~np.isnan(values)]
    return np.where(np.isnan(values), known.max(), values) if known.size else values


def by_seed(records: pd.DataFrame, column: str, seeds: Sequence[int], name: str) -> Floats:
    """A column of the records of one condition, called `name`, in the order of seeds.

    Raises MissingRuns, naming condition and seeds, if it has not exactly the seeds it should have.
    """
    found = records.set_index("seed")[column].sort_index()
    missing = sorted(set(seeds) - set(found.index))
    strange = sorted(set(found.index) - set(seeds))
    if missing or strange or found.index.has_duplicates:
        problem = "has a seed twice"
        if missing:
            problem = f"lacks the seeds {ranges(missing)}"
        elif strange:
            problem = f"has the seeds {ranges(strange)}, which are not of this study"
        raise MissingRuns(f"records of {name}: {problem}; expected are {ranges(list(seeds))}")
    return found.to_numpy(dtype=np.float64)


def with_diverged(wide: Mapping[str, Floats], drop_diverged: bool) -> Mapping[str, Sample]:
    """Samples of values by condition (a larger value is worse), seed by seed.

    A diverged run (NaN) counts as the worst of its condition or, with `drop_diverged`, its seed is
    left out of every condition, so that pairs stay pairs.
    """
    if drop_diverged and wide:
        kept = np.isfinite(np.array(list(wide.values()))).all(axis=0)
        return {k: Sample.known(v[kept]) for k, v in wide.items()}
    return {k: Sample.known(diverged_as_worst(v)) for k, v in wide.items()}


def from_values(
    values: pd.DataFrame, seeds: Sequence[int], drop_diverged: bool = False
) -> Evidence:
    """Evidence from one value a run: columns model, task_correlation, seed, value.

    `seeds` and `drop_diverged` are as in `by_seed` and `with_diverged`. Raises MissingRuns.
    """
    wide = {}
    for (model, p), of_condition in values.groupby(["model", "task_correlation"], sort=True):
        name = condition(str(model), float(str(p)))
        wide[name] = by_seed(of_condition, "value", seeds, name)
    return Evidence(with_diverged(wide, drop_diverged), paired=True)


def ranges(numbers: Sequence[int]) -> str:
    """Whole numbers as ranges: 0-99, 150."""
    values = np.array(sorted(numbers))
    groups = np.split(values, np.flatnonzero(np.diff(values) != 1) + 1)
    return ", ".join(f"{g[0]}" if g.size == 1 else f"{g[0]}-{g[-1]}" for g in groups)


def final_values(runs: pd.DataFrame, reading: Reading) -> pd.DataFrame:
    """The final loss of each run record in the paper's reading."""
    keys = ["model", "task_correlation", "learning_rate", "seed"]
    return runs[keys].assign(value=runs[reading.run_column] * reading.factor)


def from_figures() -> Evidence:
    """What Figures 3 to 5 and Tables 1 and 2 show, without pairs: which runs shared data is not known.

    Figure 5's histograms give each of 200 runs to its bin, and Figure 4's last point the mean. Figure
    3 shows means alone: its samples are the widest that have such a mean and end between zero and the
    curve's beginning (every run at one of the two; Bhatia and Davis 2000).
    """
    samples = census_tables()
    curves = published("figure4")
    for (model, p), histogram in published("figure5").groupby(["model", "task_correlation"]):
        counts = (histogram["fraction_of_runs"] * N_PUBLISHED).round().astype(int)
        curve = curves[(curves["model"] == model) & (curves["task_correlation"] == p)]
        samples[condition(str(model), float(str(p)))] = Sample(
            np.repeat(histogram["bin_low"].to_numpy(), counts),
            np.repeat(histogram["bin_high"].to_numpy(), counts),
            float(curve.sort_values("step")["loss"].iloc[-1]),
        )
    for p, curve in published("figure3").groupby("task_correlation"):
        losses = curve.sort_values("step")["loss"].to_numpy()
        samples[condition(FIGURE3_MODEL, float(str(p)))] = Sample.known(
            widest(losses[-1], losses[0])
        )
    return Evidence(samples, paired=False, absent="the paper shows no runs of it")


def from_census(
    runs: pd.DataFrame, seeds: Sequence[int], split: int = 0, drop_diverged: bool = False
) -> dict[str, Sample]:
    """AUCs on the test half of one split by method@group, and method@group-auxiliary.

    `seeds` and `drop_diverged` are as in `by_seed` and `with_diverged`. Raises MissingRuns.
    """
    wide = {}
    of_split = runs[(runs["split"] == split) & runs["seed"].isin(seeds)]
    for (group, method), of_method in of_split.groupby(["group", "method"], sort=False):
        for task, name in (("main", group), ("auxiliary", f"{group}-auxiliary")):
            called = f"{method}@{name}"
            wide[called] = -by_seed(of_method, f"test_{task}_auc", seeds, called)  # less is worse
    found = with_diverged(wide, drop_diverged)
    return {name: Sample.known(-sample.low) for name, sample in found.items()}


CENSUS_TABLES = {"income": "table1", "education": "table2"}
N_CENSUS = 400


def census_tables() -> dict[str, Sample]:
    """What Tables 1 and 2 show: means of 400 runs, without spread.

    The samples are the widest with such a mean: between a coin's AUC, 0.5, and the best that the
    table has (main task) or 1 (auxiliary task, of which the best is not shown).
    """
    samples = {}
    for group, name in CENSUS_TABLES.items():
        for row in published(name).to_dict("records"):
            main = widest(row["main_auc_mean"], row["main_auc_best"], N_CENSUS, 0.5)
            auxiliary = widest(row["auxiliary_auc_mean"], 1.0, N_CENSUS, 0.5)
            samples[f"{row['model']}@{group}"] = Sample.known(main)
            samples[f"{row['model']}@{group}-auxiliary"] = Sample.known(auxiliary)
    return samples


def widest(mean: float, largest: float, n: int = N_PUBLISHED, smallest: float = 0.0) -> Floats:
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
