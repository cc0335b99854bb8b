"""The tables on trainability: each has every universe that was looked into, the reference first."""

from collections.abc import Sequence
from itertools import product

import pandas as pd

from mmoe_repro.claims.tables import sign
from mmoe_repro.files import read_table
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.tabular import DASH, escape, interval, number, tabular
from mmoe_repro.synthetic.models import TITLES
from mmoe_repro.synthetic.plan import FIGURE3_MODEL
from mmoe_repro.trainability.cells import where_best
from mmoe_repro.trainability.plan import (
    BETWEEN,
    CORRELATIONS,
    LAST,
    MODELS,
    OF_STUDY,
    RATES,
    SCALES,
    universes,
)


def best_cells(folders: Folders) -> str:
    """Each model where it ends lowest: on the paper's rates with the start as it is, and on the map."""
    rows: list[list[str]] = []
    for name in universes(folders["trainability"]):
        both = where_best(folders["trainability"] / name)
        of = [both[key].to_dict("records") for key in ("paper", "anywhere")]
        for paper, anywhere in zip(*of, strict=True):
            first, second = (
                [number(row[key], 2) for key in ("mean", "sd", "stuck")]
                for row in (paper, anywhere)
            )
            tried = {"learning_rate": RATES, "scale": SCALES}
            at = [_place(anywhere[key], values) for key, values in tried.items()]
            of_model = [escape(name), TITLES[str(paper["model"])]]
            rows.append([*of_model, f"{paper['learning_rate']:g}", *first, *at, *second])
    parts_of = ["rate", "mean", "sd", "plateau", "rate", "scale", "mean", "sd", "plateau"]
    over = (
        r" & & \multicolumn{4}{c}{the paper's rates, its start} & \multicolumn{5}{c}{anywhere} \\"
    )
    return tabular("ll" + "r" * len(parts_of), ["universe", "", *parts_of], rows, over)


def crossed(folders: Folders) -> str:
    """Shares of the variance of final losses: data, start, both."""
    path = folders.results / "trainability/variance.csv"
    found = read_table(path, "universe", "model", "part", "share", "low", "high", "sd")
    of = found.set_index(["universe", "model", "part"]).to_dict("index")
    parts_of = list(dict.fromkeys(found["part"]))
    rows: list[list[str]] = []
    for name, model in product(dict.fromkeys(found["universe"]), MODELS):
        some = [of[name, model, part] for part in parts_of]
        cells = [
            interval({"v": r["share"], "v_low": r["low"], "v_high": r["high"]}, "v", 2)
            for r in some
        ]
        rows.append([escape(name), TITLES[model], number(some[0]["sd"], 3), *cells])
    return tabular("llrlll", ["universe", "", "sd", "data", "start", "together"], rows)


def parts(folders: Folders) -> str:
    """Mean share of each part of the label function that runs have not learnt."""
    lines: list[list[str]] = []
    for name in universes(folders["trainability"]):
        found = read_table(folders["trainability"] / name / "parts.parquet", "part", "left")
        names = list(dict.fromkeys(found["part"]))
        means = found.groupby(["part", "model", "task_correlation"])["left"].mean().to_dict()
        if lines:
            lines.append([""])
        for part in names:
            cells = [number(means[part, m, p], 2) for m in MODELS for p in CORRELATIONS]
            lines.append([escape(name), part, *cells])
    header = [f"{p:g}" for _ in MODELS for p in CORRELATIONS]
    of_models = [rf"\multicolumn{{{len(CORRELATIONS)}}}{{c}}{{{TITLES[m]}}}" for m in MODELS]
    over = " & ".join(["", "", *of_models]) + r" \\"
    return tabular("ll" + "r" * len(header), ["universe", "part", *header], lines, over)


def mixture_gates(folders: Folders) -> str:
    """Effective experts, distance of the tasks' gates and dead experts, means and sds over runs."""
    rows: list[list[str]] = []
    for name in universes(folders["trainability"]):
        found = read_table(folders["trainability"] / name / "gates.parquet", "effective", "dead")
        for (model, p), of in found.groupby(["model", "task_correlation"], sort=True):
            cells = [_mean_sd(of[key]) for key in ("effective", "distance", "dead")]
            rows.append([escape(name), TITLES[str(model)], f"{p:g}", *cells, str(len(of))])
    header = [
        "universe",
        "",
        "correlation",
        "effective experts",
        "distance of gates",
        "dead experts",
    ]
    return tabular("llrrrrr", [*header, "runs"], rows)


def longer(folders: Folders) -> str:
    """Mean and sd of the loss at the study's last step and beyond it, and the paper's at its last; a
    block a universe and task correlation."""
    found = read_table(
        folders.results / "trainability/longer_means.parquet", "universe", "step", "mean"
    )
    of = found.set_index(["universe", "task_correlation", "model", "step"]).to_dict("index")
    rows: list[list[str]] = []
    for name, p in product(dict.fromkeys(found["universe"]), CORRELATIONS):
        if rows:
            rows.append([""])
        for model in (*MODELS, FIGURE3_MODEL):
            some = [of[name, p, model, step] for step in (OF_STUDY, BETWEEN, LAST)]
            ours = [_with_sd(number(row["mean"]), number(row["sd"])) for row in some]
            paper = (number(some[0]["published"]), number(some[0]["published_sd"]))
            block = [escape(str(name)), f"{p:g}"] if model == MODELS[0] else ["", ""]
            rate = f"{some[0]['learning_rate']:g}"
            rows.append([*block, TITLES[model], rate, *ours, _with_sd(*paper)])
    header = ["universe", "correlation", "", "rate"]
    header += [f"{step:,} steps" for step in (OF_STUDY, BETWEEN, LAST)]
    return tabular("lllrrrrr", [*header, "published"], rows)


def longer_verdicts(folders: Folders) -> str:
    """A row a statement: its verdict at the study's last step and at ten times it, on the same runs."""
    path = folders.results / "trainability/longer_verdicts.parquet"
    found = read_table(path, "universe", "step", "claim", "statement", "verdict")
    verdict = found.set_index(["claim", "universe", "step"])["verdict"].to_dict()
    names = list(dict.fromkeys(found["universe"]))
    places = list(product(names, (OF_STUDY, LAST)))
    statements = found.drop_duplicates("claim")
    rows = [
        [
            rf"\hyperref[universes:{claim}]{{{claim}}}",
            escape(words),
            *(sign(verdict[claim, *place]) for place in places),
        ]
        for claim, words in zip(statements["claim"], statements["statement"], strict=True)
    ]
    over = "".join(rf" & \multicolumn{{2}}{{c}}{{{escape(str(name))}}}" for name in names)
    header = ["", "", *(f"{step:,}" for _, step in places)]
    columns = r"l>{\raggedright\arraybackslash}p{11cm}" + "cc" * len(names)
    return tabular(columns, header, rows, f" &{over}" + r" \\")


def _with_sd(mean: str, sd: str) -> str:
    """A mean and, if it is known, the sd in brackets."""
    return mean if sd == DASH else rf"{mean} {{\scriptsize({sd})}}"


def _place(value: float, tried: Sequence[float]) -> str:
    """A place on the map; at an end of what was tried, with a mark: the best may lie beyond."""
    return f"{value:g}" + (r"$^\ast$" if value in (tried[0], tried[-1]) else "")


def _mean_sd(values: pd.Series) -> str:
    return _with_sd(f"{values.mean():.2f}", f"{values.std():.2f}")
