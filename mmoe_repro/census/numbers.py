"""The numbers of the prose on the census."""

import json
from typing import Any

import numpy as np
import pandas as pd

from mmoe_repro.census.gates import effective_experts, gate_distance, same_favourite
from mmoe_repro.census.methods import MOST_UNITS
from mmoe_repro.census.plan import METHODS, TITLES
from mmoe_repro.census.summary import kept
from mmoe_repro.config import Config
from mmoe_repro.files import read_json
from mmoe_repro.report.folders import Folders


def _search(folders: Folders, runs: pd.DataFrame) -> dict[str, str]:
    """What the search was: who made it, its bound, and how many choices lie there."""
    own = folders["census"].resolve() == (folders.results / "census").resolve()
    found = {
        "census.choices_from": "this study's own" if own else "those of the published records",
        "census.most_units": str(MOST_UNITS),
    }
    chosen = runs.drop_duplicates(["group", "method"])["choice"].map(json.loads)
    found["census.choices"] = str(len(chosen))
    found["census.at_bound"] = str(sum(c["hidden_units"] >= 0.9 * MOST_UNITS for c in chosen))
    trials = pd.read_parquet(folders["census"] / "trials.parquet")
    found["census.trials"] = str(trials.groupby(["group", "method"])["trial"].nunique().max())
    found["census.trainings"] = (
        f"{trials.groupby(['group', 'method', 'trial', 'learning_rate']).ngroups:,}"
    )
    wide = pd.read_parquet(folders["census"] / "widths.parquet")
    for group, of_group in wide.groupby("group"):
        best = of_group.groupby("width")["main_auc"].max()
        gain = best[best.index > MOST_UNITS].max() - best[best.index <= MOST_UNITS].max()
        found[f"census.widths.{group}.gain"] = f"{gain:.4f}".replace("-", "$-$")
    return found


def numbers(folders: Folders, config: Config) -> dict[str, str]:
    """Numbers of the prose on the census."""
    results = folders.results
    found: dict[str, str] = {}
    frame = pd.read_csv(results / "census/tables.csv")
    for row in frame.to_dict("records"):
        name = f"census.{row['group']}.{row['method']}"
        for task in ("main", "auxiliary"):
            found[f"{name}.{task}"] = f"{row[f'{task}_mean']:.4f}"
            if pd.notna(row[f"{task}_sd"]):
                found[f"{name}.{task}.sd"] = f"{row[f'{task}_sd']:.4f}"
        if pd.notna(row.get("published_main_mean")):
            found[f"published.{row['group']}.{row['method']}.main"] = (
                f"{row['published_main_mean']:.4f}"
            )
    of_methods = frame[frame["method"].isin(METHODS)]
    found["census.runs"] = str(int(of_methods["runs"].min()))
    found["census.diverged"] = str(int(of_methods["diverged"].sum()))
    apart_by = of_methods.groupby("group")["auxiliary_mean"].agg(np.ptp)
    found["census.auxiliary.width"] = f"{apart_by.max():.4f}"
    for group, of_group in of_methods.groupby("group"):
        networks = of_group[of_group["method"] != "tensor_factorization"]
        found[f"census.{group}.range"] = (
            f"{networks['main_mean'].min():.4f} to {networks['main_mean'].max():.4f}"
        )
        found[f"census.{group}.others.least"] = f"{networks['main_mean'].min():.4f}"
        found[f"census.{group}.most"] = f"{of_group['main_mean'].max():.4f}"
        order = of_group.sort_values("main_mean", ascending=False)["method"]
        found[f"census.{group}.best"] = TITLES[str(order.iloc[0])]
        found[f"census.{group}.worst"] = TITLES[str(order.iloc[-1])]
    found |= _search(folders, pd.read_parquet(results / "census/all_runs.parquet"))
    merged: dict[str, Any] = read_json(results / "census/merged.json")
    found["census.anew"] = str(merged["runs_anew"])
    found["census.compared"] = str(merged["compared"])
    found["census.equal"] = str(merged["equal"])
    found["census.apart"] = f"{merged['largest_difference']:.4f}"
    spread_of = pd.read_csv(results / "census/spread.csv")
    main = spread_of[spread_of["task"] == "main"]
    for key in ("over_runs", "over_splits"):
        found[f"census.spread.{key}"] = f"{main[key].median():.4f}"
    by_split = pd.read_csv(results / "census/splits.csv")
    together = []
    for _, of_group in by_split.groupby("group"):
        wide = of_group.pivot(index="split", columns="method", values="main_mean").corr().to_numpy()
        together += list(wide[np.triu_indices_from(wide, 1)])
    found["census.spread.together"] = f"{np.nanmedian(together):.2f}"
    for group, of_kept in kept(pd.read_parquet(results / "census/kept.parquet")):
        for task in ("main", "auxiliary"):
            found[f"census.kept.{group}.{task}"] = f"{of_kept[f'{task}_mean']:.4f}"
    facts_of = read_json(results / "census/facts.json")
    found["census.overlap"] = f"{facts_of['test_rows_in_train_but_for_the_weight']:,}"
    found["census.columns"] = str(facts_of["input_columns"])
    gates = pd.read_parquet(results / "census/all_gates.parquet")
    used = effective_experts(gates)
    apart = gate_distance(gates)
    favourites = same_favourite(gates)
    for group in sorted(set(gates["group"])):
        of = used[(used["group"] == group) & (used["method"] == "mmoe")]
        for k, task in enumerate(("main", "auxiliary")):
            found[f"gates.{group}.{task}"] = f"{of[of['gate'] == k]['effective'].median():.1f}"
        found[f"gates.{group}.experts"] = str(int(of["experts"].iloc[0]))
        found[f"gates.{group}.distance"] = (
            f"{apart[apart['group'] == group]['distance'].median():.2f}"
        )
        same = favourites[favourites["group"] == group]["same"]
        found[f"gates.{group}.same"] = f"{int(same.sum())}"
        found[f"gates.{group}.runs"] = f"{len(same)}"
    return found
