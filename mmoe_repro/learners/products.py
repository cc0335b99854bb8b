"""Products of a network that torch's autograd trains, compiled, in a fixed order of addition.

torch's own matrix products come from MKL, whose one branch that is the same on every make of processor
is a slow one; and a mixture of experts written with torch's operations holds every product of gate and
expert at once.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from mmoe_repro.compiled import exact
from mmoe_repro.compiled.functions import f32
from mmoe_repro.compiled.products import product, product_of_transposed, transposed
from mmoe_repro.models.experts import mix


@exact
def _forward(a, b, out):  # type: ignore[no-untyped-def]
    for i in range(a.shape[0]):
        product(a[i], b[i], out[i])


@exact
def _backward(a, b, gradient, d_a, d_b):  # type: ignore[no-untyped-def]
    n, m, k = a.shape
    turned, of_a = np.empty((b.shape[2], m), np.float32), np.empty((k, m), np.float32)
    for i in range(n):
        transposed(gradient[i], turned)  # the smaller of the two that could be turned
        product(b[i], turned, of_a)
        transposed(of_a, d_a[i])
        product_of_transposed(a[i], gradient[i], d_b[i])


class _Product(torch.autograd.Function):
    """a (n, m, k) times b (n, k, l), float32 in C order."""

    @staticmethod
    def forward(ctx: Any, a: Tensor, b: Tensor) -> Tensor:
        out = torch.empty(len(a), a.shape[1], b.shape[2])
        _forward(a.detach().numpy(), b.detach().numpy(), out.numpy())
        ctx.save_for_backward(a, b)
        return out

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor]:
        a, b = ctx.saved_tensors
        d_a, d_b = torch.empty_like(a), torch.empty_like(b)
        arrays = (t.detach().numpy() for t in (a, b, gradients[0].contiguous(), d_a, d_b))
        _backward(*arrays)
        return d_a, d_b


def matmul(a: Tensor, b: Tensor) -> Tensor:
    """a (..., m, k) times b (..., k, l), float32 on a processor; what stands before is broadcast."""
    before = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    a, b = (t.expand(*before, *t.shape[-2:]).flatten(0, -3).contiguous() for t in (a, b))
    found: Tensor = _Product.apply(a, b)
    return found.unflatten(0, before)


@exact
def _linear(x, weight, out):  # type: ignore[no-untyped-def]
    turned = np.empty((weight.shape[1], weight.shape[0]), np.float32)
    transposed(weight, turned)
    product(x, turned, out)


@exact
def _linear_backward(x, weight, gradient, d_x, d_weight):  # type: ignore[no-untyped-def]
    product(gradient, weight, d_x)
    product_of_transposed(gradient, x, d_weight)


class _Linear(torch.autograd.Function):
    """x (n, k) times the transposed weight (l, k), float32 in C order."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor) -> Tensor:
        out = torch.empty(len(x), len(weight))
        _linear(x.detach().numpy(), weight.detach().numpy(), out.numpy())
        ctx.save_for_backward(x, weight)
        return out

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor]:
        x, weight = ctx.saved_tensors
        d_x, d_weight = torch.empty_like(x), torch.empty_like(weight)
        arrays = (t.detach().numpy() for t in (x, weight, gradients[0].contiguous(), d_x, d_weight))
        _linear_backward(*arrays)
        return d_x, d_weight


def linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """x (n, k) -> (n, l) by a weight (l, k) and a bias (l,), as torch's; float32 on a processor."""
    found: Tensor = _Linear.apply(x.contiguous(), weight.contiguous())
    return found if bias is None else found + bias


@exact
def _mix(g, f, out):  # type: ignore[no-untyped-def]
    for r in range(g.shape[0]):
        for u in range(f.shape[2]):
            for k in range(g.shape[1]):
                mixed = out[r, k, u]
                mixed[:] = f32(0)
                for i in range(g.shape[2]):
                    gate, expert = g[r, k, i], f[r, i, u]
                    for s in range(mixed.size):
                        mixed[s] += gate[s] * expert[s]


@exact
def _mix_backward(g, f, gradient, d_g, d_f):  # type: ignore[no-untyped-def]
    d_g[:], d_f[:] = f32(0), f32(0)
    for r in range(g.shape[0]):
        for u in range(f.shape[2]):
            for i in range(g.shape[2]):
                expert, d_expert = f[r, i, u], d_f[r, i, u]
                for k in range(g.shape[1]):
                    gate, d_gate, d_mixed = g[r, k, i], d_g[r, k, i], gradient[r, k, u]
                    for s in range(expert.size):
                        d_gate[s] += d_mixed[s] * expert[s]
                        d_expert[s] += gate[s] * d_mixed[s]


class _Mix(torch.autograd.Function):
    """g (run, gate, expert, sample), f (run, expert, unit, sample), float32 in C order."""

    @staticmethod
    def forward(ctx: Any, g: Tensor, f: Tensor) -> Tensor:
        out = torch.empty(*g.shape[:2], *f.shape[2:])
        _mix(g.detach().numpy(), f.detach().numpy(), out.numpy())
        ctx.save_for_backward(g, f)
        return out

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor]:
        g, f = ctx.saved_tensors
        d_g, d_f = torch.empty_like(g), torch.empty_like(f)
        arrays = (t.detach().numpy() for t in (g, f, gradients[0].contiguous(), d_g, d_f))
        _mix_backward(*arrays)
        return d_g, d_f


class FixedOrder(TorchFunctionMode):
    """Where this is entered, `@` between tensors, linear layers and the mixing of experts are those of
    this module."""

    def __torch_function__(
        self,
        function: Callable[..., Any],
        types: Sequence[type],
        arguments: Sequence[Any] = (),
        named: Mapping[str, Any] | None = None,
    ) -> Any:
        if function in _PRODUCTS:
            return matmul(*arguments)
        if function is torch.nn.functional.linear:
            return linear(*arguments, **(named or {}))
        if function is mix:
            return _Mix.apply(*(t.contiguous() for t in arguments))
        return function(*arguments, **(named or {}))


_PRODUCTS = {Tensor.__matmul__, Tensor.matmul, torch.matmul}
