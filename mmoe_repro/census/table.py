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
INCOMES = {INCOME_ABOVE, "- 50000."}
MOST = {  # of each number, in both files
    "age": 90, "wage per hour": 9_999, "capital gains": 99_999, "capital losses": 4_608,
    "dividends from stocks": 99_999, "num persons worked for employer": 6, "weeks worked in year": 52,
}  # fmt: skip


class BadCensusData(ValueError):
    """A raw file that is not what its description says; the text names file, column and value."""


def read_raw(path: Path, rows: int | None = None) -> pd.DataFrame:
    """A raw file as a table with the description's columns, text without the leading space.

    Raises BadCensusData for another number of columns or rows, an empty field (a row that is too
    short), a number that is none or above what there is, an income that is neither of the two, and a
    label's column that never has the label's value (a re-ordered file).
    """
    try:
        frame = pd.read_csv(
            path, header=None, skipinitialspace=True, dtype=str, keep_default_na=False, engine="c"
        )
    except pd.errors.ParserError as error:  # a row that is too long
        raise BadCensusData(f"{path}: {error}") from None
    if frame.shape[1] != len(COLUMNS):
        raise BadCensusData(f"{path}: {frame.shape[1]} columns; expected are {len(COLUMNS)}")
    if rows is not None and len(frame) != rows:
        raise BadCensusData(f"{path}: {len(frame):,} rows; expected are {rows:,}")
    frame.columns = list(COLUMNS)

    def refuse(column: str, at: pd.Series, expected: str) -> None:
        if at.any():
            row = int(np.argmax(at.to_numpy()))
            raise BadCensusData(
                f"{path}: column {COLUMNS.index(column) + 1}, {column!r}, has "
                f"{frame[column].iloc[row]!r} in row {row + 1}; expected is {expected} (is a column "
                "missing or re-ordered?)"
            )

    for column in COLUMNS:
        refuse(column, frame[column].isna() | (frame[column] == ""), "a value")
    for column in (*CONTINUOUS, WEIGHT):
        numbers = pd.to_numeric(frame[column], errors="coerce")
        refuse(column, numbers.isna(), "a number")
        most = MOST.get(column, np.inf)
        refuse(column, (numbers < 0) | (numbers > most), f"at most {most:,}")
        frame[column] = numbers.astype(np.float64)
    refuse(INCOME, ~frame[INCOME].isin(INCOMES), " or ".join(sorted(INCOMES)))
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
