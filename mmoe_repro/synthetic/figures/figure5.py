"""Figure 5: histograms of final losses, models down, task correlations across."""

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from mmoe_repro import records
from mmoe_repro.files import read_json
from mmoe_repro.paper.published import published
from mmoe_repro.report.style import GREY
from mmoe_repro.synthetic.models import TITLES
from mmoe_repro.synthetic.reading import Reading
from mmoe_repro.synthetic.schema import RUNS

BIN = 1 / 30
LAST = 0.7
ORDER = ("mmoe", "omoe", "shared_bottom")


def draw(inputs: dict[str, Path], plots: dict[str, Any]) -> Figure:
    """`inputs`: runs (Parquet), universe (JSON). Runs above 0.7, and diverged ones, are counted in
    the last bin."""
    runs = records.read(inputs["runs"], RUNS)
    reading = Reading.from_dict(read_json(inputs["universe"], "universe", "reading")["reading"])
    paper = published("figure5")
    correlations = sorted(runs["task_correlation"].unique())
    models = [m for m in ORDER if m in set(runs["model"])]
    edges = np.arange(0, LAST + BIN / 2, BIN)

    figure, panels = plt.subplots(
        len(models),
        len(correlations),
        figsize=(2.4 * len(correlations), 1.75 * len(models) + 0.4),
        sharex=True,
        sharey=True,
        squeeze=False,
    )
    for row, model in zip(panels, models, strict=True):
        for axes, p in zip(row, correlations, strict=True):
            of_panel = runs[(runs["model"] == model) & (runs["task_correlation"] == p)]
            losses = (of_panel[reading.run_column] * reading.factor).fillna(np.inf)
            shares, _ = np.histogram(losses.clip(upper=LAST - BIN / 2), edges)
            axes.bar(
                edges[:-1],
                shares / max(len(losses), 1),
                width=BIN,
                align="edge",
                color=plots["colours"].get(model, GREY),
                alpha=0.75,
                linewidth=0,
            )
            theirs = paper[(paper["model"] == model) & (paper["task_correlation"] == p)]
            heights = np.zeros(len(edges) - 1)
            bins = np.rint(theirs["bin_low"] / BIN).astype(int)
            heights[bins[bins < len(heights)]] = theirs["fraction_of_runs"][bins < len(heights)]
            if len(theirs):
                axes.stairs(heights, edges, color="#222222", linewidth=1.0)
            axes.set(xlim=(0, LAST), ylim=(0, 0.8))
    for axes, p in zip(panels[0], correlations, strict=True):
        axes.set_title(f"Correlation {p:g}")
    for axes in panels[-1]:
        axes.set_xlabel("final loss")
    for axes, model in zip(panels[:, 0], models, strict=True):
        axes.set_ylabel(f"{TITLES[model]}\nshare of runs")
    handles: list[Patch | Line2D] = [
        Patch(color=GREY, alpha=0.75, label="ours"),
        Line2D([], [], color="#222222", linewidth=1.0, label="published"),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=2, frameon=False)
    return figure
