"""A statement over all believable universes: margins in order, the choices below, and what decides."""

import json
from collections.abc import Mapping
from numbers import Real
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, NullFormatter

from mmoe_repro.claims.outcomes import CONTRADICTED, SUPPORTED, UNDECIDED
from mmoe_repro.files import read_table
from mmoe_repro.multiverse.words import CHOICES, value
from mmoe_repro.report.colours import GREEN, GREY, RED
from mmoe_repro.report.style import WIDTH

COLOURS = {SUPPORTED: GREEN, UNDECIDED: GREY, CONTRADICTED: RED}
LINEAR = 0.05  # margins in loss are shown linear up to here, by tens beyond
FACTOR = 4.0  # ratios beyond it are shown at it


def draw(inputs: dict[str, Path], plots: dict[str, Any], name: str) -> Figure:
    """`inputs`: verdicts, members, decomposition. `name`: the statement."""
    rows = read_table(
        inputs["verdicts"], "name", "claim", "verdict", "margin", "low", "high", "ratio"
    )
    members = read_table(inputs["members"], "name", "choices")
    shown = rows[(rows["claim"] == name) & rows["believable"]].merge(members, on="name")
    shown = shown.sort_values(["margin", "name"], ignore_index=True)
    choices = pd.DataFrame([json.loads(text) for text in shown["choices"]])
    shares = read_table(inputs["decomposition"], "claim", "choice", "share", "low", "high")
    of_choice = {r["choice"]: r for r in shares[shares["claim"] == name].to_dict("records")}

    dots = [
        (dimension, chosen)
        for dimension in CHOICES
        for chosen in sorted(choices[dimension].unique(), key=_order)
    ]
    figure = plt.figure(figsize=(WIDTH, 8.3))
    grid = figure.add_gridspec(
        2,
        2,
        height_ratios=(2.1, 7),
        width_ratios=(5.2, 1.1),
        hspace=0.05,
        wspace=0.05,
        left=0.38,
        right=0.96,
        bottom=0.09,
        top=0.99,
    )
    top, matrix = figure.add_subplot(grid[0, 0]), figure.add_subplot(grid[1, 0])
    side = figure.add_subplot(grid[1, 1])
    _curve(top, shown, bool(shown["ratio"].iloc[0]))
    _matrix(matrix, shown, choices, dots, of_choice)
    _sides(side, shown, choices, dots)
    matrix.set_xlim(-1, len(shown))
    top.set_xlim(-1, len(shown))
    handles = [
        Line2D([], [], color=colour, marker="o", linestyle="", markersize=4, label=verdict)
        for verdict, colour in COLOURS.items()
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=3, frameon=False)
    return figure


def _order(chosen: Any) -> tuple[float, str]:
    """Numbers by size, then words by name; what is missing (fresh samples) last."""
    return (float(chosen) if isinstance(chosen, Real) and chosen == chosen else np.inf), str(chosen)


def _is(values: pd.Series, chosen: Any) -> np.ndarray:
    """Which of the values are `chosen`, a missing one being equal to itself."""
    missing = chosen is None or chosen != chosen
    found: np.ndarray = (values.isna() if missing else values == chosen).to_numpy()
    return found


def _curve(axes: Axes, shown: pd.DataFrame, ratio: bool) -> None:
    limit = np.log(FACTOR)
    margin, low, high = (
        shown[key].clip(-limit, limit) if ratio else shown[key] for key in ("margin", "low", "high")
    )
    x, colours = np.arange(len(shown)), shown["verdict"].map(COLOURS)
    axes.vlines(x, low, high, colors=list(colours), linewidth=0.7, alpha=0.45)
    axes.scatter(x, margin, c=list(colours), s=5, zorder=3, linewidths=0)
    beyond = (shown["margin"].abs() > limit).to_numpy() & ratio
    axes.scatter(
        x[beyond], margin[beyond], c=list(colours[beyond]), s=22, zorder=3, marker="d", linewidths=0
    )
    axes.axhline(0, color="black", linewidth=0.7)
    axes.tick_params(labelbottom=False)
    if ratio:
        ticks = [t for t in (0.25, 0.5, 1, 2, 4) if abs(np.log(t)) <= limit + 1e-9]
        axes.set_yticks(np.log(ticks), [f"{t:g}" for t in ticks])
        axes.set_ylabel("ratio over its edge\n(diamonds: beyond)")
        axes.set_ylim(-1.08 * limit, 1.08 * limit)
    else:
        axes.set_yscale("symlog", linthresh=LINEAR, linscale=1.2)
        ends = max(float(low.abs().max()), float(high.abs().max()), LINEAR)
        ticks = [t for t in (LINEAR, 0.1, 0.2, 0.5, 1) if t <= 1.05 * ends]
        axes.set_yticks([-t for t in reversed(ticks)] + [0, *ticks])
        axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
        axes.yaxis.set_minor_formatter(NullFormatter())
        axes.set_ylabel("effect less its edge\n(a constant loses 0.5)")


def _matrix(
    axes: Axes, shown: pd.DataFrame, choices: pd.DataFrame, dots: list[tuple[str, Any]],
    of_choice: Mapping[str, Mapping[Any, Any]],
) -> None:  # fmt: skip
    colours = np.array(shown["verdict"].map(COLOURS))
    size = np.clip(900 / len(shown), 4, 45)  # to be seen where there are few
    for i, (dimension, chosen) in enumerate(dots):
        x = np.flatnonzero(_is(choices[dimension], chosen))
        axes.scatter(x, np.full(len(x), i), c=list(colours[x]), s=size, marker="|", linewidths=1)
    axes.set_ylim(len(dots) - 0.5, -0.5)
    axes.set_yticks(range(len(dots)), [value(*dot) for dot in dots], fontsize=7)
    axes.grid(visible=False)
    axes.set_xlabel(f"{len(shown)} believable universes, by the statement's margin")
    _bands(axes, dots)
    for dimension in CHOICES:
        rows = [i for i, dot in enumerate(dots) if dot[0] == dimension]
        text = CHOICES[dimension]
        of = of_choice.get(dimension)
        if of and of["share"] >= 0:  # not where it is not known
            text += f"\n{100 * of['share']:.0f} % [{100 * of['low']:.0f}, {100 * of['high']:.0f}]"
        elif len(rows) == 1:
            text += "\n"
        axes.text(
            -0.4, float(np.mean(rows)), text, transform=axes.get_yaxis_transform(), fontsize=7.5,
            ha="right", va="center", linespacing=1.15,
        )  # fmt: skip


def _sides(
    axes: Axes, shown: pd.DataFrame, choices: pd.DataFrame, dots: list[tuple[str, Any]]
) -> None:
    """Of the universes with a value, the share of each verdict."""
    for i, (dimension, chosen) in enumerate(dots):
        verdicts = shown["verdict"][_is(choices[dimension], chosen)]
        left = 0.0
        for verdict, colour in COLOURS.items():
            share = float((verdicts == verdict).mean())
            axes.barh(i, share, left=left, height=0.7, color=colour, alpha=0.75, linewidth=0)
            left += share
        axes.text(1.03, i, f"{len(verdicts)}", fontsize=7, va="center")
    axes.set_ylim(len(dots) - 0.5, -0.5)
    axes.set_xlim(0, 1)
    axes.set_yticks([])
    axes.set_xticks([0, 0.5, 1], ["0", "", "1"])
    axes.set_xlabel("verdicts")
    axes.text(1.03, -1, "n", fontsize=7, va="center")
    axes.grid(visible=False)


def _bands(axes: Axes, dots: list[tuple[str, Any]]) -> None:
    """Every other choice's rows on a shade."""
    for k, dimension in enumerate(CHOICES):
        rows = [i for i, dot in enumerate(dots) if dot[0] == dimension]
        if rows and k % 2:
            axes.axhspan(rows[0] - 0.5, rows[-1] + 0.5, color="white", alpha=0.6, zorder=0)
