"""Figure 3: Shared-Bottom-16's loss at three task correlations, a panel a learning rate."""

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mmoe_repro import records
from mmoe_repro.files import read_json
from mmoe_repro.paper.published import published
from mmoe_repro.report.style import across
from mmoe_repro.synthetic.drawing import (
    CORRELATION_COLOURS,
    draw_curve,
    draw_published,
    whose_lines,
)
from mmoe_repro.synthetic.reading import Reading
from mmoe_repro.synthetic.schema import CURVES
from mmoe_repro.synthetic.summaries import mean_curve


def draw(inputs: dict[str, Path], plots: dict[str, Any]) -> Figure:
    """`inputs`: curves (Parquet), universe (JSON)."""
    curves = records.read(inputs["curves"], CURVES)
    resolved = read_json(inputs["universe"], "universe", "reading")
    reading = Reading.from_dict(resolved["reading"])
    paper = published("figure3")
    rates = sorted(curves["learning_rate"].unique())

    figure, panels = plt.subplots(
        1, len(rates), figsize=(across(len(rates), 3.7), 3.0), sharey=True, squeeze=False
    )
    for axes, rate in zip(panels[0], rates, strict=True):
        of_rate = curves[curves["learning_rate"] == rate]
        for p, colour in CORRELATION_COLOURS.items():
            draw_published(axes, paper[paper["task_correlation"] == p], colour)
            ours = of_rate[of_rate["task_correlation"] == p]
            if len(ours):
                draw_curve(axes, mean_curve(ours, reading, plots["confidence"]), colour)
        chosen = " (calibrated)" if rate == resolved["learning_rate"] else ""
        stated = " (as stated)" if rate == 0.001 else ""
        axes.set(title=f"Adam, {rate:g}{stated}{chosen}", xlabel="number of steps")
        axes.set(xlim=(-200, 10_200), ylim=(0, 1.3))
    panels[0][0].set_ylabel("loss")
    colours = [
        Line2D([], [], color=colour, linewidth=1.6, label=f"correlation {p:g}")
        for p, colour in CORRELATION_COLOURS.items()
    ]
    panels[0][-1].legend(handles=colours + whose_lines(plots["confidence"]), loc="upper right")
    return figure
