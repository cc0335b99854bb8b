"""A small census: raw rows of the real columns, drawn at random, with labels that inputs tell of."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mmoe_repro.census import encode as encoding
from mmoe_repro.census.columns import (
    COLLEGE,
    COLUMNS,
    CONTINUOUS,
    EDUCATION,
    INCOME,
    MARITAL,
    WEIGHT,
)
from mmoe_repro.census.table import MOST, labels


def raw(n: int, seed: int) -> pd.DataFrame:
    """n rows as text, as in the raw files but without the leading space."""
    random = np.random.default_rng(seed)
    frame = {}
    for column in COLUMNS:
        if column in CONTINUOUS or column == WEIGHT:
            values = np.where(
                random.random(n) < 0.6, 0, random.integers(1, min(60, MOST.get(column, 60) + 1), n)
            )
            frame[column] = values.astype(str)
        else:
            frame[column] = random.choice(["a", "b", "c"], n, p=[0.7, 0.2, 0.1])
    age = np.array(frame["age"], int)
    rich = (frame["sex"] == "a") & (age > 20) & (random.random(n) < 0.8)
    frame[INCOME] = np.where(rich, "50000+.", "- 50000.")
    single = (age < 10) | (random.random(n) < 0.1)
    frame[MARITAL] = np.where(single, "Never married", "Divorced")
    frame[EDUCATION] = np.where(frame["race"] == "b", COLLEGE[2], "Children")
    return pd.DataFrame(frame)


def write_raw(frame: pd.DataFrame, path: Path) -> Path:
    """As UCI writes: commas, each followed by a space, no header."""
    lines = [", ".join(row) for row in frame.itertuples(index=False)]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def frame() -> pd.DataFrame:
    table = raw(600, 1)
    for column in (*CONTINUOUS, WEIGHT):
        table[column] = table[column].astype(float)
    return table


@pytest.fixture
def encoded(frame: pd.DataFrame, tmp_path: Path) -> encoding.Encoded:
    train, test = frame.iloc[:400], frame.iloc[400:]
    fitted = encoding.fit(train)
    parts = [encoding.encode(part, labels(part), fitted) for part in (train, test)]
    encoding.save(*parts, fitted, tmp_path / "encoded.npz")
    return encoding.load(tmp_path / "encoded.npz")
