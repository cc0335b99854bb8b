"""The first layer of a model, on dense inputs or on rows of a table (`rows.py`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from mmoe_repro.models.rows import SparseRows

if TYPE_CHECKING:
    from torch import Tensor

Inputs: TypeAlias = "Tensor | SparseRows"


def linear(weight: Tensor, x: Inputs) -> Tensor:
    """weight (run, unit, d) times inputs -> (run, unit, sample).

    `x` is a tensor (run, sample, d), or the rows of a table; those are written out for a weight that
    is not on a processor.
    """
    if not isinstance(x, SparseRows):
        return weight @ x.transpose(1, 2)
    from mmoe_repro.models.sparse import sparse_layer

    return sparse_layer(weight, None, x, rectifies=False)


def rectified(weight: Tensor, bias: Tensor | None, x: Inputs) -> Tensor:
    """max(W x + b, 0), as `linear`; bias (run, unit, 1)."""
    if not isinstance(x, SparseRows):
        z = linear(weight, x)
        return (z if bias is None else z + bias).relu()
    from mmoe_repro.models.sparse import sparse_layer

    return sparse_layer(weight, bias, x, rectifies=True)
