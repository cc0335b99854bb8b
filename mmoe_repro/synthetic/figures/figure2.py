"""Figure 2: label correlation over task correlation, simulated and in closed form."""

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from mmoe_repro.files import read_json
from mmoe_repro.paper.published import published
from mmoe_repro.report.colours import INK
from mmoe_repro.synthetic.universe import Universe


def draw(inputs: dict[str, Path], plots: dict[str, Any]) -> Figure:
    """`inputs`: trials (Parquet of `figure2_trials`), universe (JSON). Bars are two sds."""
    trials = pd.read_parquet(inputs["trials"])
    universe = Universe.from_dict(read_json(inputs["universe"], "universe", "reading")["universe"])
    paper = published("figure2")
    ours = trials.groupby("task_correlation")["label_correlation"].agg(["mean", "std"])

    figure, axes = plt.subplots(figsize=(4.6, 3.1))
    p = np.linspace(0.4, 1, 601)
    closed = universe.label_function.label_correlation(p, universe.noise_variance)
    axes.plot(p, closed, color=INK, linewidth=1, label="closed form")
    axes.errorbar(
        ours.index,
        ours["mean"],
        yerr=2 * ours["std"],
        fmt="o",
        markersize=3.5,
        color=INK,
        capsize=2.5,
        linewidth=1.2,
        label="ours, 2 sd over trials",
    )
    axes.errorbar(
        paper["weight_cosine"] + 0.006,
        paper["label_pearson_mean"],
        yerr=paper["label_pearson_two_sd"],
        fmt="s",
        markersize=3,
        color=INK,
        markerfacecolor="white",
        capsize=2.5,
        linewidth=0.8,
        label="published (shifted by 0.006)",
    )
    axes.set(
        xlabel="task correlation (weight cosine similarity)",
        ylabel="label correlation",
        xlim=(0.37, 1.03),
        ylim=(0, 1.03),
    )
    axes.legend(loc="upper left")
    return figure
