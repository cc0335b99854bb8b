"""Tables 1 and 2, and what the spread of AUCs is made of, from the records of repeats."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mmoe_repro.census.columns import GROUPS
from mmoe_repro.census.plan import TABLE_OF_GROUP
from mmoe_repro.files import read_table
from mmoe_repro.paper.published import published
from mmoe_repro.seeds import numpy_stream
from mmoe_repro.statistics.intervals import bootstrap_interval

# Of a run's record: with others it is of another study
SETTINGS = ["choice", "batch_size", "study_seed", "steps", "learning_rate", "n_parameters"]
TASKS = ("main", "auxiliary")


def read(paths: Sequence[Path]) -> pd.DataFrame:
    """The records of methods and baselines as one frame."""
    frames = [read_table(path, "group", "method", "seed", "split") for path in paths]
    return pd.concat(frames, ignore_index=True)


def tables(runs: pd.DataFrame, study_seed: int, confidence: float) -> pd.DataFrame:
    """Tables 1 and 2: `table` of each group, with the group beside."""
    groups = [group for group in GROUPS if group in set(runs["group"])]
    of_groups = [table(runs, g, study_seed, confidence).assign(group=g) for g in groups]
    return pd.concat(of_groups, ignore_index=True)


def table(runs: pd.DataFrame, group: str, study_seed: int, confidence: float) -> pd.DataFrame:
    """One row a method, in the paper's columns, on the test half of split 0.

    - `{task}_mean`, `_low`, `_high`, `_sd`: over runs, with a BCa interval of the mean;
    - `main_best`, `auxiliary_with_best`: of the run with the best main AUC on the test half, as the
      paper defines it; `main_honest`, `auxiliary_honest`: of the run that is best on validation;
    - `published_...`: the paper's four numbers.

    A diverged run is left out of means and counted in `diverged`.
    """
    paper = published(TABLE_OF_GROUP[group]).set_index("model")
    rows = []
    of_group = runs[(runs["group"] == group) & (runs["split"] == 0)]
    for method, of_method in of_group.groupby("method", sort=False):
        finite = of_method.dropna(subset=["test_main_auc"])
        row: dict[str, Any] = {
            "method": method,
            "runs": len(of_method),
            "diverged": len(of_method) - len(finite),
        }
        if finite.empty:
            rows.append(row)
            continue
        for task in TASKS:
            values = finite[f"test_{task}_auc"].to_numpy()
            row[f"{task}_mean"] = float(values.mean())
            row[f"{task}_sd"] = float(values.std(ddof=1)) if values.size > 1 else np.nan
            low, high = np.nan, np.nan
            if values.size > 1:
                random = numpy_stream(study_seed, "census interval", group, str(method), task)
                low, high = bootstrap_interval(values, np.mean, random, confidence)
            row[f"{task}_mean_low"], row[f"{task}_mean_high"] = low, high
        on_test = finite.iloc[int(finite["test_main_auc"].to_numpy().argmax())]
        on_validation = finite.iloc[int(finite["validation_main_auc"].to_numpy().argmax())]
        row["main_best"] = float(on_test["test_main_auc"])
        row["auxiliary_with_best"] = float(on_test["test_auxiliary_auc"])
        row["main_honest"] = float(on_validation["test_main_auc"])
        row["auxiliary_honest"] = float(on_validation["test_auxiliary_auc"])
        if method in paper.index:
            theirs = paper.loc[str(method)].to_dict()
            row["published_main_best"] = float(theirs["main_auc_best"])
            row["published_main_mean"] = float(theirs["main_auc_mean"])
            row["published_auxiliary_with_best"] = float(theirs["auxiliary_auc_with_best_main"])
            row["published_auxiliary_mean"] = float(theirs["auxiliary_auc_mean"])
        rows.append(row)
    return pd.DataFrame(rows)


def spread(runs: pd.DataFrame) -> pd.DataFrame:
    """What the spread of the test AUC is made of: a row a group, method and task.

    An AUC is a mean, what its run adds (initialisation and order), what its split adds (which rows are
    in the test half), and a rest: `over_runs`, `over_splits` and `rest` are their sds, by the moments
    of the two-way layout (Searle, Casella and McCulloch 1992, section 4.3), 0 where negative.
    """
    rows = []
    for (group, method), of_method in runs.groupby(["group", "method"], sort=False):
        for task in TASKS:
            wide = of_method.pivot(index="seed", columns="split", values=f"test_{task}_auc")
            values = wide.dropna().to_numpy()
            if values.shape[0] < 2 or values.shape[1] < 2:
                continue
            n_runs, n_splits = values.shape
            by_run, by_split = values.mean(axis=1), values.mean(axis=0)
            left = values - by_run[:, None] - by_split[None] + values.mean()
            rest = float((left**2).sum() / ((n_runs - 1) * (n_splits - 1)))
            of_runs = by_run.var(ddof=1) - rest / n_splits
            of_splits = by_split.var(ddof=1) - rest / n_runs
            rows.append(
                {
                    "group": group,
                    "method": method,
                    "task": task,
                    "over_runs": float(max(of_runs, 0) ** 0.5),
                    "over_splits": float(max(of_splits, 0) ** 0.5),
                    "rest": rest**0.5,
                    "range_of_split_means": float(np.ptp(by_split)),
                }
            )
    return pd.DataFrame(rows)


def over_splits(runs: pd.DataFrame) -> pd.DataFrame:
    """Mean test AUCs on each split, and the method's rank of the main task there (1 is best).

    Columns: group, method, split, main_mean, auxiliary_mean, main_rank. The choices were made on the
    validation half of split 0; in other splits some of those rows are in the test half.
    """
    rows = []
    for (group, split), of_split in runs.groupby(["group", "split"], sort=True):
        means = of_split.groupby("method", sort=False)[
            ["test_main_auc", "test_auxiliary_auc"]
        ].mean()
        ranks = means["test_main_auc"].rank(ascending=False, method="min").astype(int)
        for method, of_method in means.iterrows():
            rows.append(
                {
                    "group": group,
                    "method": method,
                    "split": split,
                    "main_mean": float(of_method["test_main_auc"]),
                    "auxiliary_mean": float(of_method["test_auxiliary_auc"]),
                    "main_rank": int(ranks.loc[str(method)]),
                }
            )
    return pd.DataFrame(rows)


def differences(by_split: pd.DataFrame, to: str = "shared_bottom") -> pd.DataFrame:
    """How much the test half moves a difference of two methods: a row a group, method and task.

    `by_split` is as `over_splits` gives it. `over_splits` is the sd, from split to split, of a method's
    mean AUC less that of the method `to`. `sampling` is what that would be over fresh test rows, as many
    as a half: splits are halves of the same rows, drawn without replacement, and vary half as much
    (Cochran 1977, section 2.6; AUCs are means but for small terms). NaN of a single split.
    """
    rows = []
    for group, of_group in by_split.groupby("group", sort=False):
        for task in TASKS:
            wide = of_group.pivot(index="split", columns="method", values=f"{task}_mean")
            for method in wide.columns.drop(to) if to in wide else ():
                sd = float((wide[method] - wide[to]).std(ddof=1))
                row = {"group": group, "method": method, "task": task}
                rows.append({**row, "over_splits": sd, "sampling": 2**0.5 * sd})
    return pd.DataFrame(rows, columns=["group", "method", "task", "over_splits", "sampling"])


def kept(runs: pd.DataFrame) -> list[tuple[str, dict[str, float]]]:
    """Group by group: means and sds of the runs that had education as an input."""
    runs = runs[runs["split"] == 0]
    found = []
    for group in [g for g in GROUPS if g in set(runs["group"])]:
        of = runs[runs["group"] == group]
        row: dict[str, float] = {"runs": len(of)}
        for task in ("main", "auxiliary"):
            row[f"{task}_mean"] = float(of[f"test_{task}_auc"].mean())
            row[f"{task}_sd"] = float(of[f"test_{task}_auc"].std())
        found.append((group, row))
    return found
