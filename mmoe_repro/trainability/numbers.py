"""The numbers of the prose on trainability."""

from collections.abc import Iterator
from pathlib import Path

from mmoe_repro.claims.outcomes import SUPPORTED
from mmoe_repro.config import Config
from mmoe_repro.files import read_table
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.tabular import listed, number
from mmoe_repro.trainability.cells import where_best
from mmoe_repro.trainability.ends import apart
from mmoe_repro.trainability.plan import (
    LAST,
    LINEAR,
    LOOKED_AT,
    MODELS,
    OF_STUDY,
    RATES,
    SCALES,
    SEEDS,
    TIMES,
    universes,
    with_longer,
)

REFERENCE = "reference"
STEPS = (OF_STUDY, LAST)


def numbers(folders: Folders, config: Config) -> Iterator[dict[str, str]]:
    """What was looked at, where each model ends lowest, and what ten times the steps come to."""
    folder = folders["trainability"]
    yield {
        "trainability.looks": "Five" if with_longer(folder) else "Four",
        "trainability.seeds": str(SEEDS),
        "trainability.looked_at": str(LOOKED_AT),
        "trainability.rates": f"{RATES[0]:g} to {RATES[-1]:g}",
        "trainability.scales": f"{SCALES[0]:g} to {SCALES[-1]:g}",
        "trainability.universes": ", ".join(universes(folder)),
        "trainability.figures": "".join(rf"\trainabilityfigures{{{n}}}" for n in universes(folder)),
    }
    if REFERENCE in universes(folder):
        found: dict[str, str] = {}
        for key, of in where_best(folder / REFERENCE).items():
            for row in of.to_dict("records"):
                name = f"trainability.{key}.{row['model']}"
                found |= {f"{name}.{what}": f"{row[what]:.2f}" for what in ("mean", "stuck")}
                found |= {f"{name}.{what}": f"{row[what]:g}" for what in ("learning_rate", "scale")}
        yield found
        yield _spreads(folders.results / "trainability/variance.csv")
        yield _learnt(folder / REFERENCE)
    if with_longer(folder):
        yield _longer(folders.results / "trainability")


def _spreads(path: Path) -> dict[str, str]:
    """Shares of the variance of final losses in the reference, from the least to the greatest model."""
    rows = read_table(path, "universe", "part", "share")
    of = rows[rows["universe"] == REFERENCE].groupby("part")["share"]
    return {
        f"trainability.crossed.{part}": rf"{100 * s.min():.0f} to {100 * s.max():.0f}\,\%"
        for part, s in of
    }


def _learnt(folder: Path) -> dict[str, str]:
    """What is not learnt of the line and of the last sine, the most and the least over models and
    correlations; and how far MMoE's gates are apart, by correlation."""
    parts = read_table(folder / "parts.parquet", "part", "left", "model", "task_correlation")
    last = parts["part"].iloc[-1]  # of the highest frequency
    mean = parts.groupby(["part", "model", "task_correlation"])["left"].mean()
    gates = read_table(folder / "gates.parquet", "model", "task_correlation", "distance")
    apart_at = gates[gates["model"] == "mmoe"].groupby("task_correlation")["distance"].mean()
    return {
        "trainability.parts.last": str(last),
        "trainability.parts.line.most": number(mean[LINEAR].max(), 2),
        "trainability.parts.last.least": number(mean[last].min(), 2),
        "trainability.parts.last.most": number(mean[last].max(), 2),
        **{f"trainability.gates.{p:g}": number(d, 2) for p, d in apart_at.items()},
    }


def _longer(folder: Path) -> dict[str, str]:
    """What ten times the steps come to: of each universe every model's means beside the paper's, how
    many of Figure 4's end points are inside our intervals, and which verdicts are others."""
    means = read_table(folder / "longer_means.parquet", "universe", "step", "mean", "published")
    judged = read_table(folder / "longer_verdicts.parquet", "universe", "step", "claim", "verdict")
    names, order = (list(dict.fromkeys(of)) for of in (means["universe"], judged["claim"]))
    found = {
        "universes": ", ".join(names),
        "steps": f"{LAST:,}",
        "diverged": str(means.loc[means["step"] == LAST, "diverged"].sum()),
        "figures": "".join(rf"\longerfigure{{{name}}}" for name in names),
    }
    for name in names:
        mine = means[means["universe"] == name]
        of = mine[mine["model"].isin(MODELS)].sort_values("step")
        last = of[of["step"] == LAST]
        verdicts = judged[judged["universe"] == name].pivot(
            index="claim", columns="step", values="verdict"
        )
        others = set(verdicts.index[verdicts[OF_STUDY] != verdicts[LAST]])
        found |= {
            f"{name}.{figure}.{key}": number(apart(mine, times, figure))
            for figure in ("figure3", "figure4")
            for key, times in (("before", 1), ("ours", TIMES))
        }
        supported = verdicts.index[verdicts[LAST] == SUPPORTED]
        found |= {
            f"{name}.supports": ", ".join(c for c in order if c in supported) or "none",
            f"{name}.inside": str(last["published"].between(last["low"], last["high"]).sum()),
            f"{name}.of": str(len(last)),
            f"{name}.others": listed([c for c in order if c in others] or ["none"]),
        }
        for (model, p), rows in of.groupby(["model", "task_correlation"]):
            before, ours = (rows.loc[rows["step"] == step, "mean"].item() for step in STEPS)
            paper = rows["published"].iloc[0]
            values = {
                "before": number(before), "ours": number(ours), "published": number(paper),
                "ratio": number(ours / paper, 1),
            }  # fmt: skip
            found |= {f"{name}.{model}.{p:g}.{key}": value for key, value in values.items()}
    return {f"trainability.longer.{key}": text for key, text in found.items()}
