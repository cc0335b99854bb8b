"""The product of a weight with rows of a table, and its gradient; see `rows.py`."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from mmoe_repro.compiled.sparse import gather, scatter
from mmoe_repro.models.rows import SparseRows


class _SparseLinear(torch.autograd.Function):
    """z (run, unit, sample) of weight (run, unit, d) and the rows of each run."""

    @staticmethod
    def forward(ctx: Any, weight: Tensor, rows: SparseRows) -> Tensor:
        t = rows.table
        w = weight.detach().numpy()
        z = np.empty((*w.shape[:2], rows.index.shape[1]), np.float32)
        for of_run, entries, out in zip(w, rows.entries, z, strict=True):
            gather(of_run, *entries, t.reference, t.replaced, out)
        ctx.rows, ctx.shape = rows, weight.shape
        return torch.from_numpy(z)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        rows: SparseRows = ctx.rows
        t = rows.table
        out = np.empty(tuple(ctx.shape), np.float32)
        downstream = gradients[0].contiguous().numpy()
        for gradient, entries, of_run in zip(downstream, rows.entries, out, strict=True):
            scatter(gradient, *entries, t.reference, t.replaced, of_run)
        return torch.from_numpy(out), None


def sparse_linear(weight: Tensor, x: SparseRows) -> Tensor:
    """weight (run, unit, d) times the rows of each run -> (run, unit, sample).

    Rows are written out for a weight that is not on a processor.
    """
    if weight.device.type != "cpu":
        written = np.stack([x.table.dense(rows) for rows in x.index])
        return weight @ torch.from_numpy(written).to(weight.device).transpose(1, 2)
    z: Tensor = _SparseLinear.apply(weight.contiguous(), x)
    return z
