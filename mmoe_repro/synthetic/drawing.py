"""What the figures of loss curves and of final losses have in common: ours over the published ones."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from mmoe_repro.report.colours import CORRELATIONS, GREY, INK, MARKS
from mmoe_repro.synthetic.bins import BIN, N_BINS
from mmoe_repro.synthetic.models import TITLES

Curve = tuple[NDArray[np.float64], ...]  # steps, mean, low and high, as `mean_curve` gives it

PAPERS = 10_000  # steps
CLOSER = (2_000, 10_000)  # those of a closer look


def draw_curve(axes: Axes, curve: Curve, colour: str, mark: str = "") -> None:
    """Our mean curve with its interval; a mark each 2,000 steps, if it has one."""
    steps, mean, low, high = curve
    axes.fill_between(steps, low, high, color=colour, alpha=0.25, linewidth=0)
    axes.plot(steps, mean, color=colour, linewidth=1.6)
    if mark:
        at = steps % 2000 == 0
        axes.plot(steps[at], mean[at], mark, color=colour, markersize=3.6)


def draw_published(axes: Axes, curve: pd.DataFrame, colour: str, mark: str = "o") -> None:
    """The paper's curve (step, loss): thin, with a hollow mark each 1,000 steps."""
    axes.plot(curve["step"], curve["loss"], color=colour, linewidth=0.8, linestyle=(0, (4, 1.5)))
    marks = curve[curve["step"] % 1000 == 0]
    axes.plot(
        marks["step"],
        marks["loss"],
        linestyle="none",
        marker=mark,
        markersize=3.2,
        markerfacecolor="white",
        markeredgecolor=colour,
        markeredgewidth=0.9,
    )


def in_thousands(axes: Axes, every: int = 2, end: float = PAPERS) -> None:
    """The axis of steps in thousands, up to the `end` of ours; with a tick each so many thousands, where
    that is the paper's."""
    axes.set(xlim=(-0.02 * end, 1.02 * end), xlabel="thousand steps")
    if end == PAPERS:
        ticks = range(0, 11, every)
        axes.set_xticks([1000 * n for n in ticks], [str(n) for n in ticks])
    else:
        axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        axes.xaxis.set_major_formatter(lambda step, _: f"{step / 1000:g}")


def look_closer(axes: Axes, curves: Sequence[Curve]) -> None:
    """Show the steps of `CLOSER` alone, of shorter or longer curves as much of them, at the losses that
    our `curves` have there."""
    end = last_step(curves)
    first, last = (step * end / PAPERS for step in CLOSER)
    in_thousands(axes, end=end)
    there = [(c[0] >= first) & (c[0] <= last) for c in curves]
    low = min((float(c[2][at].min()) for c, at in zip(curves, there, strict=True)), default=0.0)
    high = max((float(c[3][at].max()) for c, at in zip(curves, there, strict=True)), default=1.0)
    room = 0.05 * (high - low)
    axes.set(xlim=(first, last), ylim=(low - room, high + room))


def last_step(curves: Iterable[Curve]) -> float:
    """Where our curves end; the paper's last step if there are none."""
    return max((float(c[0].max()) for c in curves), default=PAPERS)


def of_correlations(word: str = "correlation ") -> list[Line2D]:
    """Legend entries of task correlations, each after a `word`."""
    return [
        Line2D([], [], color=colour, linewidth=1.6, label=f"{word}{p:g}")
        for p, colour in CORRELATIONS.items()
    ]


def of_models(models: Sequence[str], colours: Mapping[str, Any]) -> list[Line2D]:
    """Legend entries of models."""
    return [
        Line2D([], [], color=colours.get(m, GREY), linewidth=1.6, marker=MARKS.get(m, ""),
               markersize=3.6, label=TITLES[m])
        for m in models
    ]  # fmt: skip


def line_published(mark: str = "o") -> Line2D:
    """The legend's entry for the paper's curves; without a mark where marks are the models'."""
    return Line2D(
        [],
        [],
        color=INK,
        linewidth=0.8,
        linestyle=(0, (4, 1.5)),
        marker=mark,
        markersize=3.2,
        markerfacecolor="white",
        label="published",
    )


def whose_lines(confidence: float, mark: str = "o") -> list[Line2D | Patch]:
    """Legend entries that tell our curves from the paper's."""
    ours = Line2D([], [], color=INK, linewidth=1.6, label=f"ours, {confidence:.0%} interval")
    return [ours, line_published(mark)]


def draw_histogram(axes: Axes, losses: pd.Series, paper: pd.DataFrame, colour: str) -> None:
    """Final losses (bars) over a panel of the published Figure 5 (outline, if there is one).

    Losses beyond the bins, and those of diverged runs, are counted in the last.
    """
    edges = BIN * np.arange(N_BINS + 1)
    known = losses.astype(float).fillna(np.inf).clip(upper=edges[-1] - BIN / 2)
    shares = np.histogram(known, edges)[0] / max(len(losses), 1)
    axes.bar(edges[:-1], shares, width=BIN, align="edge", color=colour, alpha=0.75, linewidth=0)
    if len(paper):
        heights = np.zeros(len(edges) - 1)
        bins = np.rint(paper["bin_low"] / BIN).astype(int)
        heights[bins[bins < len(heights)]] = paper["fraction_of_runs"][bins < len(heights)]
        axes.stairs(heights, edges, color=INK, linewidth=1.0)
    axes.set(xlim=(0, edges[-1]), ylim=(0, 0.8))


def whose_bars() -> list[Line2D | Patch]:
    """Legend entries that tell our histograms from the paper's."""
    return [
        Patch(color=INK, alpha=0.6, label="ours"),
        Line2D([], [], color=INK, linewidth=1.0, label="published"),
    ]
