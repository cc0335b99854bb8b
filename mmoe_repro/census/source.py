"""Training batches and validation rows of Census-Income for a population of runs.

All runs read one table; each has an order of its own, a fresh shuffle an epoch. Here is no test
split: what selects cannot see it.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mmoe_repro.census.encode import Rows
from mmoe_repro.models.rows import SparseRows, Table
from mmoe_repro.seeds import numpy_stream


def reference_row(train: Rows) -> tuple[NDArray[np.int16], NDArray[np.float32]]:
    """The most frequent code of each nominal column and value of each number, in the training rows."""
    codes = [np.bincount(column[column >= 0]).argmax() for column in train.codes.T]
    numbers = []
    for column in train.numbers.T:
        values, counts = np.unique(column, return_counts=True)
        numbers.append(values[counts.argmax()])
    return np.array(codes, np.int16), np.array(numbers, np.float32)


def table(
    rows: Rows,
    offsets: NDArray[np.int64],
    reference: tuple[NDArray[np.int16], NDArray[np.float32]],
) -> Table:
    """Rows as differences from the reference row; raises ValueError for a code of -1 (none)."""
    codes, numbers = reference
    n_one_hot, n_numbers = int(offsets[-1]), numbers.size
    d = n_one_hot + n_numbers
    written = np.zeros(d, np.float32)
    written[codes] = 1
    written[n_one_hot:] = numbers
    replaced = np.full(d, -1, np.int32)
    for j, code in enumerate(codes):
        replaced[offsets[j] : offsets[j + 1]] = code
        replaced[code] = -1
    if (rows.codes < 0).any():
        raise ValueError("a row has a category that training never saw")
    differs = rows.codes != codes
    changed = rows.numbers != numbers
    counts = differs.sum(axis=1) + changed.sum(axis=1)
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    every = np.concatenate([differs, changed], axis=1)
    columns = np.concatenate(
        [
            rows.codes.astype(np.int32),
            np.tile(np.arange(n_one_hot, d, dtype=np.int32), (len(rows), 1)),
        ],
        axis=1,
    )[every]
    values = np.concatenate([np.ones(rows.codes.shape, np.float32), rows.numbers - numbers], axis=1)
    return Table(starts, columns, values[every], written, replaced)


class CensusSource:
    """Batches of the training rows and the validation rows, for runs of one pair of labels."""

    def __init__(
        self,
        train: Table,
        labels: NDArray[np.float32],
        validation: Table,
        validation_labels: NDArray[np.float32],
        batch_size: int,
        study_seed: int,
        runs: Sequence[int],
    ) -> None:
        """`labels` (task, row) of the training rows, `validation_labels` of the others."""
        self.train, self.labels = train, labels
        self.validation, self.validation_labels = validation, validation_labels
        self.batch_size, self.study_seed, self.runs = batch_size, study_seed, tuple(runs)
        self._orders: dict[tuple[int, int], NDArray[np.int32]] = {}

    @property
    def inputs_a_step(self) -> int:
        """Numbers in the inputs of one step's batches of all runs, were they written out."""
        return len(self.runs) * self.batch_size * self.train.n_features

    def batches(self, first: int, n: int) -> tuple[SparseRows, NDArray[np.float32]]:
        """Rows (run, step, sample) and labels (run, step, task, sample) of steps first, first + 1, ...

        An epoch has as many whole batches as there are; what is left over is in the next shuffle.
        """
        a_epoch = len(self.train) // self.batch_size
        index = np.empty((len(self.runs), n, self.batch_size), np.int64)
        for r, run in enumerate(self.runs):
            for s in range(n):
                epoch, at = divmod(first + s, a_epoch)
                order = self._order(run, epoch)
                index[r, s] = order[at * self.batch_size : (at + 1) * self.batch_size]
        y = self.labels[:, index].transpose(1, 2, 0, 3)
        return SparseRows(self.train, index), np.ascontiguousarray(y)

    def _order(self, run: int, epoch: int) -> NDArray[np.int32]:
        if (run, epoch) not in self._orders:
            self._orders.pop((run, epoch - 1), None)
            random = numpy_stream(self.study_seed, "census order", run, epoch)
            self._orders[run, epoch] = random.permutation(len(self.train)).astype(np.int32)
        return self._orders[run, epoch]

    def held_out(self, n: int) -> tuple[SparseRows, NDArray[np.float32]]:
        """The first `n` validation rows for each run, and their labels (run, task, n)."""
        n = min(n, len(self.validation))
        index = np.broadcast_to(np.arange(n), (len(self.runs), n))
        y = np.broadcast_to(
            self.validation_labels[:, :n], (len(self.runs), *self.validation_labels[:, :n].shape)
        )
        return SparseRows(self.validation, np.ascontiguousarray(index)), np.ascontiguousarray(y)

    def members(self, chosen: slice) -> "CensusSource":
        """The source of some of the runs."""
        return CensusSource(
            self.train, self.labels, self.validation, self.validation_labels,
            self.batch_size, self.study_seed, self.runs[chosen],
        )  # fmt: skip
