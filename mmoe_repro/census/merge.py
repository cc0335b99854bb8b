"""Repeats made anew and published ones, together; where both have a run, they must agree."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mmoe_repro import records
from mmoe_repro.census.schema import SCHEMAS
from mmoe_repro.census.summary import SETTINGS
from mmoe_repro.statistics.agreement import near

KEYS = ["group", "method", "seed", "split"]
AUCS = [f"{side}_{task}_auc" for side in ("validation", "test") for task in ("main", "auxiliary")]


class Disagreement(ValueError):
    """A run made anew that is not the published one; the text names it."""


def merge(fresh: pd.DataFrame, published: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, Any]]:
    """All runs, those made anew in the place of their published ones, and how the two compare.

    The column `source` says anew or published. Raises Disagreement if a run is there twice, if the
    two have other settings, if a run differs by more than the published runs of its condition do
    (`statistics/agreement.py`), or if one has diverged and the other has not: then the published runs
    are of another study, and cannot stand beside these.
    """
    for frame, called in ((fresh, "made anew"), (published, "published")):
        twice = frame[frame.duplicated(KEYS)].to_dict("records")
        if twice:
            names = ", ".join(f"{key} {twice[0][key]}" for key in KEYS)
            raise Disagreement(f"runs {called}: {names} is there twice")
    way_out = "set census.published to false to use the new ones alone"
    settings = [
        frame[["group", "method", *SETTINGS]].drop_duplicates() for frame in (fresh, published)
    ]
    of_both = settings[0].merge(settings[1], on=["group", "method"], suffixes=("", "_published"))
    for column in SETTINGS:
        for row in of_both[of_both[column] != of_both[f"{column}_published"]].to_dict("records"):
            raise Disagreement(
                f"{row['method']}, {row['group']}: {column} is {row[column]}, in the published records "
                f"{row[f'{column}_published']}; {way_out}"
            )
    sds = published.groupby(["group", "method", "split"])[AUCS].std().fillna(0.0).reset_index()
    both = fresh.merge(published, on=KEYS, suffixes=("", "_published"))
    both = both.merge(sds, on=["group", "method", "split"], suffixes=("", "_sd"), how="left")
    largest = 0.0
    for column in AUCS if len(both) else []:
        theirs = both[f"{column}_published"]
        apart = (both[column] - theirs).abs().where(both[column].notna() | theirs.notna(), 0.0)
        far = ~near(apart, both[f"{column}_sd"])  # also where one is NaN
        for row in both[far].to_dict("records"):
            raise Disagreement(
                f"{row['method']}, {row['group']}, seed {row['seed']}, split {row['split']}: "
                f"{column} is {row[column]:.4f}, published {row[f'{column}_published']:.4f}; {way_out}"
            )
        largest = max(largest, float(apart.max()))
    key = pd.MultiIndex.from_frame(fresh[KEYS])
    rest = published[~pd.MultiIndex.from_frame(published[KEYS]).isin(key)]
    whole = pd.concat([fresh.assign(source="anew"), rest.assign(source="published")])
    new, old = (both[[f"{c}{end}" for c in AUCS]].to_numpy(float) for end in ("", "_published"))
    equal = (new == old) | (np.isnan(new) & np.isnan(old))  # both may have diverged
    about = {
        "runs_anew": int(fresh.groupby(["group", "method"])["seed"].nunique().min()),
        "compared": len(both),
        "equal": int(equal.all(axis=1).sum()),
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


def merge_files(
    runs: Path, gates: Path, published: Path | None
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any]]:
    """All runs, all mean gates, and how runs compare, from files made anew and a published folder.

    Raises BadRecordFile, Disagreement.
    """
    fresh, fresh_gates = _read(runs, "runs"), _read(gates, "gates")
    theirs, their_gates = fresh.iloc[:0], fresh_gates.iloc[:0]
    if published:
        theirs = _read(published / "runs.parquet", "runs")
        their_gates = _read(published / "gates.parquet", "gates")
    whole, about = merge(fresh, theirs)
    return whole, merge_gates(fresh_gates, their_gates), about


def _read(path: Path, kind: str) -> pd.DataFrame:
    return records.read(path, SCHEMAS[kind])


def gather(blocks: Sequence[Path], kind: str) -> pd.DataFrame:
    """Block files of a kind of `SCHEMAS` as one frame, in the order of what tells their rows apart.

    Raises BadRecordFile for a foreign one, for a row that is there twice, and for several codes.
    """
    return records.gather(blocks, SCHEMAS[kind])
