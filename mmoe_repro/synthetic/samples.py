"""Final losses by condition, from run records or from the paper's figures, in the figures' units.

A condition is written model@task_correlation.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mmoe_repro.claims.evidence import Evidence, Sample, by_seed, widest, with_diverged
from mmoe_repro.paper.published import published
from mmoe_repro.synthetic.plan import FIGURE3_MODEL
from mmoe_repro.synthetic.reading import Reading

N_PUBLISHED = 200  # every bar of Figure 5 is a multiple of 1/200


def condition(model: str, p: float) -> str:
    """The name of a condition: mmoe@0.5."""
    return f"{model}@{p:g}"


def from_values(
    values: pd.DataFrame,
    seeds: Sequence[int],
    drop_diverged: bool = False,
    edge: float | None = None,
) -> Evidence:
    """Evidence from one value a run: columns model, task_correlation, seed, value.

    `seeds` and `drop_diverged` are as in `by_seed` and `with_diverged`, `edge` is Evidence's. Raises
    MissingRuns.
    """
    wide = {}
    for (model, p), of_condition in values.groupby(["model", "task_correlation"], sort=True):
        name = condition(str(model), float(str(p)))
        wide[name] = by_seed(of_condition, "value", seeds, name)
    return Evidence(with_diverged(wide, drop_diverged), paired=True, edge=edge)


def final_values(runs: pd.DataFrame, reading: Reading) -> pd.DataFrame:
    """The final loss of each run record in the paper's reading."""
    keys = ["model", "task_correlation", "learning_rate", "seed"]
    return runs[keys].assign(value=runs[reading.run_column] * reading.factor)


def from_figures(edge: float | None = None) -> Evidence:
    """What Figures 3 to 5 show, without pairs: which runs shared data is not known.

    Their label function is not known either; `edge` is that of a plateau in another universe.

    Figure 5's histograms give each of 200 runs to its bin, and Figure 4's last point the mean. Figure
    3 shows means alone: its samples are the widest that have such a mean and end between zero and the
    curve's beginning (every run at one of the two; Bhatia and Davis 2000).
    """
    samples = {}
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
            widest(losses[-1], losses[0], N_PUBLISHED)
        )
    return Evidence(samples, paired=False, absent="the paper shows no runs of it", edge=edge)
