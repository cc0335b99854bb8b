"""What Figures 3 and 4 and the calibration's have in common: our curves over the published ones."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from mmoe_repro.report.style import BLUE, GREEN, GREY, RED

CORRELATION_COLOURS = {0.5: GREEN, 0.9: BLUE, 1.0: RED}  # Figure 3's


def draw_curve(axes: Axes, curve: tuple[NDArray[np.float64], ...], colour: str) -> None:
    """Our mean curve with its interval: (steps, mean, low, high) of `mean_curve`."""
    steps, mean, low, high = curve
    axes.fill_between(steps, low, high, color=colour, alpha=0.25, linewidth=0)
    axes.plot(steps, mean, color=colour, linewidth=1.6)


def draw_published(axes: Axes, curve: pd.DataFrame, colour: str) -> None:
    """The paper's curve (step, loss): thin, with a mark each 1,000 steps."""
    axes.plot(curve["step"], curve["loss"], color=colour, linewidth=0.8, linestyle=(0, (4, 1.5)))
    marks = curve[curve["step"] % 1000 == 0]
    axes.plot(
        marks["step"],
        marks["loss"],
        linestyle="none",
        marker="o",
        markersize=3.2,
        markerfacecolor="white",
        markeredgecolor=colour,
        markeredgewidth=0.9,
    )


def line_published() -> Line2D:
    """The legend's entry for the paper's curves."""
    return Line2D(
        [],
        [],
        color=GREY,
        linewidth=0.8,
        linestyle=(0, (4, 1.5)),
        marker="o",
        markersize=3.2,
        markerfacecolor="white",
        label="published",
    )


def whose_lines(confidence: float) -> list[Line2D | Patch]:
    """Legend entries that tell our curves from the paper's."""
    ours = Line2D([], [], color=GREY, linewidth=1.6, label=f"ours, {confidence:.0%} interval")
    return [ours, line_published()]
