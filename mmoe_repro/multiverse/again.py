"""The universes' published runs, and how one is made again, alone."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mmoe_repro.config import Config
from mmoe_repro.multiverse import store
from mmoe_repro.multiverse.design import Member, read_members
from mmoe_repro.multiverse.plan import MEMBERS
from mmoe_repro.synthetic.again import MEASURES, named

__all__ = ["MEASURES", "again", "runs"]

KEYS = ["name", "model", "task_correlation", "learning_rate", "seed"]
TABLES = (*MEMBERS, "members")  # of universes; a folder of portraits has the last


def runs(folder: Path) -> pd.DataFrame:
    """A row a run: `condition`, `seed`, `MEASURES`, and what makes it again.

    Raises BadFile, also if the records are of other universes than the folder's tables say.
    """
    found = store.read(folder, "runs")
    store.check(found, _members(folder))
    some = found[[*KEYS, *MEASURES]]
    conditions = some[KEYS[:-1]].drop_duplicates()
    words = [named(f"universe {r['name']}", r) for r in conditions.to_dict("records")]
    return some.merge(conditions.assign(condition=words))


def _members(folder: Path) -> list[Member]:
    paths = [folder / f"{table}.parquet" for table in TABLES]
    return [one for path in paths if path.exists() for one in read_members(path)]


def again(
    run: Mapping[str, Any], folder: Path, config: Config, data: Mapping[str, Path]
) -> dict[str, float]:
    """`MEASURES` of a row of `runs`, trained now, in single precision as they are kept."""
    from mmoe_repro.multiverse.train import SCHEDULE
    from mmoe_repro.synthetic.blocks import Condition, train_block

    (universe,) = (one.universe for one in _members(folder) if one.name == run["name"])
    condition = Condition(universe, run["model"], run["task_correlation"], run["learning_rate"])
    found, _ = train_block(condition, [int(run["seed"])], config["study"]["seed"], SCHEDULE)
    return {name: float(np.float32(found[name].iloc[0])) for name in MEASURES}
