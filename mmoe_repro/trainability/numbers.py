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
    for name in universes(folder):
        of = _best(folder / name) | _spreads(folders.results / "trainability/variance.csv", name)
        yield {
            f"trainability.{name}.{k}": text for k, text in (of | _learnt(folder / name)).items()
        }
    if with_longer(folder):
        yield _longer(folders.results / "trainability")


def _best(folder: Path) -> dict[str, str]:
    """Where on its map each model ends lowest, and where with the paper's rates alone."""
    found: dict[str, str] = {}
    for key, of in where_best(folder).items():
        for row in of.to_dict("records"):
            name = f"{key}.{row['model']}"
            found |= {f"{name}.{what}": f"{row[what]:.2f}" for what in ("mean", "stuck")}
            found |= {f"{name}.{what}": f"{row[what]:g}" for what in ("learning_rate", "scale")}
    return found


def _spreads(path: Path, universe: str) -> dict[str, str]:
    """Shares of the variance of final losses in a universe, from the least to the greatest model."""
    rows = read_table(path, "universe", "part", "share")
    of = rows[rows["universe"] == universe].groupby("part")["share"]
    return {f"crossed.{part}": rf"{100 * s.min():.0f} to {100 * s.max():.0f}\,\%" for part, s in of}


def _learnt(folder: Path) -> dict[str, str]:
    """What is not learnt of the line, at most, and of the last sine, the most and the least over
    correlations, of all models and of each; the experts that MMoE's gates use, and how far these are
    apart by correlation."""
    parts = read_table(folder / "parts.parquet", "part", "left", "model", "task_correlation")
    last = parts["part"].iloc[-1]  # of the highest frequency
    mean = parts.groupby(["part", "model", "task_correlation"])["left"].mean()
    gates = read_table(
        folder / "gates.parquet", "model", "task_correlation", "distance", "effective"
    )
    mmoe = gates[gates["model"] == "mmoe"]
    of_models = {"last": mean[last], **{f"last.{m}": mean[last][m] for m in MODELS}}
    return {
        "parts.last": str(last),
        "parts.line.most": number(mean[LINEAR].max(), 2),
        **{f"parts.{key}.least": number(of.min(), 2) for key, of in of_models.items()},
        **{f"parts.{key}.most": number(of.max(), 2) for key, of in of_models.items()},
        "gates.used": number(mmoe["effective"].mean(), 1),
        **{
            f"gates.{p:g}": number(of.mean(), 2)
            for p, of in mmoe.groupby("task_correlation")["distance"]
        },
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
