"""The test rows halved into validation and test, and those among them that training has, too."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split

from mmoe_repro.census.encode import Rows
from mmoe_repro.seeds import stream_seed


@dataclass(frozen=True)
class Split:
    """Row numbers of the test file's two halves."""

    validation: NDArray[np.int64]
    test: NDArray[np.int64]


def halve(labels: NDArray[np.int8], study_seed: int, split: int) -> Split:
    """Halve rows with labels (n, labels), each combination of labels in both halves alike.

    The paper halves at random and does not give its split; `split` numbers ours.
    """
    combination = labels.astype(np.int64) @ (1 << np.arange(labels.shape[1]))
    seed = stream_seed(study_seed, "census split", split) % 2**32
    rows = np.arange(len(labels))
    validation, test = train_test_split(
        rows, test_size=0.5, random_state=seed, stratify=combination
    )
    return Split(np.sort(validation), np.sort(test))


def seen(train: Rows, test: Rows) -> NDArray[np.bool_]:
    """Which test rows have the very inputs of some training row."""

    def whole(rows: Rows) -> NDArray[np.void]:
        found = np.concatenate([rows.codes.astype(np.float32), rows.numbers], axis=1)
        return np.ascontiguousarray(found).view(f"V{found.itemsize * found.shape[1]}")[:, 0]

    return np.isin(whole(test), whole(train))
