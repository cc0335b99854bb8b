"""The product of a weight with rows of a table, and its gradient, compiled; see `rows.py`."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from mmoe_repro.compiled import fast
from mmoe_repro.compiled.functions import f32
from mmoe_repro.models.rows import SparseRows

BLOCK = 32  # samples at once: their units stay in the processor's cache while they are turned


@fast
def _touch(index, starts, columns, values):  # type: ignore[no-untyped-def]
    """Read the ends of some rows' entries, so that waits for memory overlap; the sum has no meaning.

    Rows of a shuffled batch lie anywhere; without this every row's sums wait for its entries.
    """
    seen = f32(0)
    for i in range(index.size):
        e, end = starts[index[i]], starts[index[i] + 1]
        if end > e:
            seen += values[e] + values[end - 1] + f32(columns[e]) + f32(columns[end - 1])
    return seen


@fast
def _gather(weight, index, starts, columns, values, reference, replaced, out):  # type: ignore[no-untyped-def]
    """out (unit, sample) = weight (d, unit), which is overwritten, times rows."""
    d, units = weight.shape
    base = np.zeros(units, np.float32)
    for c in range(d):
        v = reference[c]
        if v != f32(0):
            for u in range(units):
                base[u] += v * weight[c, u]
    for c in range(d):  # a replaced column replaces none itself
        other = replaced[c]
        if other >= 0:
            for u in range(units):
                weight[c, u] -= weight[other, u]
    block = np.empty((BLOCK, units), np.float32)
    seen = f32(0)
    for first in range(0, index.size, BLOCK):
        n = min(BLOCK, index.size - first)
        seen += _touch(index[first : first + n], starts, columns, values)
        for i in range(n):
            for u in range(units):
                block[i, u] = base[u]
            # Four entries at a time, so that the row is read and written a quarter as often. No view
            # of a row of the weight, since making one costs more than reading the row.
            e, end = starts[index[first + i]], starts[index[first + i] + 1]
            while e + 3 < end:
                c0, c1, c2, c3 = columns[e], columns[e + 1], columns[e + 2], columns[e + 3]
                v0, v1, v2, v3 = values[e], values[e + 1], values[e + 2], values[e + 3]
                for u in range(units):
                    block[i, u] += (
                        v0 * weight[c0, u] + v1 * weight[c1, u]
                        + v2 * weight[c2, u] + v3 * weight[c3, u]
                    )  # fmt: skip
                e += 4
            while e < end:
                c0, v0 = columns[e], values[e]
                for u in range(units):
                    block[i, u] += v0 * weight[c0, u]
                e += 1
        for u in range(units):
            for i in range(n):
                out[u, first + i] = block[i, u]
    return seen


@fast
def _scatter(gradient, index, starts, columns, values, reference, replaced, out):  # type: ignore[no-untyped-def]
    """out (d, unit): the gradient of the weight for that of `_gather`'s output (unit, sample)."""
    d, units = out.shape
    total = np.zeros(units, np.float32)
    block = np.empty((BLOCK, units), np.float32)
    seen = f32(0)
    out[:] = f32(0)
    for first in range(0, index.size, BLOCK):
        n = min(BLOCK, index.size - first)
        seen += _touch(index[first : first + n], starts, columns, values)
        for u in range(units):
            for i in range(n):
                block[i, u] = gradient[u, first + i]
        for i in range(n):
            for u in range(units):
                total[u] += block[i, u]
            for e in range(starts[index[first + i]], starts[index[first + i] + 1]):
                c, v = columns[e], values[e]
                for u in range(units):
                    out[c, u] += v * block[i, u]
    for c in range(d):
        other = replaced[c]
        if other >= 0:
            for u in range(units):
                out[other, u] -= out[c, u]
    for c in range(d):
        v = reference[c]
        if v != f32(0):
            for u in range(units):
                out[c, u] += v * total[u]
    return seen


class _SparseLinear(torch.autograd.Function):
    """z (run, unit, sample) of weight (run, unit, d) and the rows of each run."""

    @staticmethod
    def forward(ctx: Any, weight: Tensor, rows: SparseRows) -> Tensor:
        t = rows.table
        w = weight.detach().numpy()
        z = np.empty((*w.shape[:2], rows.index.shape[1]), np.float32)
        for r in range(len(w)):
            by_column = np.array(w[r].T, order="C")
            _gather(
                by_column, rows.index[r], t.starts, t.columns, t.values, t.reference, t.replaced,
                z[r],
            )  # fmt: skip
        ctx.rows, ctx.shape = rows, weight.shape
        return torch.from_numpy(z)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        rows: SparseRows = ctx.rows
        t = rows.table
        g = gradients[0].numpy()
        out = np.empty(tuple(ctx.shape), np.float32)
        by_column = np.empty((out.shape[2], out.shape[1]), np.float32)
        for r in range(len(out)):
            _scatter(
                np.ascontiguousarray(g[r]), rows.index[r], t.starts, t.columns, t.values,
                t.reference, t.replaced, by_column,
            )  # fmt: skip
            out[r] = by_column.T
        return torch.from_numpy(out), None


def sparse_linear(weight: Tensor, x: SparseRows) -> Tensor:
    """weight (run, unit, d) times the rows of each run -> (run, unit, sample).

    Rows are written out for a weight that is not on a processor.
    """
    if weight.device.type != "cpu":
        written = np.stack([x.table.dense(rows) for rows in x.index])
        return weight @ torch.from_numpy(written).to(weight.device).transpose(1, 2)
    z: Tensor = _SparseLinear.apply(weight, x)
    return z
