"""The test rows halved into validation and test, at random and stratified by the labels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split

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
