"""What rows, processes, experts and tasks cost on the recommender's engine, as it was measured."""

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from mmoe_repro.report.colours import GREY, INK
from mmoe_repro.report.style import WIDTH

BYTES_A_ROW = 64  # 16 units
LOOKS = {"nn.EmbeddingBag": (GREY, "s"), "TorchRec": (INK, "o"), "TorchRec, 2": (INK, "^")}


def draw(inputs: dict[str, Path], plots: dict[str, Any]) -> Figure:
    """`inputs`: scale, growth (CSV), as `python -m benchmarks` makes them."""
    del plots
    scale, growth = pd.read_csv(inputs["scale"]), pd.read_csv(inputs["growth"])
    scale = scale[scale["batch_size"] == scale["batch_size"].min()]
    scale = scale.assign(thousands=scale["examples_a_second"] / 1e3)
    figure, panels = plt.subplots(1, 3, figsize=(WIDTH, 2.7))
    for (way, processes), some in scale.groupby(["way", "processes"], sort=False):
        name = str(way) if processes == 1 else f"{way}, {processes}"
        colour, mark = LOOKS[name]
        label = f"{name} processes" if processes > 1 else name
        for panel, column in ((panels[0], "thousands"), (panels[1], "megabytes")):
            panel.plot(some["users"], some[column], mark + "-", color=colour, markersize=4,
                       label=label)  # fmt: skip
    rows = scale["users"].unique() + scale["items"].unique()
    panels[1].plot(scale["users"].unique(), rows * BYTES_A_ROW / 1e6, ":", color=INK,
                   label="the tables' own bytes")  # fmt: skip
    panels[0].set(
        xscale="log",
        xlabel="users",
        ylabel="thousand examples a second",
        ylim=(0, 1.1 * scale["thousands"].max()),
    )
    panels[1].set(xscale="log", yscale="log", xlabel="users", ylabel="MB, the larger process")
    for column, other, colour, mark in (
        ("experts", "tasks", INK, "o"),
        ("tasks", "experts", GREY, "^"),
    ):
        usual = growth[other].mode().iloc[0]
        some = growth[growth[other] == usual].sort_values(column)
        panels[2].plot(some[column], some["microseconds"], mark + "-", color=colour, markersize=4,
                       label=column)  # fmt: skip
    ticks = np.unique(growth[["experts", "tasks"]].to_numpy())
    panels[2].set(
        xscale="log", xlabel="how many", ylabel=r"dense part, $\mu$s an example", ylim=(0, None)
    )
    panels[2].set_xticks(ticks, [str(n) for n in ticks])
    panels[2].minorticks_off()
    panels[2].legend(frameon=False)
    handles, labels = panels[1].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False)
    return figure
