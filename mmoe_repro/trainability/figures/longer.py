"""Mean curves of ten times the steps, over Figure 4's with one of them, and with ten, to one there."""

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullFormatter

from mmoe_repro.paper.published import published
from mmoe_repro.report.colours import GREY, INK, MARKS
from mmoe_repro.report.style import WIDTH
from mmoe_repro.synthetic.drawing import draw_curve, of_models
from mmoe_repro.trainability.ends import means, read
from mmoe_repro.trainability.plan import COMPARED, CORRELATIONS, LAST, MODELS, OF_STUDY, TIMES

FIRST = COMPARED[0]  # step at which the axis, which has no 0, begins, as the paper's curves do
MARKED = (1_000, 10_000, 100_000)  # what there are ticks and marks at
# How the paper's curves are drawn, with so many of our steps to one of theirs
PAPERS: dict[int, dict[str, Any]] = {
    1: {"linestyle": (0, (4, 1.5)), "linewidth": 0.9},
    TIMES: {"linestyle": (0, (1, 1.2)), "linewidth": 1.1},
}


def draw(inputs: dict[str, Path], plots: dict[str, Any], name: str) -> Figure:
    """`inputs`: NAME_longer and NAME_member (Parquet) of the universe called `name`."""
    _, values = read(inputs[f"{name}_member"], inputs[f"{name}_longer"])
    ours, paper = means(values, plots["confidence"]), published("figure4")
    figure, panels = plt.subplots(1, len(CORRELATIONS), figsize=(WIDTH, 3.1), sharey=True)
    for axes, p in zip(panels, CORRELATIONS, strict=True):
        axes.axvline(OF_STUDY, color=GREY, linewidth=0.8, zorder=1)
        for model in MODELS:
            colour, mark = plots["colours"][model], MARKS[model]
            theirs = paper[(paper["model"] == model) & (paper["task_correlation"] == p)]
            for times, line in PAPERS.items():
                axes.plot(theirs["step"] * times, theirs["loss"], color=colour, **line)
            of = ours[(ours["model"] == model) & (ours["task_correlation"] == p)]
            of = of[of["step"] >= FIRST]
            columns = ("step", "mean", "low", "high")
            draw_curve(axes, tuple(of[key].to_numpy(dtype=float) for key in columns), colour)
            marked = of[of["step"].isin(MARKED)]
            axes.plot(marked["step"], marked["mean"], mark, color=colour, markersize=3.6)
        axes.set(title=f"Correlation {p:g}", xscale="log", xlim=(0.9 * FIRST, 1.1 * LAST))
        axes.set_xlabel("thousand steps (logarithmic)")
        axes.set_xticks(MARKED, [f"{step / 1000:g}" for step in MARKED])
        axes.xaxis.set_minor_formatter(NullFormatter())
    panels[0].set(ylabel="loss", ylim=(0, None))
    figure.legend(
        handles=[*of_models(MODELS, plots["colours"]), *_whose(plots["confidence"])],
        loc="outside lower center",
        ncols=3,
        frameon=False,
    )
    return figure


def _whose(confidence: float) -> list[Line2D]:
    """Legend entries that tell our curves from the paper's."""
    words = {1: "published", TIMES: f"published, {TIMES} of our steps to one"}
    lines: list[Line2D] = [
        Line2D([], [], color=INK, linewidth=1.6, label=f"ours, {confidence:.0%} interval")
    ]
    return lines + [
        Line2D([], [], color=INK, label=words[times], **line) for times, line in PAPERS.items()
    ]
