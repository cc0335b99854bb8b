"""The study's own runs told as the portraits are: how far they are from the paper's figures."""

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from mmoe_repro.files import read_table
from mmoe_repro.multiverse.fit import KEYS, apart, together
from mmoe_repro.synthetic.plan import FIGURE3_MODEL
from mmoe_repro.synthetic.reading import Reading, read_reading

STUDY = "this study"


def distances_of_study(results: Path, steps: Collection[int]) -> dict[str, float]:
    """`distances` of the reported runs in a study's folder of results. Raises BadFile."""
    folder = results / "synthetic"
    reading = read_reading(folder / "universe.json")
    runs, curves = (
        pd.concat(
            [read_table(folder / f"{of}{kind}.parquet", *KEYS, *columns) for of in ("", "figure3_")]
        )
        for kind, columns in (
            ("runs", [reading.run_column]),
            ("curves", ["step", reading.curve_column]),
        )
    )
    return distances(runs, curves, reading, steps)


def distances(
    runs: pd.DataFrame, curves: pd.DataFrame, reading: Reading, steps: Collection[int]
) -> dict[str, float]:
    """`multiverse.fit.apart` of reported runs and their curves (plain losses, a row a run and step), and
    their root mean square; of Figure 4's curves at `steps`, which the portraits' records have."""
    final = runs.assign(value=runs[reading.run_column].astype(float) * reading.factor)
    kept = curves[curves["step"].isin(steps) | (curves["model"] == FIGURE3_MODEL)]
    means = kept.groupby([*KEYS, "step"])[reading.curve_column].apply(
        lambda losses: losses.mean(skipna=False) * reading.factor
    )
    found = apart(final, means.rename("ours").reset_index())
    return found | {"together": together(found)}
