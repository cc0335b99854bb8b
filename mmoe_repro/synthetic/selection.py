"""The learning rate of a condition, chosen on runs that are not reported."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mmoe_repro.files import BadFile, read_json, read_table


def choose_learning_rate(runs: pd.DataFrame, column: str) -> dict[str, Any]:
    """The learning rate with the lowest mean of `column` over the selection runs.

    The paper searches 0.0001, 0.001, 0.01 and does not say by which rule (section 5.1). `runs` are
    records of one model and task correlation. A learning rate with a diverged run loses to one
    without. Raises ValueError if the runs are of more than one condition.
    """
    conditions = runs[["model", "task_correlation"]].drop_duplicates()
    if len(conditions) != 1:
        raise ValueError(f"runs of {len(conditions)} conditions: expected one model, correlation")
    means = runs.assign(value=runs[column].fillna(np.inf)).groupby("learning_rate")["value"].mean()
    rates = [float(str(rate)) for rate in means.index]
    return {
        "model": conditions["model"].iloc[0],
        "task_correlation": float(conditions["task_correlation"].iloc[0]),
        "learning_rate": min(rates, key=lambda rate: means[rate]),
        "by": column,
        "mean_of_each": {f"{rate:g}": float(means[rate]) for rate in rates},
        "runs_of_each": int(runs.groupby("learning_rate").size().min()),
    }


def read_learning_rate(path: Path) -> float:
    """The learning rate in a file of `choose_learning_rate`'s. Raises BadFile."""
    rate = read_json(path, "learning_rate")["learning_rate"]
    if not isinstance(rate, int | float) or not 0 < rate < np.inf:
        raise BadFile(f"{path}: learning_rate is {rate!r}; allowed are numbers above 0")
    return float(rate)


def read_choices(synthetic: Path) -> list[dict[str, Any]]:
    """What was chosen for each condition of a study's selection runs, by model and correlation.

    A file of another study in the same folder, with other models or correlations, is not read. Raises
    BadFile.
    """
    runs = read_table(synthetic / "selection_runs.parquet", "model", "task_correlation")
    of_study = set(runs[["model", "task_correlation"]].itertuples(index=False, name=None))
    found = [
        read_json(path, "model", "task_correlation", "learning_rate", "mean_of_each")
        for path in sorted((synthetic / "learning_rates").glob("*/*.json"))
    ]
    return [c for c in found if (c["model"], c["task_correlation"]) in of_study]
