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

FIRST_STEP = 500  # where the paper's curves begin, and ours, unless they end soon after it
NARROWEST = 3.4  # inches, so that the legend has room
ENTRY = 1.38  # inches of one of its entries


def draw(inputs: dict[str, Path], plots: dict[str, Any]) -> Figure:
    """`inputs`: curves (Parquet), universe (JSON)."""
    curves = records.read(inputs["curves"], CURVES)
    reading = Reading.from_dict(read_json(inputs["universe"], "universe", "reading")["reading"])
    paper = published("figure4")
    correlations = sorted(curves["task_correlation"].unique())
    models = [m for m in TITLES if m in set(curves["model"])]
    end = curves["step"].max() / reading.steps_a_unit
    begin = FIRST_STEP if end >= 4 * FIRST_STEP else 0

    width = max(across(len(correlations)), NARROWEST)
    key = of_models(models, plots["colours"]) + whose_lines(plots["confidence"], "")
    columns = min(int(width / ENTRY), len(key))
    rows = -(-len(key) // columns)
    figure, panels = plt.subplots(
        1, len(correlations), figsize=(width, 2.5 + 0.2 * rows), sharey=True, squeeze=False,
        gridspec_kw={"wspace": 0.1},
    )  # fmt: skip
    for axes, p in zip(panels[0], correlations, strict=True):
        for model in models:
            colour, mark = plots["colours"].get(model, GREY), MARKS.get(model, "o")
            theirs = paper[(paper["model"] == model) & (paper["task_correlation"] == p)]
            draw_published(axes, theirs, colour, mark)
            ours = curves[(curves["model"] == model) & (curves["task_correlation"] == p)]
            ours = ours[ours["step"] >= begin * reading.steps_a_unit]
            if len(ours):
                draw_curve(axes, mean_curve(ours, reading, plots["confidence"]), colour, mark)
        axes.set_title(f"Correlation {p:g}")
        in_thousands(axes, end=end)
    panels[0][0].set_ylabel("loss")
    figure.legend(
        handles=key,
        loc="outside lower center",
        ncols=columns,
        frameon=False,
    )
    return figure
