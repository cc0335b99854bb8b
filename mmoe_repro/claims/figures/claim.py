"""The decision plot of one statement: effects and intervals against the region that it names."""

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator, NullFormatter

from mmoe_repro.claims.tables import statement
from mmoe_repro.files import read_json
from mmoe_repro.report.colours import INK, VERDICTS

SOURCES = {"published": ("D", 0.17, "white"), "reproduced": ("o", -0.17, INK)}  # hollow, filled
HOLDS: dict[str, Any] = {"color": VERDICTS["supported"], "alpha": 0.2}
LABELS = {"published": "the paper's values", "reproduced": "our runs"}

WIDE = 50  # smallest effects: an axis that must show more is not linear


def draw(inputs: dict[str, Path], plots: dict[str, Any], name: str) -> Figure:
    """`inputs`: verdicts (JSON). `name`: the statement."""
    document = read_json(inputs["verdicts"], "statements")
    s = statement(document, name)
    parts = s["parts"]
    figure, axes = plt.subplots(figsize=(6.4, 0.95 + min(0.42, 2.0 / len(parts)) * len(parts)))
    ratio = parts[0]["ratio"]
    ends = [1.0 if ratio else 0.0]
    for i, part in enumerate(parts):
        y = len(parts) - 1 - i
        low, high = region(part)
        ends += [end for end in (low, high) if np.isfinite(end)]
        for source, (marker, shift, face) in SOURCES.items():
            if "parts" not in s[source]:
                continue
            e = s[source]["parts"][i]
            if e["low"] is None or e["high"] is None or e["estimate"] is None:
                continue
            ends += [e["low"], e["high"]]
            axes.plot([e["low"], e["high"]], [y + shift] * 2, color=INK, linewidth=1.4)
            axes.plot(
                e["estimate"],
                y + shift,
                marker=marker,
                markersize=4.5,
                color=INK,
                markerfacecolor=face,
            )
    scale = "\n(logarithmic)" if ratio else ""
    if ratio:
        axes.set_xscale("log")
        shown = [0.125, 0.25, 0.5, 0.8, 1, 1.25, 2, 4, 8]
        margin = (max(ends) / min(ends)) ** 0.06
        axes.set_xlim(min(ends) / margin, max(ends) * margin)
        axes.set_xticks([t for t in shown if min(ends) / margin <= t <= max(ends) * margin])
        axes.xaxis.set_major_formatter(lambda x, _: f"{x:g}")
        axes.xaxis.set_minor_formatter(NullFormatter())
    elif max(map(abs, ends)) > WIDE * parts[0]["smallest"]:  # linear about the edge, then by tens
        edge = parts[0]["smallest"]
        axes.set_xscale("symlog", linthresh=2 * edge, linscale=1.5)
        scale = f"\n(logarithmic beyond ±{2 * edge:g})"
        axes.set_xlim(min(0, *ends) * 1.3 - edge, max(0, *ends) * 1.3 + edge)
        tens = [edge * 10**i for i in range(1, 4) if edge * 10**i < 1.3 * max(map(abs, ends))]
        shown = [-t for t in reversed(tens)] + [-edge, 0, edge, *tens]
        axes.set_xticks([t for t in shown if axes.get_xlim()[0] <= t <= axes.get_xlim()[1]])
        axes.xaxis.set_major_formatter(lambda x, _: f"{x:g}")
        axes.xaxis.set_minor_formatter(NullFormatter())
    else:
        margin = 0.06 * (max(ends) - min(ends))
        axes.set_xlim(min(ends) - margin, max(ends) + margin)
        axes.xaxis.set_major_locator(MaxNLocator(7))
    left, right = axes.get_xlim()
    for i, part in enumerate(parts):
        y = len(parts) - 1 - i
        low, high = (np.clip(end, left, right) for end in region(part))
        axes.fill_betweenx([y - 0.46, y + 0.46], low, high, **HOLDS, linewidth=0)
    axes.axvline(1.0 if ratio else 0.0, color=INK, linewidth=0.8)
    axes.set_ylim(-0.6, len(parts) - 0.4)
    axes.set_yticks(range(len(parts)), [part["words"] for part in reversed(parts)])
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(axis_label(parts[0]["estimand"], s["measure"]) + scale)
    handles: list[Line2D | Patch] = [
        Line2D([], [], color=INK, marker=m, markersize=4.5, markerfacecolor=f, label=LABELS[source])
        for source, (m, _, f) in SOURCES.items()
        if "parts" in s[source]
    ]
    handles.append(Patch(**HOLDS, label="where the statement holds"))
    figure.legend(handles=handles, loc="outside lower center", ncols=3, frameon=False)
    return figure


def region(part: dict[str, Any]) -> tuple[float, float]:
    """The region of a part, its ends in the estimand's units."""
    if part["rule"] == "more_than":
        return part["smallest"], np.inf
    return (1 / part["smallest"] if part["ratio"] else -part["smallest"]), part["smallest"]


def axis_label(estimand: str, measure: str) -> str:
    """What the horizontal axis shows."""
    if measure != "loss":
        return f"difference of mean {measure}s"
    return {
        "ratio_of_sds": "ratio of standard deviations",
        "loss_of_good_runs": "share of good runs that is lost",
        "difference_of_shares": "difference of shares of runs above the edge",
        "difference_of_gaps": "difference of gaps in mean final loss",
        "difference_of_low_quantiles": "difference of the 5% quantiles of final loss",
    }.get(estimand, "difference of mean final losses")
