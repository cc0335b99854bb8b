"""The paper's Figures 3, 4 and 5 in one universe, over the published ones."""

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mmoe_repro.files import read_table
from mmoe_repro.multiverse import store
from mmoe_repro.multiverse.design import named, read_members
from mmoe_repro.multiverse.fit import read_off
from mmoe_repro.paper.published import published
from mmoe_repro.report.colours import GREY
from mmoe_repro.report.style import WIDTH
from mmoe_repro.synthetic.drawing import (
    CORRELATION_COLOURS,
    draw_histogram,
    draw_published,
    line_published,
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
    correlations = sorted(CORRELATION_COLOURS)

    figure = plt.figure(figsize=(WIDTH, 8.6))
    above, below = np.ravel(figure.subfigures(2, 1, height_ratios=(3.1, 5.5), squeeze=False))
    panels = above.subplots(1, 1 + len(correlations), sharey="row")
    for figure_name, axes, p, model, colour in _lines(panels, correlations, plots):
        paper = published(figure_name)
        theirs = paper[paper["task_correlation"] == p]
        if figure_name == "figure4":
            theirs = theirs[theirs["model"] == model]
        draw_published(axes, theirs, colour)
        ours = means[(means["model"] == model) & (means["task_correlation"] == p)]
        ours = ours[ours["step"] >= FIRST_STEP[figure_name]].sort_values("step")
        axes.plot(ours["step"], ours["ours"], color=colour, linewidth=1.6)
    panels[0].set_title("Figure 3")
    for axes, p in zip(panels[1:], correlations, strict=True):
        axes.set_title(f"Figure 4, {p:g}")
    for axes in panels:
        axes.set(xlabel="thousand steps", xlim=(-200, 10_200), ylim=(0, 1.4))
        axes.set_xticks([0, 5_000, 10_000], ["0", "5", "10"])
    panels[0].set_ylabel("loss")
    handles = [
        Line2D([], [], color=plots["colours"].get(m, GREY), linewidth=1.6, label=TITLES[m])
        for m in reversed(MODELS)
    ]
    handles += [
        Line2D([], [], color=colour, linewidth=1.6, label=f"{p:g}")
        for p, colour in CORRELATION_COLOURS.items()
    ]
    above.legend(
        handles=[*handles, line_published()], loc="outside lower center", ncols=7, frameon=False,
        columnspacing=1.2, handlelength=1.6,
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
    of_figure3 = [
        ("figure3", panels[0], p, FIGURE3_MODEL, CORRELATION_COLOURS[p]) for p in correlations
    ]
    of_figure4 = [
        ("figure4", axes, p, model, plots["colours"].get(model, GREY))
        for axes, p in zip(panels[1:], correlations, strict=True)
        for model in MODELS
    ]
    return [*of_figure3, *of_figure4]
