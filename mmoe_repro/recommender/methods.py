"""The dense part of every method: from looked-up embeddings and dense features to two log odds.

Several fully connected ReLU layers, one hidden layer a tower, and a head (section 6.4). A mixture has
experts and gates in place of the top shared layer (equations 6 to 8); Cross-Stitch mixes two networks
after every hidden layer; L2-Constrained holds two networks near each other; Single-Task has two that
share nothing, not even the embeddings. Weights start as Glorot's, from a named stream, so that they are
the same on any number of processes.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from mmoe_repro.recommender.widths import Widths
from mmoe_repro.seeds import numpy_stream

SAME, OTHER = 0.9, 0.1  # where a cross-stitch starts (section 5.1 of Misra et al. 2016)


class Layers(nn.Module):
    """Fully connected layers with ReLU, (sample, units[0]) -> (sample, units[-1])."""

    def __init__(self, units: Sequence[int]) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(units))

    def forward(self, x: Tensor) -> Tensor:
        """See the class."""
        for layer in self.layers:
            x = layer(x).relu()
        return x


class Towers(nn.Module):
    """A hidden ReLU layer and a head a task: (sample, task, units) -> (sample, task)."""

    def __init__(self, widths: Widths) -> None:
        super().__init__()
        top, units, tasks = widths.top, widths.tower, range(widths.tasks)
        self.hidden = nn.ModuleList(nn.Linear(top, units) for _ in tasks)
        self.head = nn.ModuleList(nn.Linear(units, 1) for _ in tasks)

    def forward(self, h: Tensor) -> Tensor:
        """See the class."""
        both = zip(self.hidden, self.head, strict=True)
        of_tasks = [head(hidden(h[:, k]).relu()) for k, (hidden, head) in enumerate(both)]
        return torch.cat(of_tasks, dim=1)


def _together(layers: Any, x: Tensor) -> Tensor:
    """What several layers of one size make of x, by one product: (sample, layer, units)."""
    weight = torch.cat([layer.weight for layer in layers])
    bias = None if layers[0].bias is None else torch.cat([layer.bias for layer in layers])
    return linear(x, weight, bias).unflatten(1, (len(layers), -1))


class Mixture(nn.Module):
    """f^k(x) = sum_i g^k(x)_i f_i(x), with g^k(x) = softmax(W_gk x), linear and without bias.

    (sample, inputs) -> (sample, gate, units); one gate serves all tasks, or each has its own.
    """

    def __init__(self, inputs: int, n_experts: int, units: int, n_gates: int) -> None:
        super().__init__()
        self.experts = nn.ModuleList(nn.Linear(inputs, units) for _ in range(n_experts))
        self.gate = nn.ModuleList(nn.Linear(inputs, n_experts, bias=False) for _ in range(n_gates))

    def gates(self, x: Tensor) -> Tensor:
        """g^k(x): (sample, gate, expert)."""
        return _together(self.gate, x).softmax(dim=2)

    def forward(self, x: Tensor) -> Tensor:
        """See the class."""
        return self.gates(x) @ _together(self.experts, x).relu()


class SharedBottom(nn.Module):
    """All layers but the towers are shared."""

    def __init__(self, widths: Widths) -> None:
        super().__init__()
        self.bottom = Layers([widths.inputs, *widths.shared, widths.top])
        self.towers = Towers(widths)
        self.tasks = widths.tasks

    def forward(self, x: Tensor) -> Tensor:
        """See the class."""
        return self.towers(self.bottom(x).unsqueeze(1).expand(-1, self.tasks, -1))


class MixtureOfExperts(nn.Module):
    """OMoE with one gate, MMoE with one a task."""

    def __init__(self, widths: Widths, n_gates: int) -> None:
        super().__init__()
        self.bottom = Layers([widths.inputs, *widths.shared])
        self.mixture = Mixture(widths.shared[-1], widths.experts, widths.top, n_gates)
        self.towers = Towers(widths)
        self.tasks = widths.tasks

    def forward(self, x: Tensor) -> Tensor:
        """See the class."""
        return self.towers(self.mixture(self.bottom(x)).expand(-1, self.tasks, -1))

    def gates(self, x: Tensor) -> Tensor:
        """The weights of the experts for each task's gate: (sample, gate, expert)."""
        return self.mixture.gates(self.bottom(x))


class TwoNetworks(nn.Module):
    """A network for each of two tasks: L2-Constrained, and Single-Task, which has inputs for each."""

    def __init__(self, widths: Widths, apart: bool = False) -> None:
        super().__init__()
        units = [widths.inputs, *widths.shared, widths.top]
        self.bottoms = nn.ModuleList(Layers(units) for _ in range(2))
        self.towers = Towers(widths)
        self.apart = apart

    def forward(self, x: Tensor) -> Tensor:
        """x (sample, inputs), of Single-Task (sample, task, inputs)."""
        of_tasks = [x[:, k] if self.apart else x for k in range(2)]
        both = [f(of) for f, of in zip(self.bottoms, of_tasks, strict=True)]
        return self.towers(torch.stack(both, dim=1))

    def distance(self) -> Tensor:
        """The squared distance of the two networks' parameters."""
        first, second = ([*self.bottoms[k].parameters(), *self.towers.hidden[k].parameters(),
                          *self.towers.head[k].parameters()] for k in range(2))  # fmt: skip
        pairs = zip(first, second, strict=True)
        return torch.stack([(a - b).square().sum() for a, b in pairs]).sum()


class CrossStitch(nn.Module):
    """Two networks, for two tasks, mixed after every hidden layer: h_k <- sum_j S_kj h_j."""

    def __init__(self, widths: Widths) -> None:
        super().__init__()
        units = [widths.inputs, *widths.shared, widths.top]
        self.layers = nn.ModuleList(
            nn.ModuleList(nn.Linear(a, b) for _ in range(2)) for a, b in pairwise(units)
        )
        start = torch.tensor([[SAME, OTHER], [OTHER, SAME]])
        self.stitches = nn.ParameterList(nn.Parameter(start.clone()) for _ in self.layers)
        self.towers = Towers(widths)

    def forward(self, x: Tensor) -> Tensor:
        """See the class."""
        h = [x, x]
        for layers, stitch in zip(self.layers, self.stitches, strict=True):
            a, b = (layer(of).relu() for layer, of in zip(layers, h, strict=True))  # type: ignore[call-overload]
            h = [to[0] * a + to[1] * b for to in stitch]
        return self.towers(torch.stack(h, dim=1))


def build(method: str, widths: Widths, study_seed: int, seed: int) -> nn.Module:
    """The dense part of a method; its weights are Glorot's (uniform), its biases 0.

    Every parameter has a stream of its own, named by method, parameter and seed. Raises KeyError for an
    unknown method.
    """
    network: nn.Module = {
        "single_task": lambda: TwoNetworks(widths, apart=True),
        "shared_bottom": lambda: SharedBottom(widths),
        "l2_constrained": lambda: TwoNetworks(widths),
        "cross_stitch": lambda: CrossStitch(widths),
        "omoe": lambda: MixtureOfExperts(widths, 1),
        "mmoe": lambda: MixtureOfExperts(widths, widths.tasks),
    }[method]()
    for name, parameter in network.named_parameters():
        with torch.no_grad():
            if name.endswith("bias"):
                parameter.zero_()
            elif name.endswith("weight"):
                end = (6 / sum(parameter.shape)) ** 0.5
                stream = numpy_stream(study_seed, "recommender start", seed, method, name)
                drawn = stream.uniform(-end, end, tuple(parameter.shape))
                parameter.copy_(torch.from_numpy(drawn.astype("float32")))
    return network


def n_parameters(network: nn.Module) -> int:
    """Trained scalars of a dense part."""
    return sum(parameter.numel() for parameter in network.parameters())
