"""Figure 5: histograms of final losses, models down, task correlations across."""

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from mmoe_repro import records
from mmoe_repro.files import read_json
from mmoe_repro.paper.published import published
from mmoe_repro.report.colours import GREY
from mmoe_repro.report.style import across
from mmoe_repro.synthetic.drawing import draw_histogram, whose_bars
from mmoe_repro.synthetic.models import TITLES
from mmoe_repro.synthetic.reading import Reading
from mmoe_repro.synthetic.schema import RUNS

ORDER = ("mmoe", "omoe", "shared_bottom")


def draw(inputs: dict[str, Path], plots: dict[str, Any]) -> Figure:
    """`inputs`: runs (Parquet), universe (JSON)."""
    runs = records.read(inputs["runs"], RUNS)
    reading = Reading.from_dict(read_json(inputs["universe"], "universe", "reading")["reading"])
    paper = published("figure5")
    correlations = sorted(runs["task_correlation"].unique())
    models = [m for m in ORDER if m in set(runs["model"])]

    figure, panels = plt.subplots(
        len(models),
        len(correlations),
        figsize=(across(len(correlations)), 1.75 * len(models) + 0.4),
        sharex=True,
        sharey=True,
        squeeze=False,
    )
    for row, model in zip(panels, models, strict=True):
        for axes, p in zip(row, correlations, strict=True):
            of_panel = runs[(runs["model"] == model) & (runs["task_correlation"] == p)]
            theirs = paper[(paper["model"] == model) & (paper["task_correlation"] == p)]
            losses = of_panel[reading.run_column] * reading.factor
            draw_histogram(axes, losses, theirs, plots["colours"].get(model, GREY))
    for axes, p in zip(panels[0], correlations, strict=True):
        axes.set_title(f"Correlation {p:g}")
    for axes in panels[-1]:
        axes.set_xlabel("final loss")
    for axes, model in zip(panels[:, 0], models, strict=True):
        axes.set_ylabel(f"{TITLES[model]}\nshare of runs")
    figure.legend(handles=whose_bars(), loc="outside lower center", ncols=2, frameon=False)
    return figure
