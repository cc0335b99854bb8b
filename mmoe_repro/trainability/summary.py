"""What the crossed designs say, universe by universe, for the report's table."""

from pathlib import Path

import pandas as pd

from mmoe_repro.files import BadFile, read_table
from mmoe_repro.trainability.crossed import decomposition
from mmoe_repro.trainability.plan import universes


def variance(folder: Path, confidence: float) -> pd.DataFrame:
    """`decomposition` of every universe looked into, the reference first, with its name as `universe`.

    Raises BadFile.
    """
    found = []
    for name in universes(folder):
        runs = read_table(folder / name / "crossed.parquet", "data", "start", "final_loss")
        found.append(decomposition(runs, confidence).assign(universe=name))
    if not found:
        raise BadFile(f"{folder}: has no universe that was looked into")
    return pd.concat(found, ignore_index=True)
