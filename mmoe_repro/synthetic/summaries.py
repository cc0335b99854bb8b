"""From records to the numbers that tables and figures show, in the paper's reading of the loss."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmoe_repro.paper.published import published
from mmoe_repro.seeds import numpy_stream
from mmoe_repro.statistics.intervals import curve_interval
from mmoe_repro.statistics.summary import summarise, summarise_histogram
from mmoe_repro.synthetic.reading import Reading

CONDITION = ["model", "task_correlation"]


def mean_curve(
    curves: pd.DataFrame, reading: Reading, confidence: float
) -> tuple[NDArray[np.float64], ...]:
    """Steps, mean, low and high of one condition's curves, in the paper's units; each (points,)."""
    wide = curves.pivot(index="seed", columns="step", values=reading.curve_column).sort_index()
    losses = wide.to_numpy(dtype=np.float64) * reading.factor
    steps = wide.columns.to_numpy(dtype=np.float64) / reading.steps_a_unit
    return (steps, *curve_interval(losses, confidence))


def final_losses(
    runs: pd.DataFrame, reading: Reading, study_seed: int, confidence: float
) -> pd.DataFrame:
    """The summary of final losses of every model and task correlation, ours and published.

    Rows: (model, task_correlation, source), where source is `ours` (the paper's reading of the
    loss), `published` (from Figure 5's histograms and Figure 4's last points), and `held_out` and
    `training` (both losses in the same units, whichever the reading is).
    """
    rows = []
    sources = {"ours": reading.run_column, "held_out": "final_loss", "training": "train_loss"}
    for (model, p), of_condition in runs.groupby(CONDITION, sort=True):
        for source, column in sources.items():
            losses = of_condition[column].to_numpy() * reading.factor
            generator = numpy_stream(study_seed, "bootstrap", str(model), f"{p:g}", column)
            row = {"model": model, "task_correlation": p, "source": source}
            row["learning_rate"] = of_condition["learning_rate"].iloc[0]
            rows.append(row | summarise(losses, generator, confidence))
    return pd.concat([pd.DataFrame(rows), published_final_losses()], ignore_index=True)


def published_final_losses() -> pd.DataFrame:
    """Figure 5's histograms summarised, with the last point of Figure 4's curve as `curve_end`."""
    histograms = published("figure5")
    curves = published("figure4")
    rows = []
    for (model, p), histogram in histograms.groupby(CONDITION, sort=True):
        curve = curves[(curves["model"] == model) & (curves["task_correlation"] == p)]
        rows.append(
            {
                "model": model,
                "task_correlation": p,
                "source": "published",
                **summarise_histogram(histogram),
                "curve_end": float(curve.sort_values("step")["loss"].iloc[-1]),
            }
        )
    return pd.DataFrame(rows)


def curve_ends(curves: pd.DataFrame, reading: Reading, confidence: float) -> pd.DataFrame:
    """Figure 4's end points: our mean at the paper's last step, its interval, and the published; and
    `behind_until`, the last step at which the mean is above Shared-Bottom's at that correlation."""
    paper = published("figure4")
    means: dict[Any, NDArray[np.float64]] = {}
    rows: list[dict[str, Any]] = []
    for (model, p), of_condition in curves.groupby(CONDITION, sort=True):
        theirs = paper[(paper["model"] == model) & (paper["task_correlation"] == p)]
        steps, mean, low, high = mean_curve(of_condition, reading, confidence)
        last = float(theirs["step"].max()) if len(theirs) else float(steps[-1])
        at = int(np.argmin(np.abs(steps - last)))
        means[model, p] = mean
        rows.append(
            {
                "model": model,
                "task_correlation": p,
                "step": int(steps[at]),
                "ours": mean[at],
                "ours_low": low[at],
                "ours_high": high[at],
                "published": float(theirs.sort_values("step")["loss"].iloc[-1])
                if len(theirs)
                else np.nan,
            }
        )
    for row in rows:
        bottom = means.get(("shared_bottom", row["task_correlation"]))
        above = means[row["model"], row["task_correlation"]] > (
            np.inf if bottom is None else bottom
        )
        row["behind_until"] = int(steps[above].max(initial=0))
    return pd.DataFrame(rows)
