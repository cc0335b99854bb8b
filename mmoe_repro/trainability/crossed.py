"""Is it the data or the start? Every data set trained from every start, and the variance of each."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmoe_repro.seeds import numpy_stream
from mmoe_repro.synthetic.universe import Universe
from mmoe_repro.trainability.plan import MAP_CORRELATION
from mmoe_repro.trainability.runs import Beginning, train_runs

PARTS = ("data", "start", "both")  # both: their interaction, and rounding
RESAMPLES = 2_000


def train_data(
    universe: Universe,
    rates: Mapping[str, float],
    data: int,
    starts: Sequence[int],
    study_seed: int,
) -> pd.DataFrame:
    """One data set, each model of `rates` (its learning rate) from every start: a row a run of model,
    learning_rate, data, start, final_loss (held out)."""
    of = [Beginning(model, rate, start=start) for model, rate in rates.items() for start in starts]
    found = train_runs(universe, MAP_CORRELATION, of, [data], study_seed)
    return pd.DataFrame(
        {
            "model": [one.model for one in of], "learning_rate": [one.rate for one in of],
            "data": data, "start": [one.start for one in of],
            "final_loss": [float(run.final[0]) for run in found],
        }
    )  # fmt: skip


def components(losses: NDArray[np.float64]) -> dict[str, float]:
    """Variance components of a crossed table (data, start) by its mean squares (a random effects model
    of two ways with one run a cell; Searle et al. 1992, chapter 4), not below 0."""
    rows, columns = losses.shape
    of_rows, of_columns, mean = losses.mean(axis=1), losses.mean(axis=0), losses.mean()
    rest = losses - of_rows[:, None] - of_columns[None, :] + mean
    ms_rest = float(np.sum(rest**2) / ((rows - 1) * (columns - 1)))
    ms_rows = float(columns * np.sum((of_rows - mean) ** 2) / (rows - 1))
    ms_columns = float(rows * np.sum((of_columns - mean) ** 2) / (columns - 1))
    return {
        "data": max(0.0, (ms_rows - ms_rest) / columns),
        "start": max(0.0, (ms_columns - ms_rest) / rows),
        "both": ms_rest,
    }


def decomposition(runs: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """A row a model and part: its share of the variance of final losses, with the percentile interval
    over resampled data sets and starts (pigeonhole bootstrap; Owen 2007), and the sd of all runs.

    A diverged run counts as the worst of its model.
    """
    rows = []
    generator = numpy_stream(0, "trainability crossed")
    for model, of in runs.groupby("model", sort=True):
        wide = of.pivot(index="data", columns="start", values="final_loss").to_numpy(dtype=float)
        wide = np.where(np.isfinite(wide), wide, np.nanmax(wide))
        drawn = []
        for _ in range(RESAMPLES):
            i = generator.integers(wide.shape[0], size=wide.shape[0])
            j = generator.integers(wide.shape[1], size=wide.shape[1])
            drawn.append(_shares(components(wide[np.ix_(i, j)])))
        of_model, resampled = _shares(components(wide)), pd.DataFrame(drawn)
        tail = (1 - confidence) / 2
        for part in PARTS:
            low, high = resampled[part].quantile([tail, 1 - tail])
            rows.append(
                {
                    "model": model, "part": part, "share": of_model[part], "low": low, "high": high,
                    "sd": float(wide.std(ddof=1)), "runs": wide.size,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def _shares(of: dict[str, float]) -> dict[str, float]:
    total = sum(of.values())
    return {part: value / total if total else float("nan") for part, value in of.items()}
