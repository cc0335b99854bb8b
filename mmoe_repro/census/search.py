"""The search of a method's hyper-parameters, trial by trial, and what it chose.

A trial that is done is a file, so that a search which was interrupted goes on with the next one.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmoe_repro.census.encode import load
from mmoe_repro.census.methods import Choice, Space, method
from mmoe_repro.census.plan import AGAIN
from mmoe_repro.census.train import selection
from mmoe_repro.census.trial import Budget, trial
from mmoe_repro.census.tuning import search
from mmoe_repro.compiled import one_thread
from mmoe_repro.files import read_table, sha256, write_parquet
from mmoe_repro.fingerprint import fingerprint


def tune(
    name: str,
    group: str,
    data: Path,
    space: Space,
    budget: Budget,
    n_trials: int,
    study_seed: int,
    keep: Path,
    tell: Callable[[int, Choice, float, float], None] = lambda number, choice, rate, auc: None,
    further: int = 0,
) -> pd.DataFrame:
    """All trials of a method on a group: a row a trial and evaluated step.

    A `further` search, from 1 on, has random streams of its own.

    `data` is the encoded data's file. Finished trials are kept beside `keep`, a path without an
    ending, until `forget` removes them; those of other data, settings or code are not taken up. `tell`
    hears of each new one: its number, choice, learning rate and best main-task AUC.
    """
    one_thread()
    chosen = method(name)
    on = selection(load(data), group, study_seed, split=0)
    code, data_sum = fingerprint("mmoe_repro.census.trial"), sha256(data)
    rates = space.rate()
    done: list[pd.DataFrame] = []

    def value(number: int, point: NDArray[np.float64]) -> float:
        choice, rate = chosen.choice(point[:-1], space), rates.at(float(point[-1]))
        training = repr((further, choice, rate, budget, study_seed, data_sum, code))
        key = hashlib.sha256(training.encode()).hexdigest()[:12]
        path = keep.with_name(f"{keep.name}.{number}-{key}.trial.parquet")
        if path.exists():
            done.append(read_table(path, "main_auc"))
            return float(done[-1]["main_auc"].max())
        rows = trial(chosen, choice, rate, further * AGAIN + number, on, budget, study_seed)
        rows.insert(0, "group", group)
        rows["code_fingerprint"] = code
        write_parquet(rows, path)
        done.append(rows)
        tell(number, choice, rate, float(rows["main_auc"].max()))
        return float(rows["main_auc"].max())

    names = (chosen.name, group, *([str(further)] if further else []))
    search(len(chosen.searched) + 1, n_trials, value, study_seed, *names)
    return pd.concat(done, ignore_index=True)


def forget(keep: Path) -> None:
    """Remove the files of single trials, once all are in one."""
    for path in keep.parent.glob(f"{keep.name}.*.trial.parquet"):
        path.unlink()


def best(trials: pd.DataFrame) -> dict[str, object]:
    """The row with the best main-task AUC on validation: the choice, its learning rate and steps.

    With them the study seed, whose split it was chosen on. Raises ValueError if every trial diverged.
    """
    if trials["main_auc"].isna().all():
        raise ValueError(f"{trials['method'].iloc[0]}: every training of the search diverged")
    row = trials.iloc[int(np.nanargmax(trials["main_auc"].to_numpy()))]
    return {
        "method": row["method"],
        "choice": json.loads(row["choice"]),
        "learning_rate": float(row["learning_rate"]),
        "steps": int(row["step"]),
        "batch_size": int(row["batch_size"]),
        "study_seed": int(row["study_seed"]),
        "validation_main_auc": float(row["main_auc"]),
        "trials": int(trials["trial"].nunique()),
        "trainings": int(trials.groupby(["trial", "learning_rate"]).ngroups),
    }
