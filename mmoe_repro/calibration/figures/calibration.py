"""The best few candidates of the calibration over Figure 3's published curves."""

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mmoe_repro.calibration.targets import figure3
from mmoe_repro.report.style import GREY
from mmoe_repro.synthetic.drawing import CORRELATION_COLOURS, draw_published, line_published
from mmoe_repro.synthetic.reading import Reading

SHOWN = 4


def describe(row: Any) -> str:
    """A candidate in two short lines."""
    n = "fresh samples" if pd.isna(row.n_samples) else f"{int(row.n_samples):,} samples"
    loss = "held-out" if row.loss == "held_out" else "training"
    return (
        f"f{row.label_function}, {n}, batch {row.batch_size}, {row.initialisation}\n"
        f"{loss}, {row.error}, Adam {row.learning_rate:g}: misfit {row.misfit:.3f}"
    )


def draw(inputs: dict[str, Path], plots: dict[str, Any]) -> Figure:
    """`inputs`: ranking (CSV), finalists (Parquet). The first panel is the choice; the best at each
    learning rate is always among them."""
    ranking = pd.read_csv(inputs["ranking"])
    curves = pd.read_parquet(inputs["finalists"])
    last = ranking[ranking["round"] == ranking["round"].max()]
    first_of_rate = last.drop_duplicates("learning_rate").index
    rest = last.index.difference(first_of_rate, sort=False)
    shown = last.loc[[*first_of_rate, *rest][:SHOWN]].sort_values("misfit")
    paper = figure3()

    figure, panels = plt.subplots(2, 2, figsize=(7.2, 5.2), sharex=True, sharey=True)
    for axes, row in zip(panels.flat, shown.itertuples(), strict=False):
        reading = Reading(str(row.loss), str(row.error), int(row.steps_a_unit))
        of_row = curves[curves["key"] == row.key]
        for p, colour in CORRELATION_COLOURS.items():
            draw_published(axes, paper[paper["task_correlation"] == p], colour)
            ours = of_row[of_row["task_correlation"] == p]
            axes.plot(
                ours["step"] / reading.steps_a_unit,
                ours[reading.loss] * reading.factor,
                color=colour,
                linewidth=1.5,
            )
        axes.set_title(describe(row), fontsize=8)
        axes.set(xlim=(-200, 10_200), ylim=(0, 1.3))
    for axes in panels[-1]:
        axes.set_xlabel("number of steps")
    for axes in panels[:, 0]:
        axes.set_ylabel("loss")
    handles = [
        Line2D([], [], color=colour, linewidth=1.6, label=f"correlation {p:g}")
        for p, colour in CORRELATION_COLOURS.items()
    ]
    handles += [
        Line2D([], [], color=GREY, linewidth=1.5, label="candidate"),
        line_published(),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=5, frameon=False)
    return figure
