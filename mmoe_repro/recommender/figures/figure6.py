"""Figure 6: mean gates of MMoE's experts by task, ours over the published bars."""

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from mmoe_repro.paper.published import published
from mmoe_repro.recommender.names import REFERENCE, TASKS
from mmoe_repro.recommender.summary import gates_in_order
from mmoe_repro.report.colours import INK
from mmoe_repro.report.colours import TASKS as OF_TASKS
from mmoe_repro.report.style import WIDTH

COLOURS = dict(zip(TASKS, OF_TASKS, strict=True))


def draw(inputs: dict[str, Path], plots: dict[str, Any]) -> Figure:
    """`inputs`: gates (Parquet). A panel for the paper's run and one for ours."""
    del plots
    gates = pd.read_parquet(inputs["gates"])
    of = gates[(gates["variant"] == REFERENCE) & (gates["method"] == "mmoe")]
    ours = gates_in_order(of)
    paper = published("figure6").rename(columns={"mean_gate": "weight"})
    theirs = gates_in_order(paper.assign(step=0, variant="", method="mmoe", seed=0))
    figure, panels = plt.subplots(1, 2, figsize=(WIDTH, 2.6), sharey=True)
    random = np.random.default_rng(0)
    for panel, frame, title in (
        (panels[0], theirs, "the paper's run"),
        (panels[1], ours, f"ours, {ours['seed'].nunique()} runs"),
    ):
        for task, shift in zip(TASKS, (-0.2, 0.2), strict=True):
            at = frame["rank"] + shift
            means = frame.groupby("rank")[task].mean()
            panel.bar(means.index + shift, means, 0.4, color=COLOURS[task], label=task)
            if frame["seed"].nunique() > 1:
                jitter = random.uniform(-0.12, 0.12, len(frame))
                panel.plot(at + jitter, frame[task], ".", color=INK, markersize=2.5, alpha=0.6)
        panel.set(title=title, xlabel="expert, by use for satisfaction", ylim=(0, 1))
        panel.set_xticks(sorted(set(frame["rank"])))
        even = 1 / frame["rank"].max()
        panel.axhline(even, color=INK, linewidth=0.8, linestyle=":")
    panels[0].set_ylabel("mean gate")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, frameon=False)
    return figure
