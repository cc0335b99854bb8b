"""What is kept of the universes: two tables, in small files that stay as they are once they are full."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from mmoe_repro import records
from mmoe_repro.synthetic import schema

CONDITION = ["name", "model", "task_correlation", "learning_rate"]
IN_A_FILE = 32  # universes

_columns = {
    "name": pa.Column(str),
    "model": pa.Column(str),
    "task_correlation": pa.Column(float, pa.Check.in_range(-1, 1)),
    "learning_rate": pa.Column(float, pa.Check.gt(0)),
}
_loss = pa.Column("float32", pa.Check.ge(0), nullable=True)  # null: the run diverged

RUNS = pa.DataFrameSchema(
    {
        **_columns,
        "seed": pa.Column("int64", pa.Check.ge(0)),
        "final_loss": _loss,
        "train_loss": _loss,
        "trained_by": pa.Column(str),
        "code_fingerprint": pa.Column(str),
    },
    unique=[*CONDITION, "seed"],
    strict=True,
    ordered=True,
)
CURVES = pa.DataFrameSchema(  # means over the verdicts' seeds
    {**_columns, "step": pa.Column("int64", pa.Check.ge(0)), "loss": _loss, "train_loss": _loss},
    unique=[*CONDITION, "step"],
    strict=True,
    ordered=True,
)
KINDS = {"runs": RUNS, "curves": CURVES}


def compact(name: str, frame: pd.DataFrame, kind: str) -> pd.DataFrame:
    """The records of one universe, called `name`, as they are kept: columns of `RUNS` or `CURVES`."""
    columns = list(KINDS[kind].columns)
    types = {"final_loss": "float32", "loss": "float32", "train_loss": "float32"}
    found = frame.assign(name=name)[columns]
    return found.astype({c: t for c, t in types.items() if c in columns})


def read(folder: Path, kind: str) -> pd.DataFrame:
    """All of a kind, runs or curves, of a folder of `write`'s. Raises BadRecordFile."""
    paths = sorted(folder.glob(f"{kind}-*.parquet"))
    if not paths:
        raise records.BadRecordFile(f"{folder}: has no {kind} of universes")
    schema_of = KINDS[kind]
    return pd.concat([records.read(path, schema_of) for path in paths], ignore_index=True)


def write(frame: pd.DataFrame, names: Iterable[str], folder: Path, kind: str) -> None:
    """Files of `IN_A_FILE` universes each, in the order of `names`, as far as `frame` has them."""
    order = list(names)
    for first in range(0, len(order), IN_A_FILE):
        some = order[first : first + IN_A_FILE]
        part = frame[frame["name"].isin(some)]
        if len(part):
            path = folder / f"{kind}-{some[0]}.parquet"
            records.write(part, path, KINDS[kind])


def gather(blocks: Path, names: Iterable[str], kind: str) -> pd.DataFrame:
    """The finished universes among `names`, from the files of `mmoe-repro multiverse train`."""
    frames = []
    for name in names:
        path = blocks / f"{name}.{kind}.parquet"
        if path.exists():
            frame = records.read(path, schema.RUNS) if kind == "runs" else pd.read_parquet(path)
            frames.append(compact(name, frame, kind))
    if not frames:
        raise records.BadRecordFile(f"{blocks}: has no finished universes")
    return pd.concat(frames, ignore_index=True)
