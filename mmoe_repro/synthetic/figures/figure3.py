"""Figure 3: Shared-Bottom-16's loss at three task correlations, and a closer look, for each rate."""

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from mmoe_repro import records
from mmoe_repro.files import read_json
from mmoe_repro.paper.published import published
from mmoe_repro.report.colours import CORRELATIONS
from mmoe_repro.report.style import WIDTH
from mmoe_repro.synthetic.drawing import (
    draw_curve,
    draw_published,
    in_thousands,
    last_step,
    look_closer,
    of_correlations,
    whose_lines,
)
from mmoe_repro.synthetic.reading import Reading
from mmoe_repro.synthetic.schema import CURVES
from mmoe_repro.synthetic.summaries import mean_curve

ROOM = 0.01  # of loss, beside the published values in the closer look


def draw(inputs: dict[str, Path], plots: dict[str, Any]) -> Figure:
    """`inputs`: curves (Parquet), universe (JSON)."""
    curves = records.read(inputs["curves"], CURVES)
    resolved = read_json(inputs["universe"], "universe", "reading")
    reading = Reading.from_dict(resolved["reading"])
    paper = published("figure3")
    rates = sorted(curves["learning_rate"].unique())

    figure, panels = plt.subplots(
        len(rates), 2, figsize=(WIDTH, 0.4 + 2.6 * len(rates)), squeeze=False
    )
    for (whole, closer), rate in zip(panels, rates, strict=True):
        of_rate = curves[curves["learning_rate"] == rate]
        ours = {
            p: mean_curve(of, reading, plots["confidence"])
            for p in CORRELATIONS
            if len(of := of_rate[of_rate["task_correlation"] == p])
        }
        for axes in (whole, closer):
            for p, colour in CORRELATIONS.items():
                draw_published(axes, paper[paper["task_correlation"] == p], colour)
                if p in ours:
                    draw_curve(axes, ours[p], colour)
        stated = ", as the paper states" if rate == 0.001 else ""
        in_thousands(whole, end=last_step(ours.values()))
        whole.set(title=f"Adam, {rate:g}{stated}", ylabel="loss", ylim=(0, 1.3))
        look_closer(closer, list(ours.values()))
        seen = paper.loc[paper["step"].between(*closer.get_xlim()), "loss"]
        low, high = closer.get_ylim()
        closer.set_ylim(min(low, seen.min() - ROOM), max(high, seen.max() + ROOM))
        closer.set_title("the same, where our curves end")
    figure.legend(
        handles=of_correlations() + whose_lines(plots["confidence"]),
        loc="outside lower center",
        ncols=5,
        frameon=False,
    )
    return figure
