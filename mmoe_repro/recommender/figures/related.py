"""How far each method is from Shared-Bottom at the last look, on every traffic."""

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from mmoe_repro.recommender.names import METHODS, TASKS
from mmoe_repro.recommender.summary import BASE
from mmoe_repro.report.colours import INK, MARKS
from mmoe_repro.report.style import WIDTH

OF_OTHERS = {"single_task": "X", "l2_constrained": "o", "cross_stitch": "^"}


def draw(inputs: dict[str, Path], plots: dict[str, Any]) -> Figure:
    """`inputs`: tables (CSV), as `summary.offline` makes them. A panel a task."""
    colours = plots.get("colours", {})
    of = pd.read_csv(inputs["tables"])
    of = of[(of["measure"] == "auc") & (of["method"] != BASE)]
    of = of[of["step"] == of.groupby("variant")["step"].transform("max")]
    variants = list(dict.fromkeys(of["variant"]))
    methods = [method for method in METHODS if method in set(of["method"])]
    figure, panels = plt.subplots(1, 2, figsize=(WIDTH, 0.9 + 0.42 * len(variants)), sharey=True)
    places = np.linspace(-0.3, 0.3, len(methods)) if len(methods) > 1 else [0.0]
    for panel, task in zip(panels, TASKS, strict=True):
        panel.axvline(0, color=INK, linewidth=0.8)
        for method, shift in zip(methods, places, strict=True):
            some = of[(of["task"] == task) & (of["method"] == method)]
            at = some["variant"].map(variants.index) + shift
            ends = [some["against"] - some["against_low"], some["against_high"] - some["against"]]
            panel.errorbar(
                some["against"], at, xerr=np.abs(ends), fmt=(MARKS | OF_OTHERS)[method], markersize=4,
                linewidth=1, color=colours.get(method, INK), label=METHODS[method],
            )  # fmt: skip
        panel.set(title=task, xlabel="AUC less Shared-Bottom's")
    panels[0].set_yticks(range(len(variants)), [name.replace("_", " ") for name in variants])
    panels[0].set_ylim(len(variants) - 0.5, -0.5)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=5, frameon=False)
    return figure
