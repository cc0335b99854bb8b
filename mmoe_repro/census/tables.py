"""The tables on the census."""

from typing import Any

import pandas as pd

from mmoe_repro.census.columns import GROUPS
from mmoe_repro.census.luck import of_study, over_searches
from mmoe_repro.census.plan import BASELINES, DEFECTS, METHODS, TABLE_OF_GROUP, TITLES
from mmoe_repro.census.summary import TASKS, differences, kept
from mmoe_repro.files import read_json, read_table
from mmoe_repro.paper.published import published
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.tabular import DASH, number, scientific, tabular


def census_income(folders: Folders) -> str:
    """Table 1."""
    return _aucs(folders, "income")


def census_education(folders: Folders) -> str:
    """Table 2."""
    return _aucs(folders, "education")


def _aucs(folders: Folders, group: str) -> str:
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
    return tabular("ll" + "rrrr" * 2 + "r", header, rows, over)


def census_facts(folders: Folders) -> str:
    """What is in the data."""
    found = read_json(folders.results / "census/facts.json")
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


def census_choices(folders: Folders) -> str:
    """The tuned choices."""
    rows = []
    runs = pd.read_parquet(folders.results / "census/all_runs.parquet")
    trials = pd.read_parquet(folders["census"] / "trials.parquet")
    for group in [g for g in GROUPS if g in set(runs["group"])]:
        for name in [m for m in METHODS if m in set(runs["method"])]:
            tuned = read_json(folders["census"] / f"tuned/{group}/{name}.json", "choice")
            said = ", ".join(
                f"{key.replace('_', ' ')} {_short(value)}" for key, value in tuned["choice"].items()
            )
            parameters = runs[(runs["group"] == group) & (runs["method"] == name)]["n_parameters"]
            rows.append(
                [
                    group if name == next(iter(METHODS)) else "",
                    TITLES[name],
                    said,
                    _short(tuned["learning_rate"]),
                    f"{int(parameters.iloc[0]):,}",
                    f"{tuned['steps']:,}",
                    number(tuned["validation_main_auc"], 4),
                    number(_at_the_end(trials, tuned), 4),
                ]
            )
    header = ["group", "method", "choice", "rate", "parameters", "steps", "AUC then", "at the end"]
    over = r" & & & & & & \multicolumn{2}{c}{validation} \\"
    return tabular("lllrrrrr", header, rows, over)


def _short(value: float) -> str:
    """A whole number as it is, another to two digits."""
    if value == round(value):
        return f"{value:,.0f}"
    return f"{value:.2g}" if value >= 1e-4 else scientific(value, 1)


def _at_the_end(trials: pd.DataFrame, tuned: dict[str, Any]) -> float:
    """Validation's main-task AUC where the chosen trial ended: below the choice's, it had stopped
    rising."""
    of = trials[
        (trials["group"] == tuned["group"])
        & (trials["method"] == tuned["method"])
        & (trials["learning_rate"] == tuned["learning_rate"])
    ]
    # Not by the choice alone, which may have been tried again
    chosen = (of["step"] == tuned["steps"]) & (of["main_auc"] == tuned["validation_main_auc"])
    of = of[of["trial"] == of.loc[chosen, "trial"].iloc[0]]
    return float(of.loc[of["step"].idxmax(), "main_auc"])


def census_spread(folders: Folders) -> str:
    """Initialisation, split and search: sds of a method's test AUCs, and, over splits, of its difference
    to Shared-Bottom's; in thousandths."""
    frame = read_table(folders.results / "census/spread.csv", "group", "method", "task")
    by_split = read_table(folders.results / "census/splits.csv", "group", "split", "method")
    keys = ["group", "method", "task"]
    apart = differences(by_split[by_split["method"].isin(METHODS)]).set_index(keys)["over_splits"]
    of_searches = of_study(folders)
    of_search = ["searches"] if len(of_searches) else []
    together = over_searches(of_searches).set_index(["group", "task"])["sd"]
    rows = []
    for group in [g for g in GROUPS if g in set(frame["group"])]:
        for name in [m for m in METHODS if m in set(frame["method"])]:
            row = [group if name == next(iter(METHODS)) else "", TITLES[name]]
            searched = of_searches[
                (of_searches["group"] == group) & (of_searches["method"] == name)
            ]
            for task in TASKS:
                of = frame[
                    (frame["group"] == group) & (frame["method"] == name) & (frame["task"] == task)
                ]
                row += [
                    number(1000 * of[key].iloc[0], 2) if len(of) else DASH
                    for key in ("over_runs", "over_splits", "rest")
                ]
                row.append(number(1000 * apart.get((group, name, task), float("nan")), 2))
                row += [number(1000 * searched[f"test_{task}_auc"].std(), 2) for _ in of_search]
            rows.append(row)
        if group in together:
            of_all = [[*[""] * 4, number(1000 * together[group, task], 2)] for task in TASKS]
            rows.append(["", "those searched again", *of_all[0], *of_all[1]])
    header = ["group", "method", *["runs", "splits", "rest", "difference", *of_search] * 2]
    n = 4 + len(of_search)
    of_tasks = [rf"\multicolumn{{{n}}}{{c}}{{{task} task}}" for task in TASKS]
    over = rf"sds in $10^{{-3}}$ & & {' & '.join(of_tasks)} \\"
    return tabular("ll" + "r" * n * 2, header, rows, over)


def census_splits(folders: Folders) -> str:
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


def census_kept(folders: Folders) -> str:
    """Shared-Bottom with and without education as an input: means over runs on split 0."""
    frame = pd.read_csv(folders.results / "census/tables.csv")
    rows = []
    for group, of in kept(pd.read_parquet(folders.results / "census/kept.parquet")):
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
    return tabular("ll" + "rr" * 2 + "r", header, rows, over)


def census_defects(folders: Folders) -> str:
    """What deliberate defects of Tensor-Factorization leave, beside the paper's values."""
    frame = pd.read_parquet(folders["census"] / "defects.parquet")
    groups = [g for g in GROUPS if g in set(frame["group"])]
    rows = []
    for name, said in DEFECTS.items():
        row = [said]
        for group in groups:
            of = frame[(frame["group"] == group) & (frame["defect"] == name)]
            for task in TASKS:
                values = of[f"test_{task}_auc"]
                row.append(
                    rf"{number(values.mean(), 3)} {{\scriptsize({number(values.std(), 3)})}}"
                )
        rows.append(row)
    rows.append([""])
    paper = {group: published(TABLE_OF_GROUP[group]).set_index("model") for group in groups}
    of_paper = [
        number(paper[group].loc["tensor_factorization", f"{task}_auc_mean"], 3)
        for group in groups
        for task in TASKS
    ]
    rows.append(["the paper", *of_paper])
    header = ["Tensor-Factorization with", *["main", "auxiliary"] * len(groups)]
    over = " & " + " & ".join(rf"\multicolumn{{2}}{{c}}{{{group}}}" for group in groups) + r" \\"
    return tabular("l" + "rr" * len(groups), header, rows, over)
