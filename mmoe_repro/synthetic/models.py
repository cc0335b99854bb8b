"""The models of the study by name, and the widths that follow from parameter counts."""

from collections.abc import Callable
from dataclasses import replace

from mmoe_repro.models.mmoe import MMoE
from mmoe_repro.models.omoe import OMoE
from mmoe_repro.models.population import Architecture, n_parameters
from mmoe_repro.models.shared_bottom import SharedBottom

N_FEATURES = 100
N_EXPERTS = 8
EXPERT_UNITS = 16
TOWER_UNITS = 8
N_TASKS = 2


def width_by_paper_count(
    n_features: int = N_FEATURES,
    n_experts: int = N_EXPERTS,
    expert_units: int = EXPERT_UNITS,
    tower_units: int = TOWER_UNITS,
    n_tasks: int = N_TASKS,
) -> int:
    """Shared-Bottom's width as section 5.1 finds it: weights of experts and towers alone.

    (d E H + H T K) / (d + T K) with d features, E experts of H units, K towers of T units; 112.6 for
    the paper's numbers, so 113. Gates, biases and heads are left out.
    """
    mixture = n_features * n_experts * expert_units + expert_units * tower_units * n_tasks
    return round(mixture / (n_features + tower_units * n_tasks))


def width_by_full_count(n_features: int = N_FEATURES) -> int:
    """The Shared-Bottom width whose count of every trained scalar is nearest to MMoE's."""
    target = n_parameters(MMoE(n_features=n_features))
    return min(
        range(1, 4 * N_EXPERTS * EXPERT_UNITS),
        key=lambda units: abs(n_parameters(SharedBottom(units, n_features)) - target),
    )


MODELS: dict[str, Callable[[int], SharedBottom | OMoE | MMoE]] = {
    "shared_bottom": lambda d: SharedBottom(width_by_paper_count(d), d),
    "omoe": lambda d: OMoE(n_features=d),
    "mmoe": lambda d: MMoE(n_features=d),
    # Figure 3's model, and Shared-Bottom with as many parameters as MMoE when all are counted
    "shared_bottom_16": lambda d: SharedBottom(16, d, name="shared_bottom_16"),
    "shared_bottom_full_count": lambda d: SharedBottom(
        width_by_full_count(d), d, name="shared_bottom_full_count"
    ),
    # Two and four times the paper's width, for its guess on larger bottoms (section 5.2)
    "shared_bottom_226": lambda d: SharedBottom(226, d, name="shared_bottom_226"),
    "shared_bottom_452": lambda d: SharedBottom(452, d, name="shared_bottom_452"),
}

TITLES = {
    "shared_bottom": "Shared-Bottom",
    "omoe": "OMoE",
    "mmoe": "MMoE",
    "shared_bottom_16": "Shared-Bottom-16",
    "shared_bottom_full_count": "Shared-Bottom (full count)",
    "shared_bottom_226": "Shared-Bottom-226",
    "shared_bottom_452": "Shared-Bottom-452",
}


def build(name: str, n_features: int = N_FEATURES, biases: bool = True) -> Architecture:
    """The model called `name` for `n_features` inputs, with or without biases.

    Raises ValueError for an unknown name.
    """
    if name not in MODELS:
        raise ValueError(f"model {name!r}: allowed are {', '.join(MODELS)}")
    return replace(MODELS[name](n_features), biases=biases)
