"""The task towers h^k of equations 5 and 6: one hidden layer and a scalar head a task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mmoe_repro.models.population import Parameter, bias

if TYPE_CHECKING:
    from torch import Tensor

    from mmoe_repro.models.population import Parameters


def tower_parameters(n_tasks: int, n_inputs: int, n_units: int) -> dict[str, Parameter]:
    """Parameters of all towers of one run; fans are those of one tower's layers."""
    return {
        "tower_weight": Parameter((n_tasks, n_units, n_inputs), n_inputs, n_units),
        "tower_bias": Parameter((n_tasks, n_units, 1), bias_of=n_inputs),
        "head_weight": Parameter((n_tasks, 1, n_units), n_units, 1),
        "head_bias": Parameter((n_tasks, 1, 1), bias_of=n_units),
    }


def towers(theta: Parameters, shared: Tensor) -> Tensor:
    """y_k = h^k(shared_k): (run, task or 1, unit, sample) -> (run, task, sample)."""
    weight = theta["tower_weight"]
    if shared.shape[1] == 1:  # one product for all towers that read the same
        product = (weight.flatten(1, 2) @ shared.squeeze(1)).unflatten(1, weight.shape[1:3])
    else:
        product = weight @ shared
    hidden = (product + bias(theta, "tower_bias")).relu()
    return (theta["head_weight"] @ hidden + bias(theta, "head_bias")).squeeze(2)
