"""What runs have not learnt of the label function, beside their final losses."""

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mmoe_repro.files import read_table
from mmoe_repro.report.style import WIDTH
from mmoe_repro.synthetic.models import TITLES
from mmoe_repro.trainability.plan import CORRELATIONS, MODELS


def draw(inputs: dict[str, Path], plots: dict[str, Any], name: str) -> Figure:
    """`inputs`: NAME_parts and NAME_member (Parquet) of the universe called `name`."""
    from mmoe_repro.multiverse.design import read_members

    universe = read_members(inputs[f"{name}_member"])[0].universe
    constant, edge = universe.constant_loss(), universe.plateau_edge()
    found = read_table(inputs[f"{name}_parts"], "model", "part", "left", "loss")
    names = list(dict.fromkeys(found["part"]))
    colours = plt.get_cmap("cividis")(np.linspace(0.0, 0.95, len(names)))
    figure, panels = plt.subplots(3, 3, figsize=(WIDTH, 3.9), sharex=True, sharey=True)
    for row, p in zip(panels, CORRELATIONS, strict=True):
        for axes, model in zip(row, MODELS, strict=True):
            of = found[(found["model"] == model) & (found["task_correlation"] == p)]
            for part, colour in zip(names, colours, strict=True):
                mine = of[of["part"] == part]
                axes.scatter(mine["loss"] / constant, mine["left"], s=7, color=colour, linewidths=0)
            axes.axvline(edge / constant, color="black", linewidth=0.8, linestyle=":")
            axes.axhline(0, color="0.8", linewidth=0.6, zorder=0)
            axes.axhline(1, color="0.8", linewidth=0.6, zorder=0)
        row[0].set_ylabel(f"at {p:g}")
    for axes, model in zip(panels[0], MODELS, strict=True):
        axes.set_title(TITLES[model])
    for axes in panels[-1]:
        axes.set_xlabel("final loss of the task")
    figure.supylabel("share not learnt", fontsize="medium")
    of_function = universe.label_function
    words = {"linear": "linear part"} | {
        f"sine {i}": f"sine {i}, frequency {a * of_function.c:.2f}"
        for i, a in enumerate(of_function.alpha, start=1)
    }
    handles = [
        Line2D([], [], color=colour, marker="o", linestyle="", markersize=4, label=words[part])
        for part, colour in zip(names, colours, strict=True)
    ]
    handles.append(Line2D([], [], color="black", linestyle=":", label="the plateau's edge"))
    figure.legend(handles=handles, loc="outside lower center", ncols=3, frameon=False)
    return figure
