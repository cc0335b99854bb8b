"""How far each universe is from the paper's Figures 3, 4 and 5, in the figures' units.

Figure 3 is what the calibration sees. Nothing is chosen on Figures 4 and 5: the distances to them are
the test of what was chosen on Figure 3.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from mmoe_repro.multiverse.design import Member
from mmoe_repro.multiverse.reading import learning_rates, reading_of
from mmoe_repro.multiverse.words import CHOICES, value
from mmoe_repro.paper.published import published
from mmoe_repro.synthetic.plan import FIGURE3_MODEL, SELECTION_FIRST

KEYS = ["model", "task_correlation"]
FIGURES = ("figure3", "figure4", "figure5")


def read_off(
    runs: pd.DataFrame, curves: pd.DataFrame, choices: Mapping[str, Any]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One universe's reported runs and mean curves at the learning rates chosen there, in the paper's
    units: `value` and `ours`. The model of the universe's width is called shared_bottom."""
    reading = reading_of(choices)
    rates = learning_rates(runs, str(choices["learning_rate_rule"]), reading.run_column)
    width = {str(choices["width"]): "shared_bottom", FIGURE3_MODEL: FIGURE3_MODEL}
    final = runs[runs["seed"] < SELECTION_FIRST].merge(rates)
    means = curves.merge(rates)
    return (
        final.assign(
            model=final["model"].replace(width),
            value=final[reading.run_column].astype(float) * reading.factor,
        ),
        means.assign(
            model=means["model"].replace(width),
            ours=means[reading.curve_column].astype(float) * reading.factor,
        ),
    )


def distances(
    runs: pd.DataFrame, curves: pd.DataFrame, choices: Mapping[str, Any]
) -> dict[str, float]:
    """`apart` of one universe in its own reading."""
    return apart(*read_off(runs, curves, choices))


def apart(final: pd.DataFrame, means: pd.DataFrame) -> dict[str, float]:
    """Figure -> distance, from the tables of `read_off`.

    Of mean curves the root mean square over the published points at the steps kept, as the
    calibration's misfit; of final losses the mean over Figure 5's panels of how far runs would have
    to be moved on average to turn ours into the published histogram (Wasserstein, at its bins'
    middles). Infinite where a run diverged.
    """
    shown = {
        "figure3": published("figure3").assign(model=FIGURE3_MODEL),
        "figure4": published("figure4"),
    }
    found = {}
    for figure, paper in shown.items():
        both = paper.merge(means[[*KEYS, "step", "ours"]], on=[*KEYS, "step"])
        squares = (both["ours"] - both["loss"]) ** 2
        found[figure] = float(np.sqrt(squares.fillna(np.inf).mean()))
    ours = dict(iter(final.groupby(KEYS)["value"]))
    moved = []
    for key, histogram in published("figure5").groupby(KEYS):
        values = ours[key]
        middles = (histogram["bin_low"] + histogram["bin_high"]) / 2
        moved.append(
            stats.wasserstein_distance(values, middles, None, histogram["fraction_of_runs"])
            if values.notna().all()
            else np.inf
        )
    return found | {"figure5": float(np.mean(moved))}


def held_out_share(final: pd.DataFrame, constant_loss: float) -> float:
    """The held-out loss of Figure 4's models over a constant prediction's, of the runs of `read_off`: of
    the condition where it is largest. Above 1 a model has learnt by heart."""
    of_figure4 = final[final["model"] != FIGURE3_MODEL]
    return float(of_figure4.groupby(KEYS)["final_loss"].mean().max() / constant_loss)


def together(distances: Mapping[Any, Any]) -> float:
    """The root mean square of the distances to the three figures."""
    return float(np.sqrt(np.mean([distances[figure] ** 2 for figure in FIGURES])))


def fits(found: Sequence[Member], runs: pd.DataFrame, curves: pd.DataFrame) -> pd.DataFrame:
    """A row a universe that has runs: name, a distance to each figure, and to all three together.

    `together` is the root mean square of the three, `constant` what a constant prediction loses in the
    universe's own reading (in the figures it is `CONSTANT`), `held_out_share` as there, `c` the label
    function's, and every choice is there in words.
    """
    of_runs, of_curves = (dict(iter(frame.groupby("name"))) for frame in (runs, curves))
    rows = []
    for one in found:
        if one.runs not in of_runs:
            continue
        final, means = read_off(of_runs[one.runs], of_curves[one.runs], one.choices)
        constant = one.universe.constant_loss()
        rows.append(
            {
                "name": one.name,
                **apart(final, means),
                "constant": constant * reading_of(one.choices).factor,
                "held_out_share": held_out_share(final, constant),
                "c": one.universe.label_function.c,
                **{choice: value(choice, one.choices[choice]) for choice in CHOICES},
            }
        )
    frame = pd.DataFrame(rows)
    return frame.assign(together=[together(row) for row in frame.to_dict("records")])
