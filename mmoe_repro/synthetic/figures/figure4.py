"""Figure 4: mean loss curves of the three models, a panel a task correlation."""

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mmoe_repro import records
from mmoe_repro.files import read_json
from mmoe_repro.paper.published import published
from mmoe_repro.report.colours import GREY
from mmoe_repro.report.style import across
from mmoe_repro.synthetic.drawing import draw_curve, draw_published, whose_lines
from mmoe_repro.synthetic.models import TITLES
from mmoe_repro.synthetic.reading import Reading
from mmoe_repro.synthetic.schema import CURVES
from mmoe_repro.synthetic.summaries import mean_curve

FIRST_STEP = 500  # where the paper's curves begin


def draw(inputs: dict[str, Path], plots: dict[str, Any]) -> Figure:
    """`inputs`: curves (Parquet), universe (JSON)."""
    curves = records.read(inputs["curves"], CURVES)
    reading = Reading.from_dict(read_json(inputs["universe"], "universe", "reading")["reading"])
    paper = published("figure4")
    correlations = sorted(curves["task_correlation"].unique())
    models = [m for m in TITLES if m in set(curves["model"])]

    figure, panels = plt.subplots(
        1, len(correlations), figsize=(across(len(correlations)), 2.7), sharey=True, squeeze=False
    )
    for axes, p in zip(panels[0], correlations, strict=True):
        for model in models:
            colour = plots["colours"].get(model, GREY)
            draw_published(
                axes, paper[(paper["model"] == model) & (paper["task_correlation"] == p)], colour
            )
            ours = curves[(curves["model"] == model) & (curves["task_correlation"] == p)]
            ours = ours[ours["step"] >= FIRST_STEP * reading.steps_a_unit]
            if len(ours):
                draw_curve(axes, mean_curve(ours, reading, plots["confidence"]), colour)
        axes.set(title=f"Correlation {p:g}", xlabel="number of steps", xlim=(-200, 10_200))
        axes.set_xticks([0, 5000, 10000])
    panels[0][0].set_ylabel("loss")
    colours = [
        Line2D([], [], color=plots["colours"].get(m, GREY), linewidth=1.6, label=TITLES[m])
        for m in models
    ]
    figure.legend(
        handles=colours + whose_lines(plots["confidence"]),
        loc="outside lower center",
        ncols=len(models) + 2,
        frameon=False,
    )
    return figure
