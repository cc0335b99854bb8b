"""Final losses over learning rate and the scale of the initial weights."""

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
import pandas as pd

from mmoe_repro.synthetic.universe import Universe
from mmoe_repro.trainability.plan import MAP_CORRELATION, MODELS, RATES, SCALES
from mmoe_repro.trainability.runs import train_runs


def cells() -> Iterator[tuple[str, float, float]]:
    """Model, learning rate and scale of every cell."""
    yield from product(MODELS, RATES, SCALES)


def train_cell(
    universe: Universe, model: str, rate: float, scale: float, seeds: Sequence[int], study_seed: int
) -> pd.DataFrame:
    """A row a run: model, learning_rate, scale, seed, final_loss (held out; null: it diverged)."""
    found = train_runs(universe, model, MAP_CORRELATION, rate, seeds, seeds, study_seed, scale)
    return pd.DataFrame(
        {
            "model": model, "learning_rate": rate, "scale": scale, "seed": np.array(seeds),
            "final_loss": found.final,
        }
    )  # fmt: skip


def summary(runs: pd.DataFrame, constant: float, edge: float) -> pd.DataFrame:
    """A row a cell: mean and sd of final losses over the constant prediction's, and the share of runs
    that stay above the plateau's edge; a diverged run counts as stuck and in no mean."""
    rows = []
    for key, of in runs.groupby(["model", "learning_rate", "scale"], sort=True):
        losses = of["final_loss"].to_numpy(dtype=float)
        known = losses[np.isfinite(losses)]
        rows.append(
            {
                **dict(zip(("model", "learning_rate", "scale"), key, strict=True)),
                "mean": float(known.mean() / constant) if known.size else np.nan,
                "sd": float(known.std(ddof=1) / constant) if known.size > 1 else np.nan,
                "stuck": float(np.mean(~(losses <= edge))),
                "diverged": float(np.mean(~np.isfinite(losses))),
            }
        )
    return pd.DataFrame(rows)


def best(found: pd.DataFrame, rates: Sequence[float], scales: Sequence[float]) -> pd.DataFrame:
    """Of each model the row of `summary` with the lowest mean, among these rates and scales."""
    among = found[found["learning_rate"].isin(rates) & found["scale"].isin(scales)]
    order = among.sort_values(["mean", "learning_rate", "scale"], kind="stable")
    return order.groupby("model", sort=False).head(1).reset_index(drop=True)
