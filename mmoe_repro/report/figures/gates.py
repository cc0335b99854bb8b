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
from mmoe_repro.report.figures.style import BLUE, GREY, RED


def draw(inputs: dict[str, Path], plots: dict[str, Any]) -> Figure:
    """`inputs`: gates (Parquet). A row of panels a group."""
    del plots
    gates = pd.read_parquet(inputs["gates"])
    groups = [g for g in GROUPS if g in set(gates["group"])]
    figure, panels = plt.subplots(
        len(groups), 3, figsize=(7.2, 0.6 + 1.8 * len(groups)), squeeze=False
    )
    for (left, middle, right), group in zip(panels, groups, strict=True):
        of_group = gates[gates["group"] == group]
        used = effective_experts(of_group)
        names = {
            ("omoe", 0): ("OMoE, its one gate", GREY),
            ("mmoe", 0): (f"MMoE, {GROUPS[group].main}", BLUE),
            ("mmoe", 1): (f"MMoE, {GROUPS[group].auxiliary}", RED),
        }
        most = float(used["experts"].max())
        edges = np.linspace(1, most, 25)
        for (method, gate), (label, colour) in names.items():
            of_gate = used[(used["method"] == method) & (used["gate"] == gate)]
            if len(of_gate):
                left.hist(of_gate["effective"], edges, color=colour, alpha=0.55, label=label)
        left.set(title=f"{group} group", xlabel="experts in use", ylabel="runs")
        left.legend(frameon=False, fontsize=7, loc="upper left", bbox_to_anchor=(0, -0.28), ncols=3)
        ordered = in_order_of_use(of_group).groupby("rank")[["main", "auxiliary"]]
        means, sds = ordered.mean(), ordered.std().fillna(0.0)
        for task, colour, shift in (("main", BLUE, -0.2), ("auxiliary", RED, 0.2)):
            middle.bar(
                means.index + 1 + shift, means[task], 0.4, yerr=sds[task], color=colour, alpha=0.7,
                error_kw={"linewidth": 0.8},
            )  # fmt: skip
        middle.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
        middle.set(xlabel="MMoE's experts, by the main task's use", ylabel="mean gate")
        distances = gate_distance(of_group)
        right.hist(distances["distance"], np.linspace(0, 1, 25), color=GREY, alpha=0.7)
        right.set(xlabel="distance of MMoE's two mean gates", ylabel="runs", xlim=(0, 1))
    return figure
