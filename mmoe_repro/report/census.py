"""The census tables and numbers of the report, from the files of the study."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mmoe_repro.census.baselines import BASELINES
from mmoe_repro.census.columns import GROUPS
from mmoe_repro.census.gates import effective_experts, gate_distance, same_favourite
from mmoe_repro.census.methods import METHODS, MOST_UNITS
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.tables import DASH, number, tabular

TITLES = {name: method.title for name, method in METHODS.items()}
TITLES |= {name: baseline.title for name, baseline in BASELINES.items()}


def auc_table(folders: Folders, group: str) -> str:
    """Table 1 or 2: ours and the published values, the honest best, and the classical baselines."""
    frame = pd.read_csv(folders.results / "census/tables.csv")
    by_method = {row["method"]: row for row in frame[frame["group"] == group].to_dict("records")}
    rows: list[list[str]] = []
    for name in [m for m in TITLES if m in by_method]:
        row = by_method[name]
        if name in BASELINES and rows[-1] != [""] and name == next(iter(BASELINES)):
            rows.append([""])
        ours = [TITLES[name], "ours"]
        for task, best in (("main", "main_best"), ("auxiliary", "auxiliary_with_best")):
            honest = "main_honest" if task == "main" else "auxiliary_honest"
            mean = number(row[f"{task}_mean"], 4)
            if pd.notna(row[f"{task}_mean_low"]):
                ends = [number(row[f"{task}_mean_{end}"], 4)[1:] for end in ("low", "high")]
                mean += rf" {{\scriptsize[{ends[0]}, {ends[1]}]}}"
            ours += [
                number(row[best], 4),
                number(row[honest], 4),
                mean,
                number(row[f"{task}_sd"], 4),
            ]
        ours.append(str(int(row["runs"])))
        rows.append(ours)
        if pd.notna(row.get("published_main_mean")):
            rows.append(
                [
                    "",
                    "paper",
                    number(row["published_main_best"], 4),
                    DASH,
                    number(row["published_main_mean"], 4),
                    DASH,
                    number(row["published_auxiliary_with_best"], 4),
                    DASH,
                    number(row["published_auxiliary_mean"], 4),
                    DASH,
                    "400",
                ]
            )
    header = ["", "", "best", "honest", "mean", "sd", "with best", "honest", "mean", "sd", "runs"]
    over = r" & & \multicolumn{4}{c}{main task} & \multicolumn{4}{c}{auxiliary task} & \\"
    return tabular("ll" + "rrrr" * 2 + "r", header, rows).replace(
        "\\toprule\n", "\\toprule\n" + over + "\n"
    )


def facts(folders: Folders) -> str:
    """What is in the data."""
    found = json.loads((folders.results / "census/facts.json").read_text())
    rows = [
        ["rows (training, test)", f"{found['rows']['train']:,}, {found['rows']['test']:,}"],
        *[
            [
                f"rate of ``{name}'' (training, test)",
                f"{number(rate, 4)}, {number(found['test_label_rates'][name], 4)}",
            ]
            for name, rate in found["label_rates"].items()
        ],
    ]
    for group, c in found["correlations"].items():
        rows.append(
            [
                rf"$|$Pearson$|$, {group} group: all rows",
                f"{number(c['all'], 4)} (published {number(c['published'], 4)})",
            ]
        )
        rows.append(
            [
                rf"\quad over samples of {10_000:,}: mean, sd",
                f"{number(c['samples_mean'], 4)}, {number(c['samples_sd'], 4)}",
            ]
        )
    children = found["children"]
    rows += [
        ["rows that another repeats (training, test)",
         f"{found['duplicate_rows']['train']:,}, {found['duplicate_rows']['test']:,}"],
        ["test rows that are in training but for the weight",
         f"{found['test_rows_in_train_but_for_the_weight']:,}"],
        [f"share of rows younger than {children['age_below']}",
         rf"{100 * children['train']:.1f}\%"],
        ["input columns", str(found["input_columns"])],
    ]  # fmt: skip
    return tabular("lr", ["", ""], rows)


def choices(folders: Folders) -> str:
    """The tuned choices."""
    rows = []
    runs = pd.read_parquet(folders.results / "census/all_runs.parquet")
    for group in [g for g in GROUPS if g in set(runs["group"])]:
        for name in [m for m in METHODS if m in set(runs["method"])]:
            tuned = json.loads((folders.census / f"tuned/{group}/{name}.json").read_text())
            said = ", ".join(
                f"{key.replace('_', ' ')} {value:g}" for key, value in tuned["choice"].items()
            )
            parameters = runs[(runs["group"] == group) & (runs["method"] == name)]["n_parameters"]
            rows.append(
                [
                    group if name == next(iter(METHODS)) else "",
                    TITLES[name],
                    said,
                    f"{tuned['learning_rate']:g}",
                    f"{tuned['steps']:,}",
                    f"{int(parameters.iloc[0]):,}",
                    number(tuned["validation_main_auc"], 4),
                ]
            )
    header = ["group", "method", "choice", "Adam", "steps", "parameters", "validation"]
    return tabular("lllrrrr", header, rows)


def widths(folders: Folders) -> str:
    """Shared-Bottom's best validation AUC at each width, learning rate and steps searched in full."""
    frame = pd.read_parquet(folders.census / "widths.parquet")
    wide = frame.pivot_table("main_auc", "group", "width", "max")
    rows = [
        [group, *[number(wide[width][group], 4) for width in wide.columns]]
        for group in [g for g in GROUPS if g in wide.index]
    ]
    header = ["group", *[f"{width:,} units" for width in wide.columns]]
    return tabular("l" + "r" * len(wide.columns), header, rows)


def spread(folders: Folders) -> str:
    """Initialisation against split: sds of the main task's test AUC."""
    frame = pd.read_csv(folders.results / "census/spread.csv")
    rows = []
    for group in [g for g in GROUPS if g in set(frame["group"])]:
        for name in [m for m in METHODS if m in set(frame["method"])]:
            row = [group if name == next(iter(METHODS)) else "", TITLES[name]]
            for task in ("main", "auxiliary"):
                of = frame[
                    (frame["group"] == group) & (frame["method"] == name) & (frame["task"] == task)
                ]
                row += [
                    number(of[key].iloc[0], 5) if len(of) else DASH
                    for key in ("over_runs", "over_splits", "rest")
                ]
            rows.append(row)
    header = ["group", "method", *["runs", "splits", "rest"] * 2]
    over = r" & & \multicolumn{3}{c}{main task} & \multicolumn{3}{c}{auxiliary task} \\"
    return tabular("ll" + "rrr" * 2, header, rows).replace(
        "\\toprule\n", "\\toprule\n" + over + "\n"
    )


def splits(folders: Folders) -> str:
    """Mean main-task AUC on each split's test half, and the rank there."""
    frame = pd.read_csv(folders.results / "census/splits.csv")
    numbers_of = sorted(set(frame["split"]))
    rows = []
    for group in [g for g in GROUPS if g in set(frame["group"])]:
        of_group = frame[frame["group"] == group]
        for name in [m for m in TITLES if m in set(of_group["method"])]:
            of = of_group[of_group["method"] == name].set_index("split")
            row = [group if name == next(iter(METHODS)) else "", TITLES[name]]
            for split in numbers_of:
                there = split in of.index
                rank = int(of["main_rank"][split]) if there else 0
                row.append(
                    rf"{number(of['main_mean'][split], 4)} {{\scriptsize({rank})}}"
                    if there
                    else DASH
                )
            rows.append(row)
    header = ["group", "method", *[f"split {split}" for split in numbers_of]]
    return tabular("ll" + "r" * len(numbers_of), header, rows)


def kept(folders: Folders) -> str:
    """Shared-Bottom with and without education as an input: means over runs on split 0."""
    frame = pd.read_csv(folders.results / "census/tables.csv")
    rows = []
    for group, of in _kept(folders.results):
        without = frame[(frame["group"] == group) & (frame["method"] == "shared_bottom")].iloc[0]
        for said, values in (("not an input", without), ("an input", of)):
            rows.append(
                [
                    group if said == "not an input" else "",
                    said,
                    *[
                        number(values[f"{task}_{what}"], 4)
                        for task in ("main", "auxiliary")
                        for what in ("mean", "sd")
                    ],
                    str(int(values["runs"])),
                ]
            )
    header = ["group", "education is", "mean", "sd", "mean", "sd", "runs"]
    over = r" & & \multicolumn{2}{c}{main task} & \multicolumn{2}{c}{auxiliary task} & \\"
    return tabular("ll" + "rr" * 2 + "r", header, rows).replace(
        "\\toprule\n", "\\toprule\n" + over + "\n"
    )


def _kept(results: Path) -> list[tuple[str, dict[str, float]]]:
    """Group by group: means and sds of the runs that had education as an input."""
    runs = pd.read_parquet(results / "census/kept.parquet")
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


TABLES: dict[str, Callable[[Folders], str]] = {
    "census_income": lambda folders: auc_table(folders, "income"),
    "census_education": lambda folders: auc_table(folders, "education"),
    "census_facts": facts,
    "census_choices": choices,
    "census_widths": widths,
    "census_spread": spread,
    "census_splits": splits,
    "census_kept": kept,
}


def _search(folders: Folders, runs: pd.DataFrame) -> dict[str, str]:
    """What the search was: who made it, its bound, and how many choices lie there."""
    own = folders.census.resolve() == (folders.results / "census").resolve()
    found = {
        "census.choices_from": "this study's own" if own else "those of the published records",
        "census.most_units": str(MOST_UNITS),
    }
    chosen = runs.drop_duplicates(["group", "method"])["choice"].map(json.loads)
    found["census.choices"] = str(len(chosen))
    found["census.at_bound"] = str(sum(c["hidden_units"] >= 0.9 * MOST_UNITS for c in chosen))
    trials = pd.read_parquet(folders.census / "trials.parquet")
    found["census.trials"] = str(trials.groupby(["group", "method"])["trial"].nunique().max())
    found["census.trainings"] = (
        f"{trials.groupby(['group', 'method', 'trial', 'learning_rate']).ngroups:,}"
    )
    wide = pd.read_parquet(folders.census / "widths.parquet")
    for group, of_group in wide.groupby("group"):
        best = of_group.groupby("width")["main_auc"].max()
        gain = best[best.index > MOST_UNITS].max() - best[best.index <= MOST_UNITS].max()
        found[f"census.widths.{group}.gain"] = f"{gain:.4f}".replace("-", "$-$")
    return found


def numbers(folders: Folders) -> dict[str, str]:
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
    merged: dict[str, Any] = json.loads((results / "census/merged.json").read_text())
    found["census.anew"] = str(merged["runs_anew"])
    found["census.compared"] = str(merged["compared"])
    found["census.equal"] = str(merged["equal"])
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
    for group, of_kept in _kept(results):
        for task in ("main", "auxiliary"):
            found[f"census.kept.{group}.{task}"] = f"{of_kept[f'{task}_mean']:.4f}"
    facts_of = json.loads((results / "census/facts.json").read_text())
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
