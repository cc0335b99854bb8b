"""Speed: the share of the floor, throughput over population size, time of a step over shapes."""

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from mmoe_repro.report.colours import BLUE, GREEN, GREY, RED
from mmoe_repro.report.style import WIDTH
from mmoe_repro.synthetic.models import TITLES


def draw(inputs: dict[str, Path], plots: dict[str, Any]) -> Figure:
    """`inputs`: share_of_floor, populations, shapes (CSV of `make benchmark`)."""
    share = pd.read_csv(inputs["share_of_floor"])
    populations = pd.read_csv(inputs["populations"])
    shapes = pd.read_csv(inputs["shapes"])
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(WIDTH, 2.7))

    batches = sorted(share["batch_size"].unique())
    models = list(dict.fromkeys(share["model"]))
    for i, model in enumerate(models):
        of_model = share[share["model"] == model].sort_values("batch_size")
        left.bar(
            np.arange(len(batches)) + (i - (len(models) - 1) / 2) * 0.26,
            of_model["share"],
            width=0.24,
            color=plots["colours"].get(model, GREY),
            label=TITLES[model],
        )
    left.set_xticks(range(len(batches)), [str(b) for b in batches])
    left.set(xlabel="batch size", ylabel="share of the floor", ylim=(0, 1), title="A whole step")
    left.legend(loc="upper left")

    middle.plot(
        populations["population"],
        populations["run_steps_per_second"] / 1000,
        marker="o",
        markersize=3.5,
        color=BLUE,
    )
    middle.set(xscale="log", xlabel="runs in a population", title="Throughput, batch 128")
    middle.set(ylabel="thousand steps a second", ylim=(0, None))

    for (axis, of_axis), colour in zip(
        shapes.groupby("axis", sort=False), (RED, GREEN, BLUE), strict=False
    ):
        right.plot(
            of_axis["value"],
            of_axis["step_microseconds_per_run"],
            marker="o",
            markersize=3.5,
            color=colour,
            label=str(axis),
        )
    right.set(xscale="log", yscale="log", xlabel="number", title="MMoE, batch 128")
    right.set(ylabel="microseconds a step")
    right.legend(loc="upper left")
    return figure
