"""AUCs by condition, from the repeats or from the paper's Tables 1 and 2, under any choice of ours.

A condition is written method@group for the main task, method@group-auxiliary for the other.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from mmoe_repro.census.luck import by_condition, by_place, of_study
from mmoe_repro.census.plan import (
    LUCK_LEFT_OUT,
    SPLIT,
    TABLE_OF_GROUP,
    TITLES,
    UNSEEN,
    searched_again,
)
from mmoe_repro.claims import choices as shared
from mmoe_repro.claims.evidence import Evidence, Sample, by_seed, widest, with_diverged
from mmoe_repro.config import Config
from mmoe_repro.files import read_table, sha256
from mmoe_repro.paper.published import published as published_values
from mmoe_repro.report.folders import Folders

__all__ = ["TITLES", "about", "evidence", "mean_alone", "published"]

RUNS = "census/all_runs.parquet"


def from_census(
    runs: pd.DataFrame,
    seeds: Sequence[int],
    split: int = 0,
    drop_diverged: bool = False,
    on: str = "test",
) -> dict[str, Sample]:
    """AUCs on the test half of one split by method@group, and method@group-auxiliary.

    `seeds` and `drop_diverged` are as in `by_seed` and `with_diverged`; `on` can be "unseen", the test
    half's rows that training lacks. Raises MissingRuns.
    """
    wide = {}
    of_split = runs[(runs["split"] == split) & runs["seed"].isin(seeds)]
    for (group, method), of_method in of_split.groupby(["group", "method"], sort=False):
        for task, name in (("main", group), ("auxiliary", f"{group}-auxiliary")):
            called = f"{method}@{name}"
            wide[called] = -by_seed(of_method, f"{on}_{task}_auc", seeds, called)  # less is worse
    found = with_diverged(wide, drop_diverged)
    return {name: Sample.known(-sample.low) for name, sample in found.items()}


N_CENSUS = 400


def from_tables() -> dict[str, Sample]:
    """What Tables 1 and 2 show: means of 400 runs, without spread.

    The samples are the widest with such a mean: between a coin's AUC, 0.5, and the best that the
    table has (main task) or 1 (auxiliary task, of which the best is not shown).
    """
    samples = {}
    for group, name in TABLE_OF_GROUP.items():
        for row in published_values(name).to_dict("records"):
            main = widest(row["main_auc_mean"], row["main_auc_best"], N_CENSUS, 0.5)
            auxiliary = widest(row["auxiliary_auc_mean"], 1.0, N_CENSUS, 0.5)
            samples[f"{row['model']}@{group}"] = Sample.known(main)
            samples[f"{row['model']}@{group}-auxiliary"] = Sample.known(auxiliary)
    return samples


def published(config: Config, folders: Folders) -> Evidence:
    """What the paper shows."""
    return Evidence(from_tables(), paired=False, absent="the paper shows no runs of it")


def mean_alone(condition: str) -> bool:
    """Whether the paper shows means of a condition and no spread: of all."""
    return True


def evidence(choice: str, config: Config, folders: Folders) -> Evidence:
    """What our runs show under a choice of ours. Raises MissingRuns."""
    runs = read_table(folders.results / RUNS, "group", "method", "seed", "split")
    found = of_choice(choice, runs, config["census"]["repeats"])
    if choice == LUCK_LEFT_OUT or not searched_again(config):
        return found
    return replace(found, luck=by_condition(by_place(of_study(folders)), list(found.samples)))


def of_choice(choice: str, runs: pd.DataFrame, seeds: int) -> Evidence:
    """The evidence of a choice, from records of the seeds 0 ... `seeds` - 1 (or more).

    Raises MissingRuns.
    """
    there = max(seeds, int(runs["seed"].max()) + 1)
    every = range(there)
    if choice.startswith(SPLIT):
        found = from_census(runs, every, split=int(choice.removeprefix(SPLIT)))
    elif choice == shared.FIRST_HALF:
        found = from_census(runs, every[: there // 2])
    elif choice == shared.SECOND_HALF:
        found = from_census(runs, every[there // 2 :])
    elif choice == UNSEEN:
        found = from_census(runs, every, on=UNSEEN)
    elif choice == shared.DIVERGED_LEFT_OUT:
        found = from_census(runs, every, drop_diverged=True)
    else:  # as they are: the reference, and choices of another smallest effect
        found = from_census(runs, every)
    return Evidence(found, paired=True)


def about(config: Config, folders: Folders) -> dict[str, Any]:
    """What the verdicts' document says of the runs: their checksum."""
    return {"records": {RUNS: sha256(folders.results / RUNS)}}
