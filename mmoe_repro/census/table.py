"""The raw files as a table: parsed by the columns' names and types, with the labels of both groups."""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmoe_repro.census.columns import (
    COLLEGE,
    COLUMNS,
    CONTINUOUS,
    EDUCATION,
    INCOME,
    INCOME_ABOVE,
    LABELS,
    MARITAL,
    NEVER_MARRIED,
    WEIGHT,
)

ROWS = {"train": 199_523, "test": 99_762}


class BadCensusData(ValueError):
    """A raw file that is not what its description says; the text names file, column and value."""


def read_raw(path: Path, rows: int | None = None) -> pd.DataFrame:
    """A raw file as a table with the description's columns, text without the leading space.

    Raises BadCensusData for another number of columns or rows, for a column that should be a number
    and is not, and for an income that is neither of the two that there are (a re-ordered file).
    """
    frame = pd.read_csv(
        path, header=None, skipinitialspace=True, dtype=str, keep_default_na=False, engine="c"
    )
    if frame.shape[1] != len(COLUMNS):
        raise BadCensusData(f"{path}: {frame.shape[1]} columns; expected are {len(COLUMNS)}")
    if rows is not None and len(frame) != rows:
        raise BadCensusData(f"{path}: {len(frame):,} rows; expected are {rows:,}")
    frame.columns = list(COLUMNS)
    for column in (*CONTINUOUS, WEIGHT):
        numbers = pd.to_numeric(frame[column], errors="coerce")
        if numbers.isna().any():
            value = frame[column][numbers.isna()].iloc[0]
            raise BadCensusData(
                f"{path}: column {COLUMNS.index(column) + 1}, {column!r}, has {value!r}; expected is "
                "a number (is a column missing or re-ordered?)"
            )
        frame[column] = numbers.astype(np.float64)
    for column, value in (
        (INCOME, INCOME_ABOVE),
        (MARITAL, NEVER_MARRIED),
        (EDUCATION, COLLEGE[2]),
    ):
        if not (frame[column] == value).any():
            raise BadCensusData(
                f"{path}: column {COLUMNS.index(column) + 1}, {column!r}, never has {value!r} (is a "
                "column missing or re-ordered?)"
            )
    return frame


def labels(frame: pd.DataFrame) -> pd.DataFrame:
    """The three binary labels of both groups, by name. Raises BadCensusData for one of one class."""
    found = pd.DataFrame(
        {
            LABELS[0]: frame[INCOME] == INCOME_ABOVE,
            LABELS[1]: frame[EDUCATION].isin(COLLEGE),
            LABELS[2]: frame[MARITAL] == NEVER_MARRIED,
        }
    ).astype(np.int8)
    for name in found:
        if found[name].nunique() < 2:
            raise BadCensusData(f"label {name!r} has one class alone, {found[name].iloc[0]}")
    return found


def correlation(first: NDArray[np.int8], second: NDArray[np.int8]) -> float:
    """|Pearson| of two labels, the paper's relatedness of tasks."""
    return float(abs(np.corrcoef(first.astype(float), second.astype(float))[0, 1]))
