"""Run records and curves: their schema, validation, reading and writing.

A run record is one row, one run: its identity is (universe, model, task_correlation, learning_rate,
seed). Curves have the same keys, and a row an evaluated step. Both are Parquet files without
timings or dates, so that two machines of one kind write the same bytes. A file that does not fit
the schema is refused by name; a run that diverged is a record like any other.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
import pyarrow as arrow
from pyarrow import parquet

from mmoe_repro.files import write_aside

KEYS = ["universe", "model", "task_correlation", "learning_rate", "seed"]

_KEY_COLUMNS = {
    "universe": pa.Column(str),
    "model": pa.Column(str),
    "task_correlation": pa.Column(float, pa.Check.in_range(-1, 1)),
    "learning_rate": pa.Column(float, pa.Check.gt(0)),
    "seed": pa.Column("int64", pa.Check.ge(0)),
}
_loss = pa.Column(float, pa.Check.ge(0), nullable=True)  # null: the run diverged

RUNS = pa.DataFrameSchema(
    {
        **_KEY_COLUMNS,
        "steps": pa.Column("int64", pa.Check.gt(0)),
        "batch_size": pa.Column("int64", pa.Check.gt(0)),
        "n_parameters": pa.Column("int64", pa.Check.gt(0)),
        "label_correlation": pa.Column(float, pa.Check.in_range(-1, 1)),
        "final_loss_task1": _loss,
        "final_loss_task2": _loss,
        "final_loss": _loss,
        "train_loss": _loss,
        "status": pa.Column(str, pa.Check.isin(["converged", "diverged"])),
        "trained_by": pa.Column(str),
        "code_fingerprint": pa.Column(str),
    },
    unique=KEYS,
    strict=True,
    ordered=True,
    checks=pa.Check(
        lambda frame: frame["final_loss"].isna() <= (frame["status"] == "diverged"),
        error="a run without a final loss must have the status 'diverged'",
    ),
)

CURVES = pa.DataFrameSchema(
    {
        **_KEY_COLUMNS,
        "step": pa.Column("int64", pa.Check.ge(0)),
        "loss": pa.Column("float32", pa.Check.ge(0), nullable=True),
        "train_loss": pa.Column("float32", pa.Check.ge(0), nullable=True),
    },
    unique=[*KEYS, "step"],
    strict=True,
    ordered=True,
)


class BadRecordFile(ValueError):
    """A file that is not what the study wrote: damaged, foreign, or of another study."""


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
    keys = [c for c in [*KEYS, "step"] if c in schema.columns]
    frame = schema.validate(frame.sort_values(keys, ignore_index=True))
    table = arrow.Table.from_pandas(frame, preserve_index=False)
    write_aside(
        path, lambda aside: parquet.write_table(table, aside, compression="zstd", version="2.6")
    )


def sha256(path: Path) -> str:
    """The file's checksum, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def gather(paths: Iterable[Path], schema: pa.DataFrameSchema, universe: str) -> pd.DataFrame:
    """All block files as one frame, refusing any of another universe or code, and any run twice."""
    frames = []
    fingerprints: dict[str, Path] = {}
    for path in paths:
        frame = read(path, schema)
        strange = set(frame["universe"]) - {universe}
        if strange:
            raise BadRecordFile(
                f"{path}: records of universe {', '.join(sorted(strange))}; expected {universe}"
            )
        if "code_fingerprint" in frame:
            for fingerprint in frame["code_fingerprint"].unique():
                fingerprints.setdefault(fingerprint, path)
        frames.append(frame)
    if len(fingerprints) > 1:
        named = "; ".join(f"{path} by {code}" for code, path in fingerprints.items())
        raise BadRecordFile(f"records made by different code cannot be put together: {named}")
    whole = pd.concat(frames, ignore_index=True)
    keys = [c for c in [*KEYS, "step"] if c in whole]
    if whole.duplicated(keys).any():
        row = whole[whole.duplicated(keys)].iloc[0]
        raise BadRecordFile("a run is there twice: " + ", ".join(f"{k}={row[k]}" for k in keys))
    return whole.sort_values(keys, ignore_index=True)
