"""The search of a method's hyper-parameters, trial by trial, and what it chose.

A trial that is done is a file, so that a search which was interrupted goes on with the next one.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmoe_repro.census.encode import load
from mmoe_repro.census.methods import Choice, Space, method
from mmoe_repro.census.plan import AGAIN
from mmoe_repro.census.train import FEW, selection, trial
from mmoe_repro.census.tuning import search
from mmoe_repro.compiled import one_thread
from mmoe_repro.files import read_table, sha256, write_parquet
from mmoe_repro.fingerprint import fingerprint
from mmoe_repro.training.trainer import Schedule

WIDTHS_TRIAL = 500  # the seed's number, apart from those of the search
WIDTHS_RATES = (0.001, 0.003, 0.01)


@dataclass(frozen=True)
class Budget:
    """What every trial of every method gets: steps, how often it is looked at, rows a step."""

    steps: int
    evaluate_every: int
    batch_size: int

    def schedule(self, validation_rows: int) -> Schedule:
        """As the trainer takes it."""
        return Schedule(self.steps, self.evaluate_every, validation_rows, FEW)


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
    code, data_sum = fingerprint("mmoe_repro.census.train"), sha256(data)
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
        rows = trial(
            chosen, choice, further * AGAIN + number, [rate], on, budget.schedule(len(on.validation)),
            budget.batch_size, study_seed,
        )  # fmt: skip
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


def widths(
    group: str,
    units: Sequence[int],
    data: Path,
    budget: Budget,
    study_seed: int,
    tell: Callable[[int, float], None] = lambda units, auc: None,
) -> pd.DataFrame:
    """Shared-Bottom trained at several widths, each at every one of `WIDTHS_RATES`."""
    one_thread()
    on = selection(load(data), group, study_seed, split=0)
    code = fingerprint("mmoe_repro.census.train")
    rows = []
    for width in units:
        # One number for all: the same order of rows at every width.
        found = trial(
            method("shared_bottom"), {"hidden_units": float(width)}, WIDTHS_TRIAL,
            WIDTHS_RATES, on, budget.schedule(len(on.validation)), budget.batch_size,
            study_seed,
        )  # fmt: skip
        rows.append(found.assign(group=group, width=width, code_fingerprint=code))
        tell(width, float(found["main_auc"].max()))
    return pd.concat(rows, ignore_index=True)
