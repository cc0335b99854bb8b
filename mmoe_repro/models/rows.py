"""Rows that are mostly one reference row.

One-hot data have few ones a row, and most of those in the most frequent category. A row is therefore
the reference row (the most frequent value of everything) plus the few entries in which it differs,
and W x = W reference + the sum of the columns of W, each less that of the category it replaces, that
a row asks for. Nothing is approximated; a product over all columns is only not written out.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Entries = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]


@dataclass(frozen=True)
class Table:
    """Rows of d columns, each as its differences from one reference row.

    Row i has the entries `starts[i]` ... `starts[i + 1]` of `columns` and `values`: x = reference +
    sum of value (e_column - e_replaced), with replaced[column] the column whose one it takes over,
    or -1 where it replaces none (a number's difference from the reference).
    """

    starts: NDArray[np.int64]
    columns: NDArray[np.int32]
    values: NDArray[np.float32]
    reference: NDArray[np.float32]
    replaced: NDArray[np.int32]

    def __len__(self) -> int:
        return self.starts.size - 1

    @property
    def n_features(self) -> int:
        """Columns of a row written out."""
        return self.reference.size

    def dense(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Some rows written out (n, d)."""
        x = np.tile(self.reference, (len(rows), 1))
        for i, row in enumerate(rows):
            for e in range(self.starts[row], self.starts[row + 1]):
                x[i, self.columns[e]] += self.values[e]
                if self.replaced[self.columns[e]] >= 0:
                    x[i, self.replaced[self.columns[e]]] -= self.values[e]
        return x


@dataclass(frozen=True)
class SparseRows:
    """A batch for every run: `index` (run, sample), row numbers of one table."""

    table: Table
    index: NDArray[np.int64]

    @cached_property
    def entries(self) -> list[Entries]:
        """Of each run the rows' entries side by side, as `compiled.sparse.entries` has them."""
        from mmoe_repro.compiled.sparse import entries

        t = self.table
        return [entries(rows, t.starts, t.columns, t.values) for rows in self.index]
