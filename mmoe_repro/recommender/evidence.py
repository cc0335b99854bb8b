"""Offline measures and gates by condition, under any choice of ours.

A condition is written method@measure-look: mmoe@auc-3 is the AUC of engagement at the third look. Of
MMoE's gates, mmoe@largest-TASK is the largest mean weight of an expert in a task's gate; half@gate is
half of a gate's weight.
"""

from collections.abc import Sequence
from os.path import relpath
from typing import Any

import numpy as np
import pandas as pd

from mmoe_repro.claims import choices as shared
from mmoe_repro.claims.evidence import Evidence, Sample, by_seed, with_diverged
from mmoe_repro.config import Config
from mmoe_repro.files import read_table, sha256
from mmoe_repro.recommender.names import MEASURES, METHODS, REFERENCE, TASKS
from mmoe_repro.recommender.summary import largest
from mmoe_repro.report.folders import Folders

__all__ = ["TITLES", "about", "evidence", "published"]

LOOKS = 3
WORDS = {"auc": "AUC", "r2": "R^2"}
TITLES = (
    METHODS
    | {"half": "half", "@gate": "of a gate"}
    | {f"@{m}-{n}": f"in {WORDS[m]} at look {n}" for m in MEASURES for n in range(1, LOOKS + 1)}
    | {f"@largest-{task}": f"by {task}'s largest gate" for task in TASKS}
)


def of_runs(
    runs: pd.DataFrame, gates: pd.DataFrame, seeds: Sequence[int], drop_diverged: bool = False
) -> dict[str, Sample]:
    """Samples by condition, from the rows of one variant. Raises MissingRuns."""
    wide = {}
    looks = sorted(runs["step"].unique())
    of_task = runs[(runs["task"] == TASKS[0]) & runs["seed"].isin(seeds)]
    for (method, step), some in of_task.groupby(["method", "step"], sort=False):
        for measure in MEASURES:
            called = f"{method}@{measure}-{looks.index(step) + 1}"
            wide[called] = -by_seed(some, measure, seeds, called)  # less is worse
    found = {k: Sample.known(-s.low) for k, s in with_diverged(wide, drop_diverged).items()}
    of_mmoe = gates[(gates["method"] == "mmoe") & gates["seed"].isin(seeds)]
    for task in TASKS:
        weights = largest(of_mmoe, task)
        found[f"mmoe@largest-{task}"] = Sample.known(weights)
        found["half@gate"] = Sample.known(np.full(len(weights), 0.5))
    return found


def published(config: Config, folders: Folders) -> Evidence:
    """What the paper shows: single runs, which say nothing of what another run would have given."""
    return Evidence({}, paired=False, absent="the paper shows one run of it, without a spread")


def evidence(choice: str, config: Config, folders: Folders) -> Evidence:
    """What our runs show under a choice of ours. Raises MissingRuns."""
    of = config["recommender"]
    variant = choice if choice in (of["variants"] or {}) else REFERENCE
    folder = folders["recommender"]
    runs = read_table(folder / "runs.parquet", "variant", "method", "seed", "step", "task")
    gates = read_table(folder / "gates.parquet", "variant", "method", "seed", "task", "weight")
    runs, gates = (frame[frame["variant"] == variant] for frame in (runs, gates))
    seeds = list(range(of["seeds"] if variant == REFERENCE else of["variant_seeds"]))
    half = len(seeds) // 2
    if choice == shared.FIRST_HALF:
        seeds = seeds[:half]
    elif choice == shared.SECOND_HALF:
        seeds = seeds[half:]
    drop = choice == shared.DIVERGED_LEFT_OUT
    return Evidence(of_runs(runs, gates, seeds, drop), paired=True)


def about(config: Config, folders: Folders) -> dict[str, Any]:
    """What the verdicts' document says of the runs: their checksum, by their path from the results."""
    path = folders["recommender"] / "runs.parquet"
    return {"records": {relpath(path, folders.results): sha256(path)}}
