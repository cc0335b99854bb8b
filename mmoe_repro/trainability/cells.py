"""What the map of learning rate and start says: cell by cell, and where each model ends lowest."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from mmoe_repro.files import read_table
from mmoe_repro.multiverse.design import read_members
from mmoe_repro.trainability.plan import MODELS, PAPER_RATES, RATES, SCALES


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


def where_best(folder: Path) -> dict[str, pd.DataFrame]:
    """`best` of a universe's map in `folder`, among the paper's rates with the start as it is (`paper`)
    and on the whole map (`anywhere`); the models in order."""
    universe = read_members(folder / "member.parquet")[0].universe
    runs = read_table(folder / "map.parquet", "model", "learning_rate", "scale", "final_loss")
    found = summary(runs, universe.constant_loss(), universe.plateau_edge())
    both = {"paper": best(found, PAPER_RATES, [1.0]), "anywhere": best(found, RATES, SCALES)}
    return {key: of.set_index("model").loc[list(MODELS)].reset_index() for key, of in both.items()}
