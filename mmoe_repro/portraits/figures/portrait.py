"""The paper's Figures 3, 4 and 5 in one universe, over the published ones."""

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from mmoe_repro.files import read_table
from mmoe_repro.multiverse import store
from mmoe_repro.multiverse.design import named, read_members
from mmoe_repro.multiverse.fit import read_off
from mmoe_repro.paper.published import published
from mmoe_repro.report.colours import CORRELATIONS, GREY, MARKS
from mmoe_repro.report.style import WIDTH
from mmoe_repro.synthetic.drawing import (
    draw_curve,
    draw_histogram,
    draw_published,
    in_thousands,
    line_published,
    of_correlations,
    of_models,
    whose_bars,
)
from mmoe_repro.synthetic.models import TITLES
from mmoe_repro.synthetic.plan import FIGURE3_MODEL

MODELS = ("mmoe", "omoe", "shared_bottom")  # Figure 5's order
FIRST_STEP = {"figure3": 0, "figure4": 500}  # where the paper's curves begin


def draw(inputs: dict[str, Path], plots: dict[str, Any], name: str) -> Figure:
    """`inputs`: runs and curves (`multiverse.store`) and members (Parquet) of the universe `name`."""
    member = named(read_members(inputs["members"]), name, inputs["members"])
    of = {kind: read_table(inputs[kind], "name", *store.CONDITION) for kind in store.KINDS}
    runs, curves = (of[kind][of[kind]["name"] == name] for kind in ("runs", "curves"))
    final, means = read_off(runs, curves, member.choices)
    correlations = sorted(CORRELATIONS)

    figure = plt.figure(figsize=(WIDTH, 8.6))
    above, below = np.ravel(figure.subfigures(2, 1, height_ratios=(3.3, 5.3), squeeze=False))
    left, right = np.ravel(above.subfigures(1, 2, width_ratios=(1.25, 3), squeeze=False))
    panels = [left.subplots(), *np.ravel(right.subplots(1, len(correlations), sharey=True))]
    for figure_name, axes, p, model, colour in _lines(panels, correlations, plots):
        mark = MARKS[model] if figure_name == "figure4" else ""
        paper = published(figure_name)
        theirs = paper[paper["task_correlation"] == p]
        if figure_name == "figure4":
            theirs = theirs[theirs["model"] == model]
        draw_published(axes, theirs, colour, mark or "o")
        ours = means[(means["model"] == model) & (means["task_correlation"] == p)]
        ours = ours[ours["step"] >= FIRST_STEP[figure_name]].sort_values("step")
        steps, losses = ours["step"].to_numpy(dtype=float), ours["ours"].to_numpy(dtype=float)
        draw_curve(axes, (steps, losses, losses, losses), colour, mark)
    titles = ["Figure 3", *(f"Figure 4, {p:g}" for p in correlations)]
    for axes, title in zip(panels, titles, strict=True):
        axes.set_title(title)
        in_thousands(axes, 4)
    panels[0].set(ylabel="loss", ylim=(0, 1.4))
    panels[1].set_ylim(0, None)
    for part, title, handles in (
        (left, "task correlation", of_correlations("")),
        (right, "model", [*of_models(MODELS[::-1], plots["colours"]), line_published("")]),
    ):
        part.legend(
            handles=handles, loc="outside lower center", ncols=4, frameon=False, title=title,
            title_fontsize=8, columnspacing=1.2, handlelength=1.6,
        )  # fmt: skip

    histograms = below.subplots(len(MODELS), len(correlations), sharex=True, sharey=True)
    paper = published("figure5")
    for row, model in zip(histograms, MODELS, strict=True):
        for axes, p in zip(row, correlations, strict=True):
            losses = final[(final["model"] == model) & (final["task_correlation"] == p)]["value"]
            theirs = paper[(paper["model"] == model) & (paper["task_correlation"] == p)]
            draw_histogram(axes, losses, theirs, plots["colours"].get(model, GREY))
        row[0].set_ylabel(f"{TITLES[model]}\nshare of runs")
    for axes, p in zip(histograms[0], correlations, strict=True):
        axes.set_title(f"Figure 5, {p:g}")
    for axes in histograms[-1]:
        axes.set_xlabel("final loss")
    below.legend(handles=whose_bars(), loc="outside lower center", ncols=2, frameon=False)
    return figure


def _lines(panels: Any, correlations: list[float], plots: dict[str, Any]) -> list[Any]:
    """Which curves there are: figure, panel, task correlation, model and colour of each."""
    of_figure3 = [("figure3", panels[0], p, FIGURE3_MODEL, CORRELATIONS[p]) for p in correlations]
    of_figure4 = [
        ("figure4", axes, p, model, plots["colours"].get(model, GREY))
        for axes, p in zip(panels[1:], correlations, strict=True)
        for model in MODELS
    ]
    return [*of_figure3, *of_figure4]
