"""Against the plain way: one torch.nn module at a time, its own Adam, a loop; and torch.func.vmap.

All see the same finite set of the reference universe, draw their batches as each would, and do no
evaluation, which favours the plain way: ours is measured with its own.
"""

from collections.abc import Callable

import pandas as pd
import torch
from torch import Tensor, nn

from benchmarks.measure import interleaved
from benchmarks.training import SHORT, training, universe
from mmoe_repro.synthetic.models import build
from mmoe_repro.synthetic.source import SyntheticSource

BATCH_SIZES = (32, 128)
STEPS, VMAP_RUNS, RUNS = 200, 50, 4


class PlainMMoE(nn.Module):
    """MMoE as most people write it, with the experts' and gates' layers in lists."""

    def __init__(self, experts: int = 8, units: int = 16, tower: int = 8, tasks: int = 2) -> None:
        super().__init__()
        self.experts = nn.ModuleList(nn.Linear(100, units) for _ in range(experts))
        self.gates = nn.ModuleList(nn.Linear(100, experts, bias=False) for _ in range(tasks))
        self.towers = nn.ModuleList(
            nn.Sequential(nn.Linear(units, tower), nn.ReLU(), nn.Linear(tower, 1))
            for _ in range(tasks)
        )

    def forward(self, x: Tensor) -> Tensor:
        """x (sample, 100) -> (task, sample)."""
        f = torch.stack([torch.relu(expert(x)) for expert in self.experts], dim=1)
        found = []
        for gate, tower in zip(self.gates, self.towers, strict=True):
            weight = gate(x).softmax(dim=1)
            found.append(tower((weight.unsqueeze(2) * f).sum(dim=1))[:, 0])
        return torch.stack(found)


def _plain(x_set: Tensor, y_set: Tensor, batch: int, fused: bool) -> Callable[[], object]:
    model = PlainMMoE()
    adam = torch.optim.Adam(model.parameters(), lr=0.001, fused=fused)

    def work() -> None:
        for _ in range(STEPS):
            chosen = torch.randint(len(x_set), (batch,))
            loss = (model(x_set[chosen]) - y_set[:, chosen]).square().mean()
            adam.zero_grad()
            loss.backward()
            adam.step()

    return work


def _vmap(x_set: Tensor, y_set: Tensor, batch: int) -> Callable[[], object]:
    """`VMAP_RUNS` modules stacked, the loss mapped over them, one fused Adam for all."""
    modules = [PlainMMoE() for _ in range(VMAP_RUNS)]
    parameters, _ = torch.func.stack_module_state(modules)
    shell = PlainMMoE().to("meta")
    adam = torch.optim.Adam(list(parameters.values()), lr=0.001, fused=True)

    def loss_of(of_run: dict[str, Tensor], x: Tensor, y: Tensor) -> Tensor:
        return (torch.func.functional_call(shell, of_run, (x,)) - y).square().mean()

    mapped = torch.func.vmap(loss_of)

    def work() -> None:
        for _ in range(STEPS // 10):
            chosen = torch.randint(len(x_set), (VMAP_RUNS, batch))
            y = y_set[:, chosen].transpose(0, 1)
            adam.zero_grad()
            mapped(parameters, x_set[chosen], y).sum().backward()
            adam.step()

    return work


def measure(rounds: int = 5) -> pd.DataFrame:
    """Columns: batch_size, way, step_microseconds_per_run, times_slower (than ours)."""
    rows = []
    for batch in BATCH_SIZES:
        u = universe(batch, fresh=False)
        x, y = SyntheticSource(u, 0.9, 0, [0]).finite_set
        x_set, y_set = torch.from_numpy(x[0]), torch.from_numpy(y[0])
        mmoe = build("mmoe")
        cases = {
            "short": training(mmoe, u, RUNS, SHORT),
            "ours": training(mmoe, u, RUNS, 500 + SHORT),
            "one nn.Module, Adam": _plain(x_set, y_set, batch, fused=False),
            "one nn.Module, fused Adam": _plain(x_set, y_set, batch, fused=True),
            "torch.func.vmap, fused Adam": _vmap(x_set, y_set, batch),
        }
        median = interleaved(cases, rounds)
        ours = (median.pop("ours") - median.pop("short")) / 500 / RUNS
        rows.append((batch, "ours", ours * 1e6, 1.0))
        for way, time in median.items():
            a_step = time / (STEPS // 10 * VMAP_RUNS if "vmap" in way else STEPS)
            rows.append((batch, way, a_step * 1e6, a_step / ours))
    return pd.DataFrame(
        rows, columns=["batch_size", "way", "step_microseconds_per_run", "times_slower"]
    )
