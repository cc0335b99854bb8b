"""Inputs for the methods: one-hot columns and standardised numbers, fitted on the training rows alone.

Columns are found by name, and categories by their text: the test rows get the very columns of the
training rows, in the same order, and a category that training never saw has none.
"""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmoe_repro.census.columns import CONTINUOUS, NOMINAL, NOT_INPUTS
from mmoe_repro.files import BadFile, write_aside

SKEWED = ("wage per hour", "capital gains", "capital losses", "dividends from stocks")


@dataclass(frozen=True)
class Encoding:
    """What was learnt of the training rows: categories of each nominal column, moments of numbers.

    Numbers that are not `scaled` are as they are in the file.
    """

    categories: dict[str, tuple[str, ...]]
    moments: dict[str, tuple[float, float]]  # mean and sd, after log(1 + x) where skewed
    scaled: bool = True

    @property
    def names(self) -> list[str]:
        """Every input column: 'sex=Female', ..., then the numbers."""
        one_hot = [f"{c}={value}" for c, values in self.categories.items() for value in values]
        return [*one_hot, *self.moments]

    def offsets(self) -> NDArray[np.int64]:
        """Where each nominal column's one-hot columns begin, and where the last ones end."""
        sizes = [len(values) for values in self.categories.values()]
        return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


@dataclass(frozen=True)
class Rows:
    """Encoded rows: n of them.

    `codes` (n, nominal columns): the one-hot column that is 1, or -1 for none; `numbers`
    (n, continuous columns), float32; `labels` (n, labels), 0 or 1.
    """

    codes: NDArray[np.int16]
    numbers: NDArray[np.float32]
    labels: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.codes)

    def take(self, rows: NDArray[np.int64]) -> "Rows":
        """Some of the rows."""
        return Rows(self.codes[rows], self.numbers[rows], self.labels[rows])

    def dense(self, n_one_hot: int) -> NDArray[np.float32]:
        """All input columns (n, columns): one-hot columns, then numbers."""
        x = np.zeros((len(self), n_one_hot), np.float32)
        at, column = np.nonzero(self.codes >= 0)
        x[at, self.codes[at, column]] = 1
        return np.concatenate([x, self.numbers], axis=1)


def fit(train: pd.DataFrame, keep: Sequence[str] = ()) -> Encoding:
    """Learn the encoding of the training rows.

    `keep` names columns that are otherwise no inputs (for the question what education as an input
    would have done). Raises ValueError for the income or the weight among them.
    """
    for name in keep:
        if name in NOT_INPUTS[2:] or name not in NOT_INPUTS:
            raise ValueError(f"column {name!r} cannot be kept as an input")
    nominal = [*NOMINAL, *keep]
    categories = {name: tuple(sorted(train[name].unique())) for name in nominal}
    moments = {}
    for name in CONTINUOUS:
        values = _number(train, name)
        moments[name] = (float(values.mean()), float(values.std()) or 1.0)
    return Encoding(categories, moments)


def _number(frame: pd.DataFrame, name: str) -> NDArray[np.float64]:
    values = frame[name].to_numpy(dtype=np.float64)
    return np.log1p(values) if name in SKEWED else values


def encode(frame: pd.DataFrame, labels: pd.DataFrame, encoding: Encoding) -> Rows:
    """Encode rows. Raises ValueError, with the name, for a column that is not there."""
    missing = [c for c in (*encoding.categories, *encoding.moments) if c not in frame]
    if missing:
        raise ValueError(f"column {missing[0]!r} is not in the table")
    offsets = encoding.offsets()
    codes = np.empty((len(frame), len(encoding.categories)), np.int16)
    for j, (name, values) in enumerate(encoding.categories.items()):
        found = pd.Index(values).get_indexer(pd.Index(frame[name]))
        codes[:, j] = np.where(found < 0, -1, found + offsets[j])
    numbers = np.empty((len(frame), len(encoding.moments)), np.float32)
    for j, (name, (mean, sd)) in enumerate(encoding.moments.items()):
        numbers[:, j] = (_number(frame, name) - mean) / sd if encoding.scaled else frame[name]
    return Rows(codes, numbers, labels.to_numpy(dtype=np.int8))


def save(train: Rows, test: Rows, encoding: Encoding, path: Path) -> None:
    """Write both tables and what the training of methods needs of the encoding, as one .npz file."""
    parts = {f"{side}_{key}": value for side, rows in (("train", train), ("test", test))
             for key, value in vars(rows).items()}  # fmt: skip

    def to(aside: Path) -> None:
        with aside.open("wb") as file:
            np.savez(file, offsets=encoding.offsets(), names=np.array(encoding.names), **parts)

    write_aside(path, to)


@dataclass(frozen=True)
class Encoded:
    """The encoded data as a training job reads it."""

    train: Rows
    test: Rows
    offsets: NDArray[np.int64]
    names: tuple[str, ...]

    @property
    def n_one_hot(self) -> int:
        """One-hot columns."""
        return int(self.offsets[-1])

    @property
    def n_features(self) -> int:
        """All input columns."""
        return len(self.names)


def load(path: Path) -> Encoded:
    """What `save` wrote. Raises BadFile for another file."""
    try:
        return _load(path)
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise BadFile(f"{path}: not encoded census data ({error})") from None


def _load(path: Path) -> Encoded:
    with np.load(path, allow_pickle=False) as saved:
        train, test = (
            Rows(*(saved[f"{side}_{key}"] for key in ("codes", "numbers", "labels")))
            for side in ("train", "test")
        )
        names = tuple(str(name) for name in saved["names"])
        return Encoded(train, test, saved["offsets"], names)
