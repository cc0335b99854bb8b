"""One universe's records as its choices of reading see them: the learning rates chosen, the losses.

Losses are scaled so that a constant prediction loses 0.5, as in the paper's figures: nothing hangs on
the labels' scale, and the smallest effects of `config/claims.yaml` mean the same everywhere.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from mmoe_repro.claims.evidence import Evidence
from mmoe_repro.synthetic.plan import FIGURE3_MODEL, SELECTION_FIRST
from mmoe_repro.synthetic.reading import Reading
from mmoe_repro.synthetic.samples import from_values
from mmoe_repro.synthetic.universe import Universe

CONSTANT = 0.5  # what a constant prediction loses
FIGURE3_RATE = 0.001  # Adam's default, as the paper states for Figure 3
EACH_CONDITION, EACH_MODEL, ONE_FOR_ALL = "each_condition", "each_model", "one_for_all"
_TOGETHER = {
    EACH_CONDITION: ["model", "task_correlation"],
    EACH_MODEL: ["model"],
    ONE_FOR_ALL: [],
}


def reading_of(choices: Mapping[str, Any]) -> Reading:
    """How a universe's losses are laid over the paper's figures."""
    return Reading(choices["loss"], choices["error"])


def learning_rates(runs: pd.DataFrame, rule: str, column: str) -> pd.DataFrame:
    """The learning rate of each model and correlation: columns model, task_correlation, learning_rate.

    `rule` is one of the three that choose on the selection's runs by the mean of `column`, together
    for each condition, each model or all; or a learning rate as text. A run that diverged makes its
    learning rate the last choice. Figure 3's model has the one that the paper states. Raises
    ValueError for a rule that is none.
    """
    known = runs[["model", "task_correlation", "learning_rate"]].drop_duplicates()
    of_figure3 = known[known["model"] == FIGURE3_MODEL]
    others = known[known["model"] != FIGURE3_MODEL]
    if rule not in _TOGETHER:
        fixed = others[others["learning_rate"] == float(rule)]
        return pd.concat([of_figure3, fixed], ignore_index=True)
    by = _TOGETHER[rule]
    selection = runs[(runs["seed"] >= SELECTION_FIRST) & (runs["model"] != FIGURE3_MODEL)]
    losses = selection.assign(value=selection[column].astype(float).fillna(np.inf))
    grouped = losses.groupby([*by, "learning_rate"])["value"].mean().reset_index()
    means = pd.DataFrame(grouped).sort_values(["value", "learning_rate"])
    best = means.drop_duplicates(by) if by else means.head(1)
    chosen = others.merge(best.drop(columns="value"))
    return pd.concat([of_figure3, chosen], ignore_index=True)


def reported(runs: pd.DataFrame, choices: Mapping[str, Any], universe: Universe) -> pd.DataFrame:
    """The runs of one universe that the verdicts are on, by its reading: `value` is a run's loss.

    The model of the universe's width stands as shared_bottom.
    """
    column = reading_of(choices).run_column
    rates = learning_rates(runs, str(choices["learning_rate_rule"]), column)
    found = runs[runs["seed"] < SELECTION_FIRST].merge(rates)
    model = found["model"].replace({str(choices["width"]): "shared_bottom"})
    value = found[column].astype(float) * _scale(universe)
    return found.assign(model=model, value=value)


def _scale(universe: Universe) -> float:
    return CONSTANT / universe.constant_loss()


def evidence(values: pd.DataFrame, universe: Universe) -> Evidence:
    """What runs of one universe show, some or all of those of `reported`."""
    edge = universe.plateau_edge() * _scale(universe)
    return from_values(values, sorted(set(values["seed"])), edge=edge)


def learns(runs: pd.DataFrame, u: Universe) -> bool:
    """Whether Figure 3's model at correlation 1 ends, on held-out data, below a constant prediction."""
    of = runs[(runs["model"] == FIGURE3_MODEL) & (runs["task_correlation"] == 1.0)]
    return bool(of["final_loss"].mean(skipna=False) < u.constant_loss())
