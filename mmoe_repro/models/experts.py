"""Experts f_i and softmax gates g (equations 6-8), shared by the two mixtures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mmoe_repro.models.inputs import linear, rectified
from mmoe_repro.models.population import Parameter

if TYPE_CHECKING:
    from torch import Tensor

    from mmoe_repro.models.inputs import Inputs
    from mmoe_repro.models.population import Parameters


def expert_parameters(n_experts: int, n_features: int, n_units: int) -> dict[str, Parameter]:
    """Experts of one ReLU layer, stacked; fans are those of one expert."""
    return {
        "expert_weight": Parameter((n_experts * n_units, n_features), n_features, n_units),
        "expert_bias": Parameter((n_experts * n_units, 1), bias_of=n_features),
    }


def gate_parameters(n_gates: int, n_experts: int, n_features: int) -> dict[str, Parameter]:
    """W_g of equation 8: linear in the raw input, without bias."""
    return {
        "gate_weight": Parameter((n_gates * n_experts, n_features), n_features, n_experts),
    }


def experts(theta: Parameters, x: Inputs, n_experts: int) -> Tensor:
    """f_i(x): (run, sample, feature) -> (run, expert, unit, sample)."""
    f = rectified(theta["expert_weight"], theta.get("expert_bias"), x)
    return f.unflatten(1, (n_experts, -1))


def gates(theta: Parameters, x: Inputs, n_experts: int) -> Tensor:
    """g(x) = softmax(W_g x) (equation 8): -> (run, gate, expert, sample)."""
    logits = linear(theta["gate_weight"], x)
    return logits.unflatten(1, (-1, n_experts)).softmax(dim=2)


def mix(g: Tensor, f: Tensor) -> Tensor:
    """sum_i g_i f_i (equation 7): -> (run, gate, unit, sample).

    Can be overridden by torch's protocol for functions.
    """
    from torch.overrides import handle_torch_function, has_torch_function

    if has_torch_function((g, f)):
        mixed: Tensor = handle_torch_function(mix, (g, f), g, f)
        return mixed
    return (g.unsqueeze(3) * f.unsqueeze(1)).sum(dim=2)
