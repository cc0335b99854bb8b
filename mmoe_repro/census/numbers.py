"""The numbers of the prose on the census."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mmoe_repro.census.gates import effective_experts, gate_distance, same_favourite
from mmoe_repro.census.luck import apart, by_place, of_study, over_searches
from mmoe_repro.census.plan import DEFECTS, METHODS, TABLE_OF_GROUP, TITLES, searched_again
from mmoe_repro.census.summary import TASKS, differences, kept
from mmoe_repro.config import Config
from mmoe_repro.files import read_json, read_table
from mmoe_repro.paper.published import published
from mmoe_repro.report.folders import Folders


def numbers(folders: Folders, config: Config) -> Iterator[dict[str, str]]:
    """Numbers of the prose on the census."""
    of_study = folders.results / "census"
    yield _of_paper()
    yield _results(of_study)
    yield _chosen(folders)
    yield _searched(folders)
    if searched_again(config):
        yield _luck(folders)
        yield _defects(folders)
    merged: dict[str, Any] = read_json(of_study / "merged.json", "runs_anew", "compared", "equal")
    yield {
        "census.anew": str(merged["runs_anew"]),
        "census.compared": str(merged["compared"]),
        "census.equal": str(merged["equal"]),
        "census.apart": f"{merged['largest_difference']:.4f}",
    }
    spread = read_table(of_study / "spread.csv", "task", "over_runs", "over_splits")
    main = spread[spread["task"] == "main"]
    yield {
        f"census.spread.{key}": f"{main[key].median():.4f}" for key in ("over_runs", "over_splits")
    }
    yield _together(of_study)
    yield _apart(folders)
    if (folders["audit"] / "runs.csv").exists():
        yield _audited(folders["audit"] / "runs.csv")
    yield {
        f"census.kept.{group}.{task}": f"{of_kept[f'{task}_mean']:.4f}"
        for group, of_kept in kept(read_table(of_study / "kept.parquet", "group"))
        for task in ("main", "auxiliary")
    }
    facts = read_json(of_study / "facts.json", "input_columns")
    yield {
        "census.overlap": f"{facts['test_rows_in_train_but_for_the_weight']:,}",
        "census.columns": str(facts["input_columns"]),
    }
    yield _gates(of_study)


def _results(of_study: Path) -> dict[str, str]:
    """What the tables say: means, sds, the best and the worst."""
    found: dict[str, str] = {}
    frame = read_table(of_study / "tables.csv", "group", "method", "main_mean", "auxiliary_mean")
    for row in frame.to_dict("records"):
        name = f"census.{row['group']}.{row['method']}"
        for task in ("main", "auxiliary"):
            found[f"{name}.{task}"] = f"{row[f'{task}_mean']:.4f}"
            if pd.notna(row[f"{task}_sd"]):
                found[f"{name}.{task}.sd"] = f"{row[f'{task}_sd']:.4f}"
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
    return found


def _of_paper() -> dict[str, str]:
    """What the paper's Tables 1 and 2 say: means, and auxiliary AUCs of the runs that are best on the
    main task, with the highest of those but Single-Task's."""
    found = {}
    beside = "auxiliary_auc_with_best_main"
    for group, name in TABLE_OF_GROUP.items():
        rows = published(name).set_index("model")
        for method, row in rows.iterrows():
            of = f"published.{group}.{method}"
            found[f"{of}.main"] = f"{row['main_auc_mean']:.4f}"
            found[f"{of}.auxiliary"] = f"{row['auxiliary_auc_mean']:.4f}"
            found[f"{of}.auxiliary_with_best"] = f"{row[beside]:.4f}"
        others = rows.drop(index="single_task")[beside]
        found[f"published.{group}.next.auxiliary_with_best"] = f"{others.max():.4f}"
    return found


def _chosen(folders: Folders) -> dict[str, str]:
    """Who made the choices, and how many of them are about as wide as the widest that was tried."""
    own = folders["census"].resolve() == (folders.results / "census").resolve()
    runs = read_table(folders.results / "census/all_runs.parquet", "group", "method", "choice")
    chosen = runs.drop_duplicates(["group", "method"])["choice"].map(_units)
    widest = _widest(folders)
    return {
        "census.choices_from": "this study's own" if own else "those of the published records",
        "census.most_units": f"{widest:,}",
        "census.choices": str(len(chosen)),
        "census.at_bound": str(int((chosen >= 0.9 * widest).sum())),
    }


def _units(choice: str) -> int:
    return int(json.loads(choice)["hidden_units"])


def _widest(folders: Folders) -> int:
    """The most units of a hidden layer that the search tried."""
    tried = read_table(folders["census"] / "trials.parquet", "choice")["choice"]
    return int(max(map(_units, tried.unique())))


def _searched(folders: Folders) -> dict[str, str]:
    """How much the search tried, and how many choices had stopped rising before it stopped looking."""
    keys = ["group", "method", "trial", "learning_rate"]
    trials = read_table(folders["census"] / "trials.parquet", *keys, "step", "main_auc")
    best = trials.loc[trials.groupby(keys[:2])["main_auc"].idxmax()]
    of_grid = trials.groupby(keys[:3])["learning_rate"].nunique().max() > 1
    return {
        "census.trained": (
            "each at every learning rate of a grid"
            if of_grid
            else "each with a learning rate of its own"
        ),
        "census.trials": str(trials.groupby(keys[:2])["trial"].nunique().max()),
        "census.trainings": f"{trials.groupby(keys).ngroups:,}",
        "census.steps": f"{trials['step'].max():,}",
        "census.stopped": str(int((best["step"] < trials["step"].max()).sum())),
    }


def _luck(folders: Folders) -> dict[str, str]:
    """How much a search's luck moves a mean, if that is known."""
    of_searches = of_study(folders)
    if of_searches.empty:
        return {}
    found = {
        "census.searches": str(of_searches["search"].nunique()),
        "census.search_repeats": str(of_searches[of_searches["search"] > 0]["runs"].min()),
    }
    for row in over_searches(of_searches).to_dict("records"):
        found[f"census.{row['group']}.luck.{row['task']}"] = f"{row['sd']:.5f}"
    for place, luck in by_place(of_searches).items():
        found[f"census.{place}.luck.apart"] = f"{apart(luck):.4f}"
    return found


def _defects(folders: Folders) -> dict[str, str]:
    """Of the deliberate defects the one whose AUCs are nearest to the paper's, group by group."""
    columns = [f"test_{task}_auc" for task in TASKS]
    frame = read_table(folders["census"] / "defects.parquet", "group", "defect", *columns)
    found = {"census.defects.runs": str(frame["seed"].nunique())}
    for group, of_group in frame.groupby("group"):
        paper = published(TABLE_OF_GROUP[str(group)]).set_index("model")
        theirs = paper.loc["tensor_factorization", [f"{task}_auc_mean" for task in TASKS]]
        ours = of_group[of_group["defect"] != "none"].groupby("defect")[columns].mean()
        apart = (ours - theirs.to_numpy(float)).abs().max(axis=1)
        found[f"census.defects.{group}.nearest"] = DEFECTS[str(apart.idxmin())]
        found[f"census.defects.{group}.apart"] = f"{apart.min():.2f}"
    return found


def _together(of_study: Path) -> dict[str, str]:
    """How far methods' means go together over splits."""
    by_split = read_table(of_study / "splits.csv", "group", "split", "method", "main_mean")
    together: list[float] = []
    for _, of_group in by_split.groupby("group"):
        wide = of_group.pivot(index="split", columns="method", values="main_mean").corr().to_numpy()
        together += list(wide[np.triu_indices_from(wide, 1)])
    return {"census.spread.together": f"{np.nanmedian(together):.2f}"}


def _apart(folders: Folders) -> dict[str, str]:
    """How much the test half moves a difference of two methods (main task), beside what counts."""
    verdicts = read_json(folders.results / "claims/verdicts.json", "statements")
    parts = [p for s in verdicts["statements"] if s["experiment"] == "census" for p in s["parts"]]
    by_split = read_table(folders.results / "census/splits.csv", "group", "split", "method")
    found = differences(by_split[by_split["method"].isin(METHODS)])
    main = found[found["task"] == "main"]
    return {
        "census.smallest": f"{min(part['smallest'] for part in parts):g}",
        "census.spread.difference": f"{main['over_splits'].median():.5f}",
        "census.spread.sampling": f"{main['sampling'].median():.5f}",
        "census.spread.sampling.most": f"{main['sampling'].max():.5f}",
    }


def _audited(path: Path) -> dict[str, str]:
    """How far runs of the census that did not come out equal in the audit were off: none if all did."""
    frame = read_table(path, "experiment", "condition", "seed", "measure", "recorded", "now", "is")
    unequal = frame[(frame["experiment"] == "census") & (frame["is"] != "equal")]
    if unequal.empty:
        return {}
    off = (unequal["recorded"].map(float.fromhex) - unequal["now"].map(float.fromhex)).abs()
    main = off[unequal["measure"] == "test_main_auc"]
    return {
        "census.audit.unequal": str(len(unequal[["condition", "seed"]].drop_duplicates())),
        "census.audit.off": f"{main.median():.4f}",
        "census.audit.off.most": f"{main.max():.4f}",
    }


def _gates(of_study: Path) -> dict[str, str]:
    """How MMoE's gates are used."""
    found = {}
    gates = read_table(of_study / "all_gates.parquet", "group", "method", "gate", "expert")
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
