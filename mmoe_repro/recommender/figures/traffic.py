"""The simulated traffic: what is popular, and what the truth can reach as tables grow."""

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from mmoe_repro.recommender.names import TASKS
from mmoe_repro.report.colours import INK
from mmoe_repro.report.colours import TASKS as OF_TASKS
from mmoe_repro.report.style import WIDTH


def draw(inputs: dict[str, Path], plots: dict[str, Any]) -> Figure:
    """`inputs`: traffic, popularity (CSV)."""
    del plots
    popularity, of = pd.read_csv(inputs["popularity"]), pd.read_csv(inputs["traffic"])
    figure, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 2.6))
    for (name, some), line in zip(popularity.groupby("of"), ("-", ":"), strict=True):
        left.loglog(some["rank"], some["share"], line, color=INK, label=str(name))
    left.set(xlabel="rank", ylabel="share of exposures")
    left.legend(frameon=False)
    sizes = sorted(set(of["users"]))
    for task, colour, shift in zip(TASKS, OF_TASKS, (-0.08, 0.08), strict=True):
        some = of[of["task"] == task]
        at = some["users"].map(sizes.index) + shift
        right.plot(at, some["bayes_auc"], "o", color=colour, markersize=4, label=task)
    right.set_xticks(range(len(sizes)), [f"{users:,}" for users in sizes])
    right.set(xlabel="users", ylabel="AUC of the true probabilities")
    right.legend(frameon=False)
    return figure
