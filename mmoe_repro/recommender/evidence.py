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
from mmoe_repro.claims.evidence import Evidence, MissingRuns, Sample, by_seed, with_diverged
from mmoe_repro.config import Config
from mmoe_repro.files import read_table, sha256
from mmoe_repro.recommender.names import MEASURES, METHODS, REFERENCE, TASKS
from mmoe_repro.recommender.plan import words
from mmoe_repro.recommender.summary import largest
from mmoe_repro.report.folders import Folders

__all__ = ["TITLES", "about", "evidence", "published"]

LOOKS = 3
MORE_IS_WORSE = ("mmoe@largest-engagement", "half@gate")  # for what the paper states; else less is
WORDS = {"auc": "AUC", "r2": "R^2"}
TITLES = (
    METHODS
    | {"half": "half", "@gate": "of a gate"}
    | {f"@{m}-{n}": f"in {WORDS[m]} at look {n}" for m in MEASURES for n in range(1, LOOKS + 1)}
    | {f"@largest-{task}": f"by {task}'s largest gate" for task in TASKS}
)


def of_runs(
    runs: pd.DataFrame,
    gates: pd.DataFrame,
    methods: Sequence[str],
    seeds: Sequence[int],
    drop_diverged: bool = False,
) -> dict[str, Sample]:
    """Samples by condition, from the rows of one variant. Raises MissingRuns."""
    values = {}
    looks = sorted(runs["step"].unique())
    of_task = runs[(runs["task"] == TASKS[0]) & runs["seed"].isin(seeds)]
    for method in methods:
        for n, step in enumerate(looks, start=1):
            at = of_task[(of_task["method"] == method) & (of_task["step"] == step)]
            for measure in MEASURES:
                called = f"{method}@{measure}-{n}"
                values[called] = by_seed(at, measure, seeds, called)
    if "mmoe" in methods:
        at = of_task[(of_task["method"] == "mmoe") & (of_task["step"] == looks[-1])]
        for task in TASKS:
            called = f"mmoe@largest-{task}"
            values[called] = by_seed(_largest(gates, at, task), "weight", seeds, called)
        values["half@gate"] = np.full(len(seeds), 0.5)
    worse = {name: v if name in MORE_IS_WORSE else -v for name, v in values.items()}
    found = with_diverged(worse, drop_diverged)
    return {
        name: of if name in MORE_IS_WORSE else Sample.known(-of.low) for name, of in found.items()
    }


def _largest(gates: pd.DataFrame, at: pd.DataFrame, task: str) -> pd.DataFrame:
    """Columns seed and weight, MMoE's largest mean gate of a task, of the runs `at` the last look.

    A diverged run has none (NaN), whatever its gates once were. As its AUC does, it counts as the worst
    of the others, the one that speaks most against the paper's statement: what no longer predicts
    anything neither concentrates nor spreads where it should.
    """
    last = gates[(gates["method"] == "mmoe") & (gates["step"] == at["step"].max())]
    found = largest(last, task)
    gone = at.loc[at["auc"].isna(), "seed"]
    there = found[found["seed"].isin(set(at["seed"]) - set(gone))]
    return pd.concat([there, pd.DataFrame({"seed": gone, "weight": np.nan})], ignore_index=True)


def published(config: Config, folders: Folders) -> Evidence:
    """What the paper shows: single runs, which say nothing of what another run would have given."""
    return Evidence({}, paired=False, absent="the paper shows one run of it, without a spread")


def evidence(choice: str, config: Config, folders: Folders) -> Evidence:
    """What our runs show under a choice of ours. Raises MissingRuns."""
    of = config["recommender"]
    variant = choice if choice in (of["variants"] or {}) else REFERENCE
    folder = folders["recommender"]
    runs = read_table(folder / "runs.parquet", "variant", "method", "seed", "step", "task")
    gates = read_table(
        folder / "gates.parquet", "variant", "method", "seed", "step", "task", "weight"
    )
    runs, gates = (frame[frame["variant"] == variant] for frame in (runs, gates))
    seeds = list(range(of["seeds"] if variant == REFERENCE else of["variant_seeds"]))
    if runs.empty:
        raise MissingRuns(f"records of {words(variant)}: there are none")
    half = len(seeds) // 2
    if choice == shared.FIRST_HALF:
        seeds = seeds[:half]
    elif choice == shared.SECOND_HALF:
        seeds = seeds[half:]
    drop = choice == shared.DIVERGED_LEFT_OUT
    return Evidence(of_runs(runs, gates, of["methods"], seeds, drop), paired=True)


def about(config: Config, folders: Folders) -> dict[str, Any]:
    """What the verdicts' document says of the runs: their checksum, by their path from the results."""
    path = folders["recommender"] / "runs.parquet"
    return {"records": {relpath(path, folders.results): sha256(path)}}
