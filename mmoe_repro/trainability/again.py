"""The published runs of maps and crossed designs, and how one is made again, alone.

Runs of ten times the steps are not among them: one takes as long as ten of these, and up to the study's
last step they are its runs, which a test compares with the records, bit for bit.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from mmoe_repro.config import Config
from mmoe_repro.files import read_table
from mmoe_repro.synthetic.plan import text
from mmoe_repro.trainability.plan import universes

MEASURES = ("final_loss",)


def runs(folder: Path) -> pd.DataFrame:
    """A row a run: `condition`, `seed`, `MEASURES`, and what makes it again. Raises BadFile."""
    frames = []
    for name in universes(folder):
        of_map = read_table(folder / name / "map.parquet", "scale", "seed", *MEASURES)
        crossed = read_table(folder / name / "crossed.parquet", "data", "start", *MEASURES)
        frames += [
            of_map.assign(name=name, condition=[_cell(name, r) for r in of_map.to_dict("records")]),
            crossed.rename(columns={"start": "seed"}).assign(
                name=name, condition=[_row(name, r) for r in crossed.to_dict("records")]
            ),
        ]
    return pd.concat(frames, ignore_index=True)


def _cell(name: str, run: Mapping[Any, Any]) -> str:
    rate, scale = text(run["learning_rate"]), text(run["scale"])
    return f"map of {name}: {run['model']}, learning rate {rate}, start times {scale}"


def _row(name: str, run: Mapping[Any, Any]) -> str:
    return f"crossed in {name}: {run['model']}, data {run['data']}"


def again(
    run: Mapping[str, Any], folder: Path, config: Config, data: Mapping[str, Path]
) -> dict[str, float]:
    """`MEASURES` of a row of `runs`, trained now."""
    from mmoe_repro.multiverse.design import read_members
    from mmoe_repro.trainability.crossed import train_data
    from mmoe_repro.trainability.maps import train_cells
    from mmoe_repro.trainability.runs import Beginning

    universe = read_members(folder / run["name"] / "member.parquet")[0].universe
    study_seed, seeds = config["study"]["seed"], [int(run["seed"])]
    model, rate = run["model"], run["learning_rate"]
    if run["condition"].startswith("crossed"):
        found = train_data(universe, {model: rate}, int(run["data"]), seeds, study_seed)
    else:
        cell = Beginning(model, rate, run["scale"])
        found = train_cells(universe, [cell], seeds, study_seed)
    return {name: float(found[name].iloc[0]) for name in MEASURES}
