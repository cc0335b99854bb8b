"""The tables on the recommender."""

import pandas as pd

from mmoe_repro.files import read_json
from mmoe_repro.recommender.names import METHODS, REFERENCE, TASKS
from mmoe_repro.recommender.on_paper import FILE, on_paper
from mmoe_repro.recommender.summary import of_finalists
from mmoe_repro.report.assumptions import read, values
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.tabular import DASH, escape, interval, number, scientific, tabular

MEASURES = {"auc": ("AUC", 4), "r2": ("$R^2$", 5)}


def table3(folders: Folders) -> str:
    """Table 3: engagement, ours and the published values."""
    return _offline(folders, TASKS[0])


def table3_satisfaction(folders: Folders) -> str:
    """The same for satisfaction, which the paper leaves out."""
    return _offline(folders, TASKS[1])


def _offline(folders: Folders, task: str) -> str:
    frame = pd.read_csv(folders.results / "recommender/tables.csv")
    of = frame[(frame["variant"] == REFERENCE) & (frame["task"] == task)]
    steps = sorted(set(of["step"]))
    rows = []
    for method in [m for m in METHODS if m in set(of["method"])]:
        for measure, (_, digits) in MEASURES.items():
            some = of[(of["method"] == method) & (of["measure"] == measure)]
            by_step = {row["step"]: row for row in some.to_dict("records")}
            first = measure == next(iter(MEASURES))
            ours = [METHODS[method] if first else "", MEASURES[measure][0], "ours"]
            ours += [interval(by_step[step], "mean", digits) for step in steps]
            last = by_step[steps[-1]]
            rows.append([*ours, number(last["mean_sd"], digits), number(100 * last["share"], 1)])
            if pd.notna(last.get("published")):
                values = [number(by_step[step]["published"], digits) for step in steps]
                rows.append(["", "", "paper", *values, DASH, DASH])
    header = ["", "", "", *[f"{step:,} steps" for step in steps], "sd", r"\% of truth's"]
    return tabular("lll" + "r" * (len(steps) + 2), header, rows)


def table4(folders: Folders) -> str:
    """Table 4: the simulated live experiment beside the paper's."""
    frame = pd.read_csv(folders.results / "recommender/table4.csv")
    of = frame[frame["variant"] == REFERENCE]
    rows = []
    for comparison, some in of.groupby("comparison", sort=False):
        ours, _, base = str(comparison).partition("_over_")
        for i, row in enumerate(some.to_dict("records")):
            said = f"{METHODS[ours]} over {METHODS[base]}" if i == 0 else ""
            changes = [interval(row, f"expected_{what}", 2) for what in ("engaged", "satisfied")]
            drawn = [number(row[what], 2) for what in ("engaged", "satisfied")]
            paper = [number(row.get(f"published_{task}") if i == 0 else None, 2) for task in TASKS]
            rows.append([said, f"{row['weight']:g}", *changes, *drawn, *paper])
    over = (
        r" & & \multicolumn{2}{c}{expected, \%} & \multicolumn{2}{c}{as drawn, \%} & "
        r"\multicolumn{2}{c}{paper, \%} \\"
    )
    header = ["", "weight", *["engagement", "satisfaction"] * 3]
    return tabular("lr" + "rr" * 3, header, rows, over)


def recommender_variants(folders: Folders) -> str:
    """Every traffic: AUCs of Shared-Bottom at the last look, and how far the others are from it."""
    frame = pd.read_csv(folders.results / "recommender/tables.csv")
    of = frame[frame["measure"] == "auc"]
    of = of[of["step"] == of.groupby("variant")["step"].transform("max")]
    methods = [m for m in METHODS if m in set(of["method"]) and m != "shared_bottom"]
    rows = []
    for (variant, task), some in of.groupby(["variant", "task"], sort=False):
        by_method = {row["method"]: row for row in some.to_dict("records")}
        base = by_method["shared_bottom"]
        apart = [interval(by_method[m], "against", 4) for m in methods]
        name = str(variant).replace("_", " ") if task == TASKS[0] else ""
        rows.append([name, str(task), str(int(base["runs"])), number(base["mean"], 4), *apart])
    header = ["traffic", "task", "runs", "Shared-Bottom", *[METHODS[m] for m in methods]]
    return tabular("llrr" + "r" * len(methods), header, rows)


def recommender_choices(folders: Folders) -> str:
    """The chosen learning rates; how far the finalists are apart, and what another world moves."""
    trials = pd.read_parquet(folders["recommender"] / "trials.parquet")
    runs = pd.read_parquet(folders["recommender"] / "runs.parquet")
    parameters = runs.groupby("method")["n_parameters"].first()
    rows = []
    for method in [m for m in METHODS if m in parameters.index]:
        of = read_json(folders["recommender"] / f"tuned/{method}.json", "learning_rate", "trial")
        penalty = f"{of['penalty']:g}" if of["penalty"] else DASH
        rates = [f"{of['learning_rate']:g}", f"{of['table_factor']:g}", penalty]
        spread = of_finalists(trials[trials["method"] == method])
        apart = [number(spread[name], 5) for name in ("apart", "moved")]
        loss, count = number(of["held_out_loss"], 4), f"{int(parameters[method]):,}"
        rows.append([METHODS[method], *rates, loss, *apart, count])
    header = ["method", "learning rate", "tables times", "penalty",
              "loss", "apart", "by world", "dense parameters"]  # fmt: skip
    return tabular("lrrrrrrr", header, rows)


def recommender_traffic(folders: Folders) -> str:
    """What the traffic is like, at several sizes of tables."""
    of = pd.read_csv(folders["recommender"] / "traffic.csv")
    rows = []
    for (users, items, task), some in of.groupby(["users", "items", "task"], sort=False):
        ends = [f"{some['bayes_auc'].min():.3f} to {some['bayes_auc'].max():.3f}",
                f"{some['bayes_r2'].min():.3f} to {some['bayes_r2'].max():.3f}"]  # fmt: skip
        first = task == TASKS[0]
        shared = [number(some[c].mean(), 3) if first else "" for c in
                  ("labels", "logits", "first_item", "hundred_items")]  # fmt: skip
        size = [f"{users:,}", f"{items:,}"] if first else ["", ""]
        rows.append([*size, str(task), number(some["rate"].mean(), 4), *ends, *shared])
    header = ["users", "items", "task", "rate", "AUC of truth", "$R^2$ of truth",
              "labels", "log odds", "first item", "hundred"]  # fmt: skip
    over = r" & & & & & & \multicolumn{2}{c}{correlation of} & \multicolumn{2}{c}{exposures of} \\"
    return tabular("rrlrrrrrrr", header, rows, over)


def recommender_scale(folders: Folders) -> str:
    """The engine against PyTorch's own tables, as tables grow."""
    of = pd.read_csv(folders["benchmarks"] / "recommender_scale.csv")
    rows = []
    for (users, batch), some in of.groupby(["users", "batch_size"], sort=False):
        for i, row in enumerate(some.to_dict("records")):
            size = [f"{users:,}", f"{batch:,}"] if i == 0 else ["", ""]
            rows.append(
                [*size, str(row["way"]), str(row["processes"]),
                 f"{row['examples_a_second']:,.0f}", number(row["processor_microseconds"], 1),
                 f"{row['megabytes']:,.0f}", scientific(row["apart"], 1)]
            )  # fmt: skip
    header = ["users", "batch", "", "processes", "examples/s", r"processor, $\mu$s",
              "memory, MB", "loss apart"]  # fmt: skip
    return tabular("rrlrrrrr", header, rows)


def recommender_on_paper(folders: Folders) -> str:
    """The paper's size on a cluster, by arithmetic."""
    del folders
    rows = [
        [f"{row['gpus']}", f"{row['hosts']}", f"{row['batch_size']:,}",
         number(row["gigabytes"], 1), number(100 * row["fits"], 0), number(row["kilobytes"], 0),
         number(row["milliseconds"], 2), str(row["most"]), number(row["hours"], 2)]
        for row in on_paper(values(FILE)).to_dict("records")
    ]  # fmt: skip
    header = ["GPUs", "hosts", "batch", "tables, GB a GPU", r"\% of memory", "sent, kB", "ms a step",
              "most of it", "hours"]  # fmt: skip
    return tabular("rrrrrrrlr", header, rows)


def recommender_assumptions(folders: Folders) -> str:
    """What that arithmetic assumes."""
    del folders
    rows = [
        [escape(str(row["name"]).replace("_", " ")), _value(row["value"]), escape(str(row["unit"])),
         escape(str(row["source"]))]
        for row in read(FILE).to_dict("records")
    ]  # fmt: skip
    return tabular("lrlp{8.2cm}", ["", "value", "", "from"], rows)


def _value(value: float) -> str:
    """An assumption: as it is written in the file."""
    return scientific(value, 2) if value >= 1e6 or value < 1e-3 else f"{value:,g}"
