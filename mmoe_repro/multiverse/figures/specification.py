"""A statement over all believable universes: margins in order, the choices below, and what decides."""

import json
from collections.abc import Mapping
from functools import cache
from numbers import Real
from pathlib import Path
from textwrap import fill
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter
from matplotlib.transforms import blended_transform_factory

from mmoe_repro.claims.estimands import ESTIMANDS
from mmoe_repro.claims.statements import load
from mmoe_repro.files import read_table
from mmoe_repro.multiverse.words import CHOICES, value
from mmoe_repro.report.colours import INK, VERDICT_MARKS, VERDICTS
from mmoe_repro.report.style import WIDTH

LINEAR = 0.02  # margins are shown linear up to here, by tens beyond
TICKS = (0.02, 0.1, 0.5)
claims_of = cache(load)  # the file is the same for every statement's figure
OF_A_SHARE = {"difference_of_shares", "loss_of_good_runs"}  # no losses
FACTOR = 4.0  # ratios beyond it are shown at it


def draw(inputs: dict[str, Path], plots: dict[str, Any], name: str) -> Figure:
    """`inputs`: verdicts, members, decomposition, claims. `name`: the statement."""
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
    figure = plt.figure(figsize=(WIDTH, 7.4))
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
    ratio = bool(shown["ratio"].iloc[0])
    _curve(top, shown, ratio)
    top.text(
        0.01, 0.5, _about(inputs["claims"], name, ratio), fontsize=7.5, va="center", linespacing=1.3,
        transform=blended_transform_factory(figure.transFigure, top.transAxes), in_layout=False,
    )  # fmt: skip
    _matrix(matrix, shown, choices, dots, of_choice)
    _sides(side, shown, choices, dots)
    for axes in (top, matrix):
        axes.set_xlim(0, len(shown) + 1)
        axes.set_xticks(_shown_ranks(len(shown)))
    handles = [
        Line2D([], [], color=colour, marker=VERDICT_MARKS[verdict], linestyle="", label=verdict)
        for verdict, colour in VERDICTS.items()
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
    ranks, colours = _ranks(shown), shown["verdict"].map(VERDICTS)
    axes.vlines(ranks, low, high, colors=list(colours), linewidth=0.8, alpha=0.5)
    size = np.clip(500 / len(shown), 8, 26)  # to be seen where there are few
    for verdict, mark in VERDICT_MARKS.items():
        of = (shown["verdict"] == verdict).to_numpy()
        axes.scatter(
            ranks[of], margin[of], s=size, color=VERDICTS[verdict], marker=mark, zorder=3, linewidths=0
        )  # fmt: skip
    axes.axhline(0, color=INK, linewidth=0.7)
    axes.tick_params(labelbottom=False)
    if ratio:
        axes.set_yticks(np.log([0.25, 0.5, 1, 2, 4]), ["≤ 0.25", "0.5", "1", "2", "≥ 4"])
        axes.set_ylim(-1.12 * limit, 1.12 * limit)
        return
    axes.set_yscale("symlog", linthresh=LINEAR)
    ends = 1.5 * max(float(low.abs().max()), float(high.abs().max()), LINEAR)
    axes.set_ylim(-ends, ends)
    ticks = [t for t in TICKS if t <= ends]
    axes.set_yticks([-t for t in reversed(ticks)] + [0, *ticks])
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())


def _about(claims: Path, name: str, ratio: bool) -> str:
    """What the margin is, to be said beside its axis."""
    estimands = {part.estimand for part in claims_of(claims).named([name]).claims[0].parts}
    of = " or ".join(ESTIMANDS[estimand].words for estimand in sorted(estimands))
    if ratio:
        said = [
            f"The {of} over the edge of its region: above 1 the statement holds.",
            "Logarithmic.",
        ]
    else:
        said = [f"By how much the {of} is inside its region: above 0 the statement holds."]
        said += [] if estimands & OF_A_SHARE else ["A constant prediction loses 0.5."]
        said.append(f"Logarithmic beyond ±{LINEAR:g}.")
    return "\n".join(fill(sentence, 32) for sentence in said)


def _ranks(shown: pd.DataFrame) -> np.ndarray:
    """Places in the order, from 1 on."""
    return np.arange(1, len(shown) + 1)


def _shown_ranks(n: int) -> list[int]:
    """The first place, and round ones."""
    ticks = MaxNLocator(6, integer=True, steps=[1, 2, 5, 10]).tick_values(0, n)
    return [1, *(int(t) for t in ticks if 1 < t <= n)]


def _matrix(
    axes: Axes, shown: pd.DataFrame, choices: pd.DataFrame, dots: list[tuple[str, Any]],
    of_choice: Mapping[str, Mapping[Any, Any]],
) -> None:  # fmt: skip
    colours, ranks = np.array(shown["verdict"].map(VERDICTS)), _ranks(shown)
    width = np.clip(150 / len(shown), 0.8, 1.6)
    for i, (dimension, chosen) in enumerate(dots):
        at = _is(choices[dimension], chosen)
        axes.vlines(ranks[at], i - 0.32, i + 0.32, colors=list(colours[at]), linewidth=width)
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
        for verdict, colour in VERDICTS.items():
            share = float((verdicts == verdict).mean())
            axes.barh(i, share, left=left, height=0.7, color=colour, linewidth=0)
            left += share
        axes.text(1.03, i, f"{len(verdicts)}", fontsize=7, va="center")
    axes.set_ylim(len(dots) - 0.5, -0.5)
    axes.set_xlim(0, 1)
    axes.set_yticks([])
    axes.set_xticks([0, 0.5, 1], ["0", "", "1"])
    axes.set_xlabel("share")
    axes.text(1.03, -1, "n", fontsize=7, va="center")
    axes.grid(visible=False)


def _bands(axes: Axes, dots: list[tuple[str, Any]]) -> None:
    """Every other choice's rows on a shade."""
    for k, dimension in enumerate(CHOICES):
        rows = [i for i, dot in enumerate(dots) if dot[0] == dimension]
        if rows and k % 2:
            axes.axhspan(rows[0] - 0.5, rows[-1] + 0.5, color="white", alpha=0.6, zorder=0)
