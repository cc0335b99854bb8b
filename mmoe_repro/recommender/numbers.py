"""The numbers of the prose on the recommender."""

import json

import pandas as pd

from mmoe_repro.config import Config
from mmoe_repro.files import read_table
from mmoe_repro.recommender.names import METHODS, REFERENCE, TASKS
from mmoe_repro.recommender.on_paper import WORDS, assumptions, on_paper, table_bytes, values
from mmoe_repro.recommender.summary import gates_in_order
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.tabular import power, scientific


def numbers(folders: Folders, config: Config) -> dict[str, str]:
    """Sizes of the study, what it reached, gates, and the live experiment's changes."""
    of = config["recommender"]
    folder = folders["recommender"]
    runs = read_table(folder / "runs.parquet", "variant", "method", "seed", "step", "job")
    remade = read_table(folders.results / "recommender/remade.csv", "equal", "apart_measures")
    job = json.loads(runs[runs["variant"] == REFERENCE]["job"].iloc[0])
    looks = pd.read_csv(folders.results / "recommender/tables.csv")
    answered = pd.read_csv(folders.results / "recommender/table4.csv")
    steps = int(runs["step"].max())
    examples = steps * job["batch_size"]
    found = {
        "recommender.seeds": str(runs[runs["variant"] == REFERENCE]["seed"].nunique()),
        "recommender.steps": f"{steps:,}",
        "recommender.examples": f"{examples:,}",
        "recommender.of_paper": f"{30e9 / examples:,.0f}",
        "recommender.users": f"{job['traffic']['users']:,}",
        "recommender.items": f"{job['traffic']['items']:,}",
        "recommender.held_out": f"{job['held_out']:,}",
        "recommender.trials": str(of["trials"]),
        "recommender.diverged": str(
            runs[runs["status"] == "diverged"].groupby(["variant", "method", "seed"]).ngroups
        ),
        "recommender.remade": str(len(remade)),
        "recommender.remade.equal": str(int(remade["equal"].sum())),
        "recommender.remade.apart": power(remade["apart_measures"].max()) if len(remade) else "0",
        "recommender.requests": f"{of['live']['requests']:,}",
        "recommender.candidates": str(of["live"]["candidates"]),
        "recommender.slots": str(of["live"]["slots"]),
    }
    paper = values(assumptions())
    found["recommender.paper.terabytes"] = f"{table_bytes(paper) / 1e12:.2f}"
    for name in ("examples", "users", "items"):
        found[f"recommender.paper.{name}"] = scientific(paper[name])
    for row in on_paper(paper).to_dict("records"):
        whose = "paper" if row["batch_size"] == paper["batch_size"] else "larger"
        found[f"recommender.paper.{row['gpus']}.{whose}.hours"] = f"{row['hours']:.1f}"
        found[f"recommender.paper.{row['gpus']}.{whose}.most"] = WORDS[row["most"]]
    scale = pd.read_csv(folders["benchmarks"] / "recommender_scale.csv")
    found["recommender.engine.apart"] = power(scale["apart"].max())
    sharded = scale[scale["way"] == "TorchRec"].set_index(["users", "batch_size", "processes"])
    for batch, some in sharded.groupby("batch_size"):
        users = some.index.get_level_values("users").max()
        for what in ("examples_a_second", "megabytes"):
            one, two = (float(some[what][users, batch, n]) for n in (1, 2))
            found[f"recommender.engine.{batch}.{what}"] = f"{two / one:.2f}"
    last = looks[(looks["variant"] == REFERENCE) & (looks["step"] == steps)]
    for row in last.to_dict("records"):
        name = f"recommender.{row['method']}.{row['task']}.{row['measure']}"
        found[name] = f"{row['mean']:.4f}"
        found[f"{name}.share"] = f"{100 * row['share']:.1f}"
        found[f"{name}.against"] = f"{row['against']:+.4f}".replace("-", "$-$")
    for task in TASKS:
        aucs = last[(last["task"] == task) & (last["measure"] == "auc")]
        best = aucs.loc[aucs["mean"].to_numpy().argmax() == range(len(aucs))]
        found[f"recommender.{task}.best"] = METHODS[str(best["method"].iloc[0])]
    for row in answered[answered["variant"] == REFERENCE].to_dict("records"):
        name = f"recommender.live.{row['comparison']}.{row['weight']:g}"
        for what in ("engaged", "satisfied"):
            found[f"{name}.{what}"] = f"{row[f'expected_{what}']:+.2f}".replace("-", "$-$")
    gates = pd.read_parquet(folder / "gates.parquet")
    ordered = gates_in_order(gates[(gates["variant"] == REFERENCE) & (gates["method"] == "mmoe")])
    for task in TASKS:
        largest = ordered.groupby("seed")[task].max()
        found[f"recommender.gates.{task}"] = f"{largest.mean():.2f}"
    return found
