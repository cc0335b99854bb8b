"""The outcome of calibration: the reference universe, and the list of what lost."""

import json
from typing import Any

import pandas as pd

from mmoe_repro.calibration.readings import best_reading


def _numbered(candidate: dict[str, Any], functions: list[dict[str, Any]]) -> int:
    """The label function's place, from 1, in the list of fits to Figure 2."""
    values = [f["label_function"] for f in functions if f["role"] != "best of m"]
    return values.index(candidate["universe"]["label_function"]) + 1


def _row(best: Any, functions: list[dict[str, Any]]) -> dict[str, Any]:
    candidate = json.loads(best.candidate)
    u = candidate["universe"]
    return {
        "key": best.key,
        "misfit": float(best.misfit),
        "loss": best.loss,
        "error": best.error,
        "steps_a_unit": int(best.steps_a_unit),
        "learning_rate": candidate["learning_rate"],
        "batch_size": u["batch_size"],
        "n_samples": u["n_samples"],
        "initialisation": u["initialisation"],
        "standardise": u["standardise"],
        "label_function": _numbered(candidate, functions),
    }


def choose(last_round: pd.DataFrame, functions: list[dict[str, Any]]) -> dict[str, Any]:
    """The best candidate of the last round as the reference universe, with its reading.

    Beside it stands the best one at Adam's learning rate 0.001, which is what the paper states.
    """
    best = best_reading(last_round)
    rows = [_row(row, functions) for row in best.itertuples()]
    candidates = [json.loads(text) for text in best["candidate"]]

    def full(i: int) -> dict[str, Any]:
        row = rows[i]
        reading = {k: row[k] for k in ("loss", "error", "steps_a_unit")}
        return {**candidates[i], "reading": reading, "misfit": row["misfit"], "key": row["key"]}

    stated = next(i for i, row in enumerate(rows) if row["learning_rate"] == 0.001)
    return {**full(0), "at_stated_learning_rate": full(stated)}


def ranking(rounds: list[pd.DataFrame], functions: list[dict[str, Any]]) -> pd.DataFrame:
    """Every candidate of every round in its best full reading, best first within a round, and each
    reading's bound where a curve did not reach every published point."""
    frames = []
    for number, scores in enumerate(rounds, start=1):
        rows = pd.DataFrame([_row(row, functions) for row in best_reading(scores).itertuples()])
        partial = scores[scores["share_reached"] < 1]
        bound = partial.groupby("key")["misfit"].min().rename("misfit_bound_of_longer_axis")
        rows = rows.merge(bound, on="key", how="left")
        rows.insert(0, "round", number)
        frames.append(rows)
    return pd.concat(frames, ignore_index=True)
