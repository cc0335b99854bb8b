"""What Figures 3 and 4 and the calibration's have in common: our curves over the published ones."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from mmoe_repro.report.colours import BLUE, GREEN, GREY, RED

CORRELATION_COLOURS = {0.5: GREEN, 0.9: BLUE, 1.0: RED}  # Figure 3's
BIN, LAST = 1 / 30, 0.7  # of Figure 5's histograms
INK = "#222222"


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


def draw_histogram(axes: Axes, losses: pd.Series, paper: pd.DataFrame, colour: str) -> None:
    """Final losses (bars) over a panel of the published Figure 5 (outline, if there is one).

    Losses above 0.7, and those of diverged runs, are counted in the last bin.
    """
    edges = np.arange(0, LAST + BIN / 2, BIN)
    known = losses.astype(float).fillna(np.inf).clip(upper=LAST - BIN / 2)
    shares = np.histogram(known, edges)[0] / max(len(losses), 1)
    axes.bar(edges[:-1], shares, width=BIN, align="edge", color=colour, alpha=0.75, linewidth=0)
    if len(paper):
        heights = np.zeros(len(edges) - 1)
        bins = np.rint(paper["bin_low"] / BIN).astype(int)
        heights[bins[bins < len(heights)]] = paper["fraction_of_runs"][bins < len(heights)]
        axes.stairs(heights, edges, color=INK, linewidth=1.0)
    axes.set(xlim=(0, LAST), ylim=(0, 0.8))


def whose_bars() -> list[Line2D | Patch]:
    """Legend entries that tell our histograms from the paper's."""
    return [
        Patch(color=GREY, alpha=0.75, label="ours"),
        Line2D([], [], color=INK, linewidth=1.0, label="published"),
    ]
