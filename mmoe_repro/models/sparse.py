"""A layer of units on rows of a table, and its gradient; see `rows.py`."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from mmoe_repro.compiled.sparse import gather, scatter
from mmoe_repro.models.rows import SparseRows


class _SparseLayer(torch.autograd.Function):
    """(run, unit, sample) of weight (run, unit, d), bias (run, unit, 1) and the rows of each run."""

    @staticmethod
    def forward(
        ctx: Any, weight: Tensor, bias: Tensor, rows: SparseRows, rectifies: bool
    ) -> Tensor:
        t = rows.table
        w, b = weight.detach().numpy(), bias.detach().numpy()
        z = np.empty((*w.shape[:2], rows.index.shape[1]), np.float32)
        for r, entries in enumerate(rows.entries):
            gather(w[r], b[r, :, 0], rectifies, *entries, t.reference, t.replaced, z[r])
        found = torch.from_numpy(z)
        ctx.rows, ctx.rectifies, ctx.shape = rows, rectifies, weight.shape
        ctx.save_for_backward(found)
        return found

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, None, None]:
        t = ctx.rows.table
        (z,) = ctx.saved_tensors
        given, z = gradients[0].contiguous().numpy(), z.numpy()
        of_weight = np.empty(tuple(ctx.shape), np.float32)
        of_bias = np.empty((*ctx.shape[:2], 1), np.float32)
        for r, entries in enumerate(ctx.rows.entries):
            scatter(  # type: ignore[call-arg]
                given[r], z[r], ctx.rectifies, *entries, t.reference, t.replaced, of_weight[r],
                of_bias[r, :, 0],
            )  # fmt: skip
        return torch.from_numpy(of_weight), torch.from_numpy(of_bias), None, None


def sparse_layer(weight: Tensor, bias: Tensor | None, x: SparseRows, rectifies: bool) -> Tensor:
    """Weight (run, unit, d) times the rows of each run, plus bias (run, unit, 1), rectified or not ->
    (run, unit, sample).

    Rows are written out for a weight that is not on a processor.
    """
    if bias is None:
        bias = weight.new_zeros(*weight.shape[:2], 1)
    if weight.device.type != "cpu":
        written = np.stack([x.table.dense(rows) for rows in x.index])
        z = weight @ torch.from_numpy(written).to(weight.device).transpose(1, 2) + bias
        return z.relu() if rectifies else z
    found: Tensor = _SparseLayer.apply(weight.contiguous(), bias, x, rectifies)
    return found
