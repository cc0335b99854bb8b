"""Readings of Figure 3's axes, and how far a curve is from the published ones in each."""

from collections.abc import Iterator
from itertools import product

import numpy as np
import pandas as pd

from mmoe_repro.synthetic.reading import FACTOR, RUN_COLUMN, Reading

STEPS_A_UNIT = (1, 10)


def lay_over(reading: Reading, curve: pd.DataFrame, figure3: pd.DataFrame) -> pd.DataFrame:
    """The published points that `curve` reaches, with our loss beside the paper's.

    Columns: task_correlation, step (the paper's), loss, ours.
    """
    ours = pd.DataFrame(
        {
            "task_correlation": curve["task_correlation"],
            "step": curve["step"] / reading.steps_a_unit,
            "ours": curve[reading.loss] * reading.factor,
        }
    )
    return figure3.merge(ours, on=["task_correlation", "step"])


def readings() -> Iterator[Reading]:
    """Every reading of the declared grid."""
    for loss, error, unit in product(RUN_COLUMN, FACTOR, STEPS_A_UNIT):
        yield Reading(loss, error, unit)


def misfits(curve: pd.DataFrame, figure3: pd.DataFrame) -> pd.DataFrame:
    """The misfit of one candidate's curve in each reading, one row each.

    `misfit` is sqrt(sum of squares over the points reached / number of all published points): where
    a curve does not reach every point (`share_reached` < 1) it is a lower bound of the full misfit,
    so a candidate ruled out by it stays ruled out however the rest would look.
    """
    rows = []
    for reading in readings():
        both = lay_over(reading, curve, figure3)
        squares = float(((both["ours"] - both["loss"]) ** 2).sum())
        rows.append(
            {
                "key": curve["key"].iloc[0],
                "loss": reading.loss,
                "error": reading.error,
                "steps_a_unit": reading.steps_a_unit,
                "misfit": np.sqrt(squares / len(figure3)),
                "share_reached": len(both) / len(figure3),
            }
        )
    return pd.DataFrame(rows)
