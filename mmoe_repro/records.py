"""Record files: Parquet that fits a schema, refused by name where it does not.

An experiment's schema says what identifies a run (`unique`) and what is recorded of it. Files hold no
timings or dates, so that two machines of one kind write the same bytes.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa
import pyarrow as arrow
from pyarrow import parquet

from mmoe_repro.files import BadFile, write_aside


class BadRecordFile(BadFile):
    """A file that is not what the study wrote: damaged, foreign, or of another study."""


def _keys(schema: pa.DataFrameSchema) -> list[str]:
    """The columns that tell one record from another."""
    return list(schema.unique or [])


def read(path: Path, schema: pa.DataFrameSchema) -> pd.DataFrame:
    """The validated frame in `path`.

    Raises BadRecordFile, with the file's name and what was expected, if it cannot be read or does
    not fit the schema; FileNotFoundError if it is not there.
    """
    try:
        frame = pd.read_parquet(path, engine="pyarrow")
    except FileNotFoundError:
        raise
    except (arrow.ArrowException, OSError, ValueError) as error:
        raise BadRecordFile(
            f"{path}: not a readable Parquet file ({str(error).splitlines()[0]}). "
            "Delete it and run snakemake again to make it anew."
        ) from error
    try:
        return schema.validate(frame)
    except (pa.errors.SchemaError, pa.errors.SchemaErrors) as error:
        raise BadRecordFile(
            f"{path}: not a record file of this study: {str(error).splitlines()[0]}; expected the "
            f"columns {', '.join(schema.columns)}"
        ) from error


def write(frame: pd.DataFrame, path: Path, schema: pa.DataFrameSchema) -> None:
    """Validate, sort by key and write aside, then rename; equal frames give equal bytes."""
    frame = schema.validate(frame.sort_values(_keys(schema), ignore_index=True))
    table = arrow.Table.from_pandas(frame, preserve_index=False)
    write_aside(
        path, lambda aside: parquet.write_table(table, aside, compression="zstd", version="2.6")
    )


def gather(
    paths: Iterable[Path], schema: pa.DataFrameSchema, mixed: bool = False, **expected: Any
) -> pd.DataFrame:
    """All block files as one frame, refusing foreign records, other code, and any run twice.

    `expected` has the one value that a column must have, such as universe="2a3b". With `mixed`
    records of several codes may stand side by side, as in what is published over time.
    """
    frames = []
    fingerprints: dict[str, Path] = {}
    for path in paths:
        frame = read(path, schema)
        for column, value in expected.items():
            strange = set(frame[column]) - {value}
            if strange:
                raise BadRecordFile(
                    f"{path}: records of {column} {', '.join(sorted(map(str, strange)))}; "
                    f"expected {value}"
                )
        if "code_fingerprint" in frame:
            for fingerprint in frame["code_fingerprint"].unique():
                fingerprints.setdefault(fingerprint, path)
        frames.append(frame)
    if len(fingerprints) > 1 and not mixed:
        named = "; ".join(f"{path} by {code}" for code, path in fingerprints.items())
        raise BadRecordFile(f"records made by different code cannot be put together: {named}")
    whole = pd.concat(frames, ignore_index=True)
    keys = _keys(schema)
    if whole.duplicated(keys).any():
        row = whole[whole.duplicated(keys)].iloc[0]
        raise BadRecordFile("a run is there twice: " + ", ".join(f"{k}={row[k]}" for k in keys))
    return whole.sort_values(keys, ignore_index=True)
