"""Offline measures, gates and the live experiment by condition, under any choice of ours.

A condition is written method@measure-look: mmoe@auc-3 is the AUC of engagement at the third look. Of
MMoE's gates, mmoe@largest-TASK is the largest mean weight of an expert in a task's gate; half@gate is
half of a gate's weight. mmoe@live-engaged is how many engagements a method's ranking is expected to
have, in per cent of Shared-Bottom's on the same requests. mmoe@both-VARIANT is the mean AUC of the two
tasks at the last look on a variant of the traffic, whatever variant the rest is of.
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
WEIGHT = 0.5  # of satisfaction in the score of the live experiment that is judged: both tasks alike
LIVE = {"engaged": "in live engagement", "satisfied": "in live satisfaction"}
RELATED = ("identical", "unrelated", "opposed")  # variants that differ in how related the tasks are
MORE_IS_WORSE = ("mmoe@largest-engagement", "half@gate")  # for what the paper states; else less is
WORDS = {"auc": "AUC", "r2": "R^2"}
TITLES = (
    METHODS
    | {"half": "half", "@gate": "of a gate"}
    | {f"@{m}-{n}": f"in {WORDS[m]} at look {n}" for m in MEASURES for n in range(1, LOOKS + 1)}
    | {f"@largest-{task}": f"by {task}'s largest gate" for task in TASKS}
    | {f"@live-{what}": said for what, said in LIVE.items()}
    | {f"@both-{variant}": f"in both tasks' AUC, {words(variant)}" for variant in RELATED}
)


def of_runs(
    runs: pd.DataFrame,
    gates: pd.DataFrame,
    live: pd.DataFrame,
    methods: Sequence[str],
    seeds: Sequence[int],
    drop_diverged: bool = False,
) -> dict[str, Sample]:
    """Samples by condition but for `related`'s, from the rows of one variant. Raises MissingRuns."""
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
    at = of_task[of_task["step"] == looks[-1]]
    values |= _answered(live, at, methods, seeds)
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
    return _with_gone(largest(last, task), at)


def _with_gone(found: pd.DataFrame, at: pd.DataFrame) -> pd.DataFrame:
    """The rows of `found`, a seed each, of runs that reached the last look `at`, and of those that
    diverged nothing (NaN)."""
    gone = at.loc[at["auc"].isna(), "seed"]
    there = found[found["seed"].isin(set(at["seed"]) - set(gone))]
    return pd.concat([there, pd.DataFrame({"seed": gone})], ignore_index=True)


def _answered(
    live: pd.DataFrame, at: pd.DataFrame, methods: Sequence[str], seeds: Sequence[int]
) -> dict[str, Any]:
    """Values of the live experiment by condition; none where it was not held at `WEIGHT`."""
    of_weight = live[live["weight"] == WEIGHT]
    found: dict[str, Any] = {}
    for what in LIVE if len(of_weight) else ():
        for method in methods:
            called = f"{method}@live-{what}"
            of = _with_gone(of_weight[of_weight["method"] == method], at[at["method"] == method])
            found[called] = by_seed(of, f"expected_{what}", seeds, called)
        base = found[f"shared_bottom@live-{what}"]
        found |= {f"{m}@live-{what}": 100 * found[f"{m}@live-{what}"] / base for m in methods}
    return found


def related(
    runs: pd.DataFrame, methods: Sequence[str], seeds: Sequence[int], drop_diverged: bool = False
) -> dict[str, Sample]:
    """Samples of the variants in `RELATED`, as far as there are any, from the rows of all variants.

    A seed has the same world in each but for how the tasks lie to each other. Raises MissingRuns.
    """
    found: dict[str, Sample] = {}
    for variant in [v for v in RELATED if v in set(runs["variant"])]:
        of_variant = runs[(runs["variant"] == variant) & runs["seed"].isin(seeds)]
        last = of_variant[of_variant["step"] == of_variant["step"].max()]
        values = {}
        for method in methods:
            called = f"{method}@both-{variant}"
            of = last[last["method"] == method].pivot(index="seed", columns="task", values="auc")
            both = of[list(TASKS)].mean(axis=1, skipna=False).rename("auc").reset_index()
            values[called] = -by_seed(both, "auc", seeds, called)
        of_methods = with_diverged(values, drop_diverged)
        found |= {name: Sample.known(-of.low) for name, of in of_methods.items()}
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
    gates = read_table(
        folder / "gates.parquet", "variant", "method", "seed", "step", "task", "weight"
    )
    answers = [f"expected_{what}" for what in LIVE]
    live = read_table(folder / "live.parquet", "variant", "method", "seed", "weight", *answers)
    every = runs
    runs, gates, live = (frame[frame["variant"] == variant] for frame in (runs, gates, live))
    seeds = list(range(of["seeds"] if variant == REFERENCE else of["variant_seeds"]))
    if runs.empty:
        raise MissingRuns(f"records of {words(variant)}: there are none")
    half = len(seeds) // 2
    if choice == shared.FIRST_HALF:
        seeds = seeds[:half]
    elif choice == shared.SECOND_HALF:
        seeds = seeds[half:]
    drop = choice == shared.DIVERGED_LEFT_OUT
    of_variants = [seed for seed in seeds if seed < of["variant_seeds"]]
    samples = of_runs(runs, gates, live, of["methods"], seeds, drop)
    if len(of_variants) > 1:
        samples |= related(every, of["methods"], of_variants, drop)
    return Evidence(samples, paired=True)


def about(config: Config, folders: Folders) -> dict[str, Any]:
    """What the verdicts' document says of the runs: their checksum, by their path from the results."""
    path = folders["recommender"] / "runs.parquet"
    return {"records": {relpath(path, folders.results): sha256(path)}}
