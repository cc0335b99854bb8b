"""The look of every figure (the paper's: seaborn's darkgrid, deep palette), and saving it."""

from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

GREEN, BLUE, RED, GREY = "#55a868", "#4c72b0", "#c44e52", "#4d4d4d"
CORRELATION_COLOURS = {0.5: GREEN, 0.9: BLUE, 1.0: RED}  # Figure 3's
FORMATS = ("pdf", "svg", "png")


def apply() -> None:
    """Set the style, and what makes the same figure the same bytes."""
    matplotlib.use("Agg")
    sns.set_theme(
        context="paper",
        style="darkgrid",
        palette="deep",
        rc={
            "font.size": 9,
            "axes.titlesize": 10,
            "axes.labelsize": 9,
            "legend.fontsize": 8,
            "xtick.labelsize": 8,
            "ytick.labelsize": 8,
            "pdf.fonttype": 42,
            "svg.hashsalt": "mmoe-repro",
            "svg.fonttype": "none",
            "figure.constrained_layout.use": True,
        },
    )


def save(figure: Figure, stem: Path) -> None:
    """Write `stem`.pdf, .svg and .png without dates: equal figures give equal bytes."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    metadata: dict[str, dict[str, Any]] = {
        "pdf": {"CreationDate": None},
        "svg": {"Date": None},
        "png": {"Software": None},
    }
    for form in FORMATS:
        figure.savefig(stem.with_suffix(f".{form}"), dpi=200, metadata=metadata[form])


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


def whose_lines(confidence: float) -> list[Line2D | Patch]:
    """Legend entries that tell our curves from the paper's."""
    return [
        Line2D([], [], color=GREY, linewidth=1.6, label=f"ours, {confidence:.0%} interval"),
        Line2D(
            [],
            [],
            color=GREY,
            linewidth=0.8,
            linestyle=(0, (4, 1.5)),
            marker="o",
            markersize=3.2,
            markerfacecolor="white",
            label="published",
        ),
    ]
