"""Final loss, spread and share of stuck runs over learning rate and scale of the initial weights."""

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from mmoe_repro.files import read_table
from mmoe_repro.report.style import WIDTH
from mmoe_repro.synthetic.models import TITLES
from mmoe_repro.trainability.cells import summary
from mmoe_repro.trainability.plan import MODELS, RATES, SCALES

SHOWN = {
    "mean": ("mean loss", "viridis_r", 1.0),
    "sd": ("sd of losses", "magma_r", None),
    "stuck": ("share above edge", "cividis_r", 1.0),
}


def draw(inputs: dict[str, Path], plots: dict[str, Any], name: str) -> Figure:
    """`inputs`: NAME_map and NAME_member (Parquet) of the universe called `name`."""
    from mmoe_repro.multiverse.design import read_members

    universe = read_members(inputs[f"{name}_member"])[0].universe
    runs = read_table(inputs[f"{name}_map"], "model", "learning_rate", "scale", "final_loss")
    cells = summary(runs, universe.constant_loss(), universe.plateau_edge())
    figure, panels = plt.subplots(3, 3, figsize=(WIDTH, 4.7), sharex=True, sharey=True)
    for row, (key, (words, colours, top)) in zip(panels, SHOWN.items(), strict=True):
        # A few cells whose start is too large to recover from would leave one colour to all others.
        largest = top if top is not None else float(np.nanquantile(cells[key], 0.9))
        for axes, model in zip(row, MODELS, strict=True):
            table = cells[cells["model"] == model].pivot(
                index="scale", columns="learning_rate", values=key
            )
            values = table.loc[list(SCALES), list(RATES)].to_numpy(dtype=float)
            image = axes.imshow(
                values, origin="lower", aspect="auto", cmap=colours, vmin=0, vmax=largest
            )
            for (i, j), value in np.ndenumerate(values):
                dark = np.isfinite(value) and value > 0.55 * largest
                axes.text(j, i, _short(value), ha="center", va="center", fontsize=7,
                          color="white" if dark else "black")  # fmt: skip
            axes.grid(visible=False)
            axes.set_xticks(range(len(RATES)), [f"{rate:g}" for rate in RATES], rotation=60)
            axes.set_yticks(range(len(SCALES)), [f"{scale:g}" for scale in SCALES])
        extend = "max" if np.nanmax(cells[key]) > largest else "neither"
        figure.colorbar(image, ax=list(row), label=words, fraction=0.03, pad=0.02, extend=extend)
        row[0].set_ylabel("scale of the start")
    for axes, model in zip(panels[0], MODELS, strict=True):
        axes.set_title(TITLES[model])
    for axes in panels[-1]:
        axes.set_xlabel("learning rate")
    return figure


def _short(value: float) -> str:
    """Two decimals without a leading zero, or, from 10 on, none."""
    if not np.isfinite(value):
        return "--"
    return f"{value:.0f}" if value >= 10 else f"{value:.2f}".removeprefix("0")
