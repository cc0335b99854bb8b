"""The best finalist of either family, and the one that was taken, over Figure 3's published curves.

In each panel a closer look at where its curves end, which is where Figure 3's correlations are apart.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mmoe_repro.calibration.plan import FAMILIES, taken
from mmoe_repro.calibration.targets import figure3
from mmoe_repro.files import read_table
from mmoe_repro.report.colours import CORRELATIONS, INK
from mmoe_repro.report.style import WIDTH
from mmoe_repro.synthetic.drawing import (
    draw_published,
    in_thousands,
    line_published,
    look_closer,
    of_correlations,
)
from mmoe_repro.synthetic.reading import Reading

TITLES = {"one_function": "one function for Figures 2 and 3", "own": "a function of its own"}


def describe(family: str, which: str, row: Mapping[Any, Any]) -> str:
    """A finalist in three short lines."""
    u = json.loads(row["universe"])
    n = "fresh samples" if u["n_samples"] is None else f"{u['n_samples']:,} samples"
    loss = "held-out" if row["loss"] == "held_out" else "training"
    return (
        f"{TITLES[family]}:\n{which}, misfit {row['misfit']:.3f}\n"
        f"batch {u['batch_size']}, {n}, {u['initialisation'].replace('_', ' ')}; {loss}, {row['error']}"
    )


def draw(inputs: dict[str, Path], plots: dict[str, Any]) -> Figure:
    """`inputs`: FAMILY_finalists (CSV) and FAMILY_curves (Parquet) of both families, a row each."""
    paper = figure3()
    figure, panels = plt.subplots(
        2, 2, figsize=(WIDTH, 5.6), sharex=True, sharey=True, gridspec_kw={"wspace": 0.08}
    )
    for row_of_panels, family in zip(panels, FAMILIES, strict=True):
        finalists = read_table(inputs[f"{family}_finalists"], "number", "misfit", "universe")
        shown = {"the lowest misfit": finalists.iloc[0], "taken by the rule": taken(finalists)}
        curves = read_table(inputs[f"{family}_curves"], "number", "held_out", "training")
        for axes, (which, row) in zip(row_of_panels, shown.items(), strict=True):
            reading = Reading(row["loss"], row["error"], int(row["steps_a_unit"]))
            of_row = curves[curves["number"] == row["number"]]
            inset = axes.inset_axes((0.3, 0.46, 0.66, 0.5), facecolor="white")
            inset.grid(visible=False)
            inset.tick_params(labelsize=7)
            drawn = []
            for p, colour in CORRELATIONS.items():
                ours = of_row[of_row["task_correlation"] == p]
                steps = ours["step"].to_numpy(dtype=float) / reading.steps_a_unit
                losses = ours[reading.loss].to_numpy(dtype=float) * reading.factor
                drawn.append((steps, losses, losses, losses))
                for panel in (axes, inset):
                    draw_published(panel, paper[paper["task_correlation"] == p], colour)
                    panel.plot(steps, losses, color=colour, linewidth=1.5)
            axes.set_title(describe(family, which, row.to_dict()), fontsize=7.5)
            in_thousands(axes)
            axes.set_ylim(0, 1.4)
            look_closer(inset, drawn)
            inset.set_xlabel("")
            axes.indicate_inset_zoom(inset, edgecolor=INK, alpha=0.5)
    for axes in panels[0]:
        axes.set_xlabel("")
    for axes in panels[:, 0]:
        axes.set_ylabel("loss")
    handles = [
        *of_correlations(),
        Line2D([], [], color=INK, linewidth=1.5, label="candidate"),
        line_published(),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=5, frameon=False)
    return figure
