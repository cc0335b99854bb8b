"""Block files put together, each against the schema of its kind."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow as arrow
from pyarrow import parquet

from mmoe_repro import records
from mmoe_repro.recommender.schema import SCHEMAS


def gather(blocks: Sequence[Path], kind: str) -> pd.DataFrame:
    """Block files of a kind of `SCHEMAS` as one frame, in their order.

    Some have no rows: a method without gates, a run that diverged. Raises BadRecordFile for a foreign
    one, for a row that is there twice, for several codes, and if none has rows.
    """
    some = [path for path in blocks if not _is_empty(path)]
    if not some:
        raise records.BadRecordFile(f"{blocks[0]} and {len(blocks) - 1} others: no {kind} in them")
    records.gather(
        some, SCHEMAS[kind]
    )  # it sorts, and methods and traffic stand in the study's order
    return pd.concat([records.read(path, SCHEMAS[kind]) for path in some], ignore_index=True)


def _is_empty(path: Path) -> bool:
    """Whether a file has no rows; one that cannot be read is refused with its name later."""
    try:
        return int(parquet.read_metadata(path).num_rows) == 0
    except arrow.ArrowException:
        return False
