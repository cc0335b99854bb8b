"""Test AUCs of every method's runs on both groups, with the means of Tables 1 and 2."""

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from mmoe_repro.census.columns import GROUPS
from mmoe_repro.census.plan import BASELINES, METHODS
from mmoe_repro.report.colours import INK
from mmoe_repro.report.style import WIDTH

TASKS = ("main", "auxiliary")
BASELINE_LINES: dict[str, Any] = {"logistic": ":", "boosted_trees": "-"}


def draw(inputs: dict[str, Path], plots: dict[str, Any]) -> Figure:
    """`inputs`: runs (Parquet), tables (CSV). Points are runs; a published mean outside the panel is
    an arrow at its edge."""
    del plots
    runs = pd.read_parquet(inputs["runs"])
    runs = runs[runs["split"] == 0]
    tables = pd.read_csv(inputs["tables"])
    groups = [g for g in GROUPS if g in set(runs["group"])]
    methods = [m for m in METHODS if m in set(runs["method"])]
    figure, panels = plt.subplots(
        len(groups), 2, figsize=(WIDTH, 0.55 + 2.2 * len(groups)), sharey=True, squeeze=False
    )
    random = np.random.default_rng(0)
    for row, group in zip(panels, groups, strict=True):
        of_group = tables[tables["group"] == group].set_index("method")
        for axes, task in zip(row, TASKS, strict=True):
            for y, method in enumerate(reversed(methods)):
                of_method = runs[(runs["group"] == group) & (runs["method"] == method)]
                values = of_method[f"test_{task}_auc"].dropna().to_numpy()
                jitter = random.uniform(-0.28, 0.28, values.size)
                axes.plot(values, y + jitter, ".", color=INK, markersize=2.4, alpha=0.35)
                axes.plot(values.mean(), y, "|", color=INK, markersize=13, markeredgewidth=1.6)
            low, high = axes.get_xlim()
            for name in BASELINES:
                if name in of_group.index:
                    value = of_group.loc[name, f"{task}_mean"]
                    axes.axvline(value, color=INK, linestyle=BASELINE_LINES[name], linewidth=1.1)
                    low, high = min(low, value), max(high, value)
            published = {m: of_group.loc[m, f"published_{task}_mean"] for m in methods}
            near = [p for p in published.values() if p > low - 0.02]
            low, high = min([low, *near]), max([high, *near])
            margin = 0.03 * (high - low)
            axes.set_xlim(low - margin, high + margin)
            for y, method in enumerate(reversed(methods)):
                inside = published[method] >= low - margin
                axes.plot(
                    published[method] if inside else low - margin / 2, y,
                    "D" if inside else "<", color=INK, markerfacecolor="white", markersize=4.5,
                )  # fmt: skip
            axes.set_yticks(range(len(methods)), [METHODS[m] for m in reversed(methods)])
            axes.set_title(f"{getattr(GROUPS[group], task)} ({task} task)")
            axes.grid(visible=False, axis="y")
            axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    for axes in panels[-1]:
        axes.set_xlabel("AUC on the test half")
    handles = [
        Line2D([], [], color=INK, alpha=0.5, linestyle="none", marker=".", label="a run of ours"),
        Line2D([], [], color=INK, linestyle="none", marker="|", markersize=9, label="our mean"),
        Line2D([], [], color=INK, linestyle="none", marker="D", markersize=4.5,
               markerfacecolor="white", label="published mean"),
    ]  # fmt: skip
    handles += [
        Line2D([], [], color=INK, linestyle=BASELINE_LINES[n], linewidth=1.1, label=title.lower())
        for n, title in BASELINES.items()
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=5, frameon=False)
    return figure
