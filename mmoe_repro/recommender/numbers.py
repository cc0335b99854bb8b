"""The numbers of the prose on the recommender."""

import json
from collections.abc import Iterator

import pandas as pd

from mmoe_repro.config import Config
from mmoe_repro.files import read_table
from mmoe_repro.recommender.choosing import best, finalists
from mmoe_repro.recommender.names import METHODS, REFERENCE, TASKS
from mmoe_repro.recommender.on_paper import FILE, WORDS, on_paper, table_bytes
from mmoe_repro.recommender.summary import gates_in_order, of_finalists
from mmoe_repro.report.assumptions import values
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.tabular import number, power, scientific

KEYS = ["condition", "seed"]  # of a run made again


def numbers(folders: Folders, config: Config) -> Iterator[dict[str, str]]:
    """Sizes of the study, what it reached, gates, and the live experiment's changes."""
    results = folders.results / "recommender"
    tried = read_table(
        folders["recommender"] / "trials.parquet", "method", "trial", "world", "loss"
    )
    yield _search(tried)
    asked = ("variant", "requests", "candidates", "slots")
    of_live = read_table(folders["recommender"] / "live.parquet", *asked)
    of_reference = of_live[of_live["variant"] == REFERENCE].iloc[0]
    yield {f"recommender.{name}": f"{of_reference[name]:,}" for name in asked[1:]}
    runs = read_table(
        folders["recommender"] / "runs.parquet", "variant", "method", "seed", "step", "job"
    )
    steps = int(runs["step"].max())
    yield _study(runs, steps)
    yield _remade(read_table(results / "remade.csv", *KEYS, "recorded", "now", "is"))
    yield _on_paper()
    yield _engine(folders)
    yield _reached(read_table(results / "tables.csv", "variant", "step", "method", "mean"), steps)
    answered = read_table(results / "table4.csv", "variant", "comparison", "weight")
    yield {
        f"recommender.live.{row['comparison']}.{row['weight']:g}.{what}": (
            f"{row[f'expected_{what}']:+.2f}".replace("-", "$-$")
        )
        for row in answered[answered["variant"] == REFERENCE].to_dict("records")
        for what in ("engaged", "satisfied")
    }
    gates = read_table(folders["recommender"] / "gates.parquet", "variant", "method")
    ordered = gates_in_order(gates[(gates["variant"] == REFERENCE) & (gates["method"] == "mmoe")])
    yield {
        f"recommender.gates.{task}": f"{ordered.groupby('seed')[task].max().mean():.2f}"
        for task in TASKS
    }


def _search(tried: pd.DataFrame) -> dict[str, str]:
    """How many trials there are in how many worlds, of how many methods the choice is that of the first
    world alone, and, as means over methods, how far finalists are apart and what worlds move."""
    by_method = [some for _, some in tried.groupby("method")]
    same = sum(best(some)["trial"] == finalists(some, 1)[0] for some in by_method)
    spread = pd.DataFrame([of_finalists(some) for some in by_method]).mean()
    worlds = int(tried["world"].nunique())
    of_last = tried[tried["world"] == worlds - 1].groupby("method").size()
    return {
        "recommender.trials": str(tried["trial"].nunique()),
        "recommender.finalists": str(of_last.max() if worlds > 1 else 1),
        "recommender.further_worlds": str(worlds - 1),
        "recommender.tuning.methods": str(len(by_method)),
        "recommender.tuning.same": str(same),
        **{f"recommender.tuning.{name}": number(value, 5) for name, value in spread.items()},
    }


def _remade(found: pd.DataFrame) -> dict[str, str]:
    """How many runs were made again, how many are equal, and how far a measure is apart at most."""
    apart = (found["now"].map(float.fromhex) - found["recorded"].map(float.fromhex)).abs()
    equal = (found["is"] == "equal").groupby([found[key] for key in KEYS]).all()
    return {
        "recommender.remade": str(len(equal)),
        "recommender.remade.equal": str(int(equal.sum())),
        "recommender.remade.apart": power(apart.max()) if len(apart) else "0",
    }


def _study(runs: pd.DataFrame, steps: int) -> dict[str, str]:
    """How many runs there are, how long, on how large tables."""
    reference = runs[runs["variant"] == REFERENCE]
    job = json.loads(reference["job"].iloc[0])
    examples = steps * job["batch_size"]
    diverged = runs[runs["status"] == "diverged"].groupby(["variant", "method", "seed"])
    return {
        "recommender.seeds": str(reference["seed"].nunique()),
        "recommender.steps": f"{steps:,}",
        "recommender.examples": f"{examples:,}",
        "recommender.of_paper": f"{30e9 / examples:,.0f}",
        "recommender.users": f"{job['traffic']['users']:,}",
        "recommender.items": f"{job['traffic']['items']:,}",
        "recommender.held_out": f"{job['held_out']:,}",
        "recommender.diverged": str(diverged.ngroups),
    }


def _on_paper() -> dict[str, str]:
    """The paper's size, from the engine's numbers."""
    paper = values(FILE)
    found = {"recommender.paper.terabytes": f"{table_bytes(paper) / 1e12:.2f}"}
    for name in ("examples", "users", "items"):
        found[f"recommender.paper.{name}"] = scientific(paper[name])
    for row in on_paper(paper).to_dict("records"):
        whose = "paper" if row["batch_size"] == paper["batch_size"] else "larger"
        found[f"recommender.paper.{row['gpus']}.{whose}.hours"] = f"{row['hours']:.1f}"
        found[f"recommender.paper.{row['gpus']}.{whose}.most"] = WORDS[row["most"]]
    return found


def _engine(folders: Folders) -> dict[str, str]:
    """What two processes give."""
    scale = read_table(folders["benchmarks"] / "recommender_scale.csv", "way", "apart", "processes")
    found = {"recommender.engine.apart": power(scale["apart"].max())}
    sharded = scale[scale["way"] == "TorchRec"].set_index(["users", "batch_size", "processes"])
    for batch, some in sharded.groupby("batch_size"):
        users = some.index.get_level_values("users").max()
        for what in ("examples_a_second", "megabytes"):
            one, two = (float(some[what][users, batch, n]) for n in (1, 2))
            found[f"recommender.engine.{batch}.{what}"] = f"{two / one:.2f}"
    return found


def _reached(looks: pd.DataFrame, steps: int) -> dict[str, str]:
    """AUC and R^2 at the end, and who is best."""
    found = {}
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
    return found
