"""The choice among the best of the search: trained again on other runs, and equal within its noise.

The rule is in `config/multiverse.yaml`, where it was written down before the search ran.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mmoe_repro.calibration.plan import taken
from mmoe_repro.calibration.search import FAMILIES, LEARNING_RATE, Trial, evaluate, trained_in
from mmoe_repro.files import read_table
from mmoe_repro.pools import side_by_side
from mmoe_repro.synthetic.space import Space, departures
from mmoe_repro.synthetic.universe import Universe

FIRST = 1_000  # calibration's seeds of the finals, apart from those of the search
SDS = 2  # of the noise of a misfit: within them two are equal
READING = ["loss", "error", "steps_a_unit"]


def best_of(trials: pd.DataFrame, n: int) -> list[Trial]:
    """The `n` trials with the lowest misfit that learn what they have not seen, best first."""
    learning = trials[trials["learns"]]
    order = learning.groupby("number")["misfit"].min().sort_values().index[:n]
    found = []
    for number in order:
        row = learning[learning["number"] == number].iloc[0]
        universe = Universe.from_dict(json.loads(row["universe"]))
        found.append(Trial(int(number), np.array(row["point"]), universe))
    return found


def finals(
    trials: list[Trial], seeds: int, study_seed: int, figure3: pd.DataFrame, cache: Path,
    processes: int,
) -> pd.DataFrame:  # fmt: skip
    """Both trainings of every finalist: rows of `evaluate`, with the column `training` 0 or 1."""
    with side_by_side(processes) as pool:
        frames = [
            evaluate(trials, FIRST + k * seeds, seeds, study_seed, figure3, cache, pool)
            for k in range(2)
        ]
    return pd.concat([frame.assign(training=k) for k, frame in enumerate(frames)])


def ranking(found: pd.DataFrame, space: Space) -> pd.DataFrame:
    """A row a finalist in its best reading, best first: misfit (mean of both), departures, equal.

    `equal`: within the noise of the best; `noise` is the pooled sd of one training's misfit.
    """
    by_reading = found.groupby(["number", *READING])["misfit"].agg(["mean", "min", "max"])
    best = by_reading.loc[by_reading.groupby("number")["mean"].idxmin()].reset_index()
    noise = float(np.sqrt((((best["max"] - best["min"]) ** 2) / 2).mean()))
    of_number = found.drop_duplicates("number").set_index("number")
    universes = best["number"].map(of_number["universe"])
    defaults = space.reference["defaults"]
    rows = best.rename(columns={"mean": "misfit"}).drop(columns=["min", "max"])
    rows["universe"] = universes
    rows["learns"] = [bool(found.loc[found["number"] == n, "learns"].all()) for n in rows["number"]]
    rows["departures"] = [
        departures(Universe.from_dict(json.loads(u)), defaults) for u in universes
    ]
    rows["noise"] = noise
    rows = rows[rows["learns"]].sort_values("misfit", ignore_index=True)
    rows["equal"] = rows["misfit"] <= rows["misfit"].iloc[0] + SDS * noise
    return rows


def chosen(rows: pd.DataFrame) -> dict[str, Any]:
    """The finalist that the rule takes, as data."""
    row = taken(rows).to_dict()
    return {
        "universe": json.loads(row["universe"]),
        "learning_rate": LEARNING_RATE,
        "reading": {key: row[key] for key in READING},
        "misfit": float(row["misfit"]),
        "noise": float(row["noise"]),
        "departures": int(row["departures"]),
        "equal": int(rows["equal"].sum()),
        "key": Universe.from_dict(json.loads(row["universe"])).key(),
    }


def curves(trials: list[Trial], seeds: int, cache: Path) -> pd.DataFrame:
    """Mean curves of the finalists over both trainings, as `figure3.train_candidate` gives them, with
    the trial's `number`."""
    frames = []
    for trial in trials:
        both = pd.concat(
            [
                read_table(trained_in(cache, trial, FIRST + k * seeds, seeds), "held_out")
                for k in range(2)
            ]
        )
        mean = both.groupby(["task_correlation", "step"])[["held_out", "training"]].mean()
        frames.append(mean.reset_index().assign(number=trial.number))
    return pd.concat(frames, ignore_index=True)


def with_companions(
    choices: Mapping[str, Mapping[str, Any]], memorising: Mapping[str, Any]
) -> dict[str, Any]:
    """The reference as calibration writes it: its family's choice, with the family's kind of label
    function, and under `companions` by name the other family's and the by-heart universe.

    Raises ValueError unless `choices` has both families.
    """
    if set(choices) != set(FAMILIES):
        raise ValueError(f"choices of {', '.join(choices)}: needed are {', '.join(FAMILIES)}")
    whole = {
        name: {**choice, "family": name, "label_function": FAMILIES[name]}
        for name, choice in choices.items()
    }
    first = reference(choices)
    others = {name: choice for name, choice in whole.items() if name != first}
    return {**whole[first], "companions": {**others, "memorising": dict(memorising)}}


def reference(choices: Mapping[str, Mapping[str, Any]]) -> str:
    """The family whose choice is the reference: the better one; of equals, that of one function."""
    one, own = choices["one_function"], choices["own"]
    noise = float(np.hypot(one["noise"], own["noise"]) / 2**0.5)
    return "own" if own["misfit"] < one["misfit"] - SDS * noise else "one_function"
