"""Repeats made anew and published ones, together; where both have a run, they must agree."""

from typing import Any

import numpy as np
import pandas as pd

KEYS = ["group", "method", "seed", "split"]
AUCS = [f"{side}_{task}_auc" for side in ("validation", "test") for task in ("main", "auxiliary")]
TOLERANCE = 0.01  # of AUC: on another kind of processor a run ends a little elsewhere


class Disagreement(ValueError):
    """A run made anew that is not the published one; the text names it."""


def merge(fresh: pd.DataFrame, published: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, Any]]:
    """All runs, those made anew in the place of their published ones, and how the two compare.

    The column `source` says anew or published. Raises Disagreement if a run differs by more than
    `TOLERANCE` of AUC, or has another choice of steps, learning rate or size: then the published runs
    are of another study, and cannot stand beside these.
    """
    both = fresh.merge(published, on=KEYS, suffixes=("", "_published"))
    for column in ("steps", "learning_rate", "n_parameters"):
        differs = both[both[column] != both[f"{column}_published"]]
        if len(differs):
            row = differs.iloc[0]
            raise Disagreement(
                f"{row['method']}, {row['group']}, seed {row['seed']}: {column} is {row[column]}, in "
                f"the published records {row[f'{column}_published']}; set census.published to false"
            )
    apart = np.array([(both[c] - both[f"{c}_published"]).abs().max() for c in AUCS])
    largest = float(np.nanmax(apart)) if len(both) else 0.0
    if largest > TOLERANCE:
        raise Disagreement(
            f"runs made anew differ from the published ones by {largest:.4f} of AUC; set "
            "census.published to false to use the new ones alone"
        )
    key = pd.MultiIndex.from_frame(fresh[KEYS])
    rest = published[~pd.MultiIndex.from_frame(published[KEYS]).isin(key)]
    whole = pd.concat([fresh.assign(source="anew"), rest.assign(source="published")])
    about = {
        "runs_anew": int(fresh.groupby(["group", "method"])["seed"].nunique().min()),
        "compared": len(both),
        "equal": int(
            (both[AUCS].to_numpy() == both[[f"{c}_published" for c in AUCS]].to_numpy())
            .all(axis=1)
            .sum()
        ),
        "largest_difference": largest,
    }
    return whole.sort_values(KEYS, ignore_index=True), about


def merge_gates(fresh: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Mean gates of all runs: those made anew in the place of their published ones."""
    run = ["group", "method", "seed"]
    key = pd.MultiIndex.from_frame(fresh[run])
    rest = published[~pd.MultiIndex.from_frame(published[run]).isin(key)]
    whole = pd.concat([fresh, rest])
    return whole.sort_values([*run, "gate", "expert"], ignore_index=True)
