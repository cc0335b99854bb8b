"""Speed: the share of the floor, throughput over population size, time of a step over shapes."""

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from mmoe_repro.report.colours import GREY, INK
from mmoe_repro.report.style import WIDTH
from mmoe_repro.synthetic.models import TITLES

LOOKS = (("-", "o"), (":", "s"), ("-.", "^"))  # of the shapes


def draw(inputs: dict[str, Path], plots: dict[str, Any]) -> Figure:
    """`inputs`: share_of_floor, populations, shapes (CSV of `make benchmark`)."""
    share = pd.read_csv(inputs["share_of_floor"])
    populations = pd.read_csv(inputs["populations"])
    shapes = pd.read_csv(inputs["shapes"])
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(WIDTH, 3.1))

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
    left.axhline(1, color=INK, linewidth=0.8)  # the floor
    left.set_xticks(range(len(batches)), [str(b) for b in batches])
    left.set(xlabel="batch size", ylabel="share of the floor", title="A whole step")
    left.set_ylim(0, 1.1 * max(1.0, share["share"].max()))

    thousands = populations["run_steps_per_second"] / 1000
    middle.plot(populations["population"], thousands, "o-", markersize=3.5, color=INK)
    middle.set(xlabel="runs in a population", ylabel="thousand steps a second")
    middle.set(title="Throughput, batch 128", ylim=(0, 1.15 * thousands.max()))
    _by_tens(middle, populations["population"])

    for (axis, of_axis), (line, mark) in zip(
        shapes.groupby("axis", sort=False), LOOKS, strict=False
    ):
        right.plot(
            of_axis["value"],
            of_axis["step_microseconds_per_run"],
            linestyle=line,
            marker=mark,
            markersize=3.5,
            color=INK,
            label=str(axis),
        )
    right.set(xlabel="number", ylabel="microseconds a step", title="MMoE, batch 128", yscale="log")
    right.set_xscale("log", base=2)
    right.set_xticks([int(n) for n in sorted(set(shapes["value"]))])
    right.xaxis.set_major_formatter("{x:g}")
    low, high = right.get_ylim()
    right.set_yticks([t for t in (10, 20, 50, 100, 200, 500, 1000) if low <= t <= high])
    right.yaxis.set_major_formatter("{x:g}")
    right.yaxis.set_minor_locator(NullLocator())
    for axes, ncols in ((left, 2), (right, 2)):
        axes.legend(
            loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=ncols, frameon=False,
            columnspacing=1.0, handlelength=1.8,
        )  # fmt: skip
    return figure


def _by_tens(axes: Axes, values: pd.Series) -> None:
    """A logarithmic horizontal axis with a plain number at each power of ten."""
    axes.set_xscale("log")
    axes.set_xticks([10**n for n in range(7) if 10**n <= values.max()])
    axes.xaxis.set_major_formatter("{x:g}")
