"""The census's published runs, and how one is made again, alone."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from mmoe_repro.config import Config
from mmoe_repro.files import read_table

MEASURES = (
    "test_main_auc", "test_auxiliary_auc", "validation_main_auc", "validation_auxiliary_auc",
)  # fmt: skip
DATA = "census"  # the name of the encoded rows among the data


def missing(data: Mapping[str, Path]) -> str | None:
    """Why no run can be made again, or None."""
    return None if DATA in data else "its rows are needed: --data census=PATH"


def runs(folder: Path) -> pd.DataFrame:
    """A row a run, on the split that its choice was made on: `condition`, `seed`, `MEASURES`, and what
    makes it again. Raises BadFile."""
    found = read_table(folder / "runs.parquet", "group", "method", "seed", "split", *MEASURES)
    of_split = found[found["split"] == 0]
    condition = of_split["method"] + ", " + of_split["group"]
    columns = ["group", "method", "seed", *MEASURES]
    return of_split[columns].assign(condition=condition).reset_index(drop=True)


def again(
    run: Mapping[str, Any], folder: Path, config: Config, data: Mapping[str, Path]
) -> dict[str, float]:
    """`MEASURES` of a row of `runs`, trained now on the encoded rows, `data` of the name `DATA`."""
    from mmoe_repro.census.encode import load
    from mmoe_repro.census.train import read_tuned, train_block

    of = config["census"]
    tuned = read_tuned(folder / f"tuned/{run['group']}/{run['method']}.json", of["most_steps"])
    seed = int(run["seed"])
    rows = load(data[DATA])
    found, _ = train_block(
        tuned, rows, of["batch_size"], config["study"]["seed"], range(seed, seed + 1), 1
    )
    return {name: float(found[name].iloc[0]) for name in MEASURES}
