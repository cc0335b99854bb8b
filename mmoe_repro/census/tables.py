"""The tables on the census."""

import pandas as pd

from mmoe_repro.census.columns import GROUPS
from mmoe_repro.census.plan import BASELINES, METHODS, TITLES
from mmoe_repro.census.summary import kept
from mmoe_repro.files import read_json
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.tabular import DASH, number, tabular


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
    for group in [g for g in GROUPS if g in set(runs["group"])]:
        for name in [m for m in METHODS if m in set(runs["method"])]:
            tuned = read_json(folders["census"] / f"tuned/{group}/{name}.json", "choice")
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


def census_widths(folders: Folders) -> str:
    """Shared-Bottom's best validation AUC at each width, learning rate and steps searched in full."""
    frame = pd.read_parquet(folders["census"] / "widths.parquet")
    wide = frame.pivot_table("main_auc", "group", "width", "max")
    rows = [
        [group, *[number(wide[width][group], 4) for width in wide.columns]]
        for group in [g for g in GROUPS if g in wide.index]
    ]
    header = ["group", *[f"{width:,} units" for width in wide.columns]]
    return tabular("l" + "r" * len(wide.columns), header, rows)


def census_spread(folders: Folders) -> str:
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
    return tabular("ll" + "rrr" * 2, header, rows, over)


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
