"""Figure 4: mean loss curves of the three models, a panel a task correlation."""

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from mmoe_repro import records
from mmoe_repro.files import read_json
from mmoe_repro.paper.published import published
from mmoe_repro.report.colours import GREY, MARKS
from mmoe_repro.report.style import across
from mmoe_repro.synthetic.drawing import (
    draw_curve,
    draw_published,
    in_thousands,
    of_models,
    whose_lines,
)
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
        1, len(correlations), figsize=(across(len(correlations)), 2.7), sharey=True, squeeze=False,
        gridspec_kw={"wspace": 0.1},
    )  # fmt: skip
    for axes, p in zip(panels[0], correlations, strict=True):
        for model in models:
            colour, mark = plots["colours"].get(model, GREY), MARKS.get(model, "o")
            theirs = paper[(paper["model"] == model) & (paper["task_correlation"] == p)]
            draw_published(axes, theirs, colour, mark)
            ours = curves[(curves["model"] == model) & (curves["task_correlation"] == p)]
            ours = ours[ours["step"] >= FIRST_STEP * reading.steps_a_unit]
            if len(ours):
                draw_curve(axes, mean_curve(ours, reading, plots["confidence"]), colour, mark)
        axes.set_title(f"Correlation {p:g}")
        in_thousands(axes)
    panels[0][0].set_ylabel("loss")
    figure.legend(
        handles=of_models(models, plots["colours"]) + whose_lines(plots["confidence"], ""),
        loc="outside lower center",
        ncols=len(models) + 2,
        frameon=False,
    )
    return figure
