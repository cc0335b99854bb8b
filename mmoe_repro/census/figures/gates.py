"""Gates read out over runs: how many experts a task uses, which, and how far apart the gates are."""

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from mmoe_repro.census.columns import GROUPS
from mmoe_repro.census.gates import effective_experts, gate_distance, in_order_of_use
from mmoe_repro.report.colours import GREY, INK, TASKS
from mmoe_repro.report.style import WIDTH

GATES = {
    ("omoe", 0): "OMoE, its one gate",
    ("mmoe", 0): "MMoE, main task",
    ("mmoe", 1): "MMoE, auxiliary task",
}
BINS = 16


def draw(inputs: dict[str, Path], plots: dict[str, Any]) -> Figure:
    """`inputs`: gates (Parquet). A row of panels a group."""
    gates = pd.read_parquet(inputs["gates"])
    groups = [g for g in GROUPS if g in set(gates["group"])]
    figure, panels = plt.subplots(
        len(groups), 3, figsize=(WIDTH, 0.6 + 1.8 * len(groups)), squeeze=False
    )
    for (left, middle, right), group in zip(panels, groups, strict=True):
        of_group = gates[gates["group"] == group]
        used = effective_experts(of_group)
        edges = np.linspace(1, float(used["experts"].max()), BINS + 1)
        for (method, gate), label in GATES.items():
            colour = TASKS[gate] if method == "mmoe" else plots["colours"].get(method, GREY)
            of_gate = used[(used["method"] == method) & (used["gate"] == gate)]["effective"]
            if len(of_gate):
                shared = {"label": label, "edgecolor": colour, "facecolor": (colour, 0.25)}
                left.hist(of_gate, edges, histtype="stepfilled", linewidth=1.2, **shared)
        for axes in (left, right):
            axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        left.set(title=f"{group} group", xlabel="experts in use", ylabel="runs")
        ordered = in_order_of_use(of_group).groupby("rank")[["main", "auxiliary"]]
        means, sds = ordered.mean(), ordered.std().fillna(0.0)
        for task, colour, shift in zip(means, TASKS, (-0.2, 0.2), strict=True):
            middle.bar(
                means.index + 1 + shift, means[task], 0.4, yerr=sds[task], color=colour,
                error_kw={"linewidth": 0.8, "ecolor": INK},
            )  # fmt: skip
        middle.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
        middle.set(xlabel="MMoE's experts, in order", ylabel="mean gate")
        distances = gate_distance(of_group)["distance"]
        right.hist(distances, np.linspace(0, 1, BINS + 1), color=INK, alpha=0.7)
        right.set(xlabel="distance of MMoE's gates", ylabel="runs", xlim=(0, 1))
    handles, labels = panels[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False)
    return figure
