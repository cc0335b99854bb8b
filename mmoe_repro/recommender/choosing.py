"""Who of a search's trials goes on to further worlds, and who is chosen, from their records alone.

Records have a row a trial and world, as `tuning.row` makes them. Worlds are numbered from 0, the first,
in which all trials are.
"""

from typing import Any

import pandas as pd

CHOSEN = ("learning_rate", "table_factor", "penalty")


def finalists(tried: pd.DataFrame, n: int) -> list[int]:
    """The `n` trials of the lowest loss in the first world, in that order; fewer if others diverged."""
    first = tried[(tried["world"] == 0) & tried["loss"].notna()]
    ordered = first.astype({"loss": float}).sort_values(["loss", "trial"])
    return [int(trial) for trial in ordered["trial"].head(n)]


def in_worlds(tried: pd.DataFrame) -> pd.DataFrame:
    """Losses of one method's finalists (trial, world): those that were trained in every world and
    diverged in none."""
    wide = tried.pivot(index="trial", columns="world", values="loss").astype(float)
    return wide.dropna()


def best(tried: pd.DataFrame) -> dict[str, Any]:
    """The finalist of the lowest mean loss over the worlds, of one method's rows.

    Raises ValueError if every one diverged, in some world.
    """
    losses = in_worlds(tried)
    if losses.empty:
        raise ValueError("every trial diverged, in some world: take lower learning rates")
    mean = losses.mean(axis=1)
    trial = mean.idxmin()  # of equal ones the first
    of = tried[tried["trial"] == trial].to_dict("records")[0]
    values = {name: float(of[name]) for name in CHOSEN}
    return {"method": of["method"], "trial": int(of["trial"]), "worlds": losses.shape[1],
            "held_out_loss": float(mean.min()), **values}  # fmt: skip
