"""A census run of Shared-Bottom inside a population against the same run alone in plain PyTorch.

The plain way is what most people write: rows written out, a TensorDataset, a DataLoader, torch.nn, Adam.
It starts from the same weights and sees the same rows in the same order, so that its losses must be
ours; the largest relative difference is in the table.
"""

import multiprocessing
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits
from torch.utils.data import DataLoader, Sampler, TensorDataset

from benchmarks.measure import interleaved, peak_megabytes
from mmoe_repro.census.encode import load
from mmoe_repro.census.methods import METHODS, Space
from mmoe_repro.census.source import CensusSource
from mmoe_repro.census.train import Selection, repeats, selection
from mmoe_repro.compiled import one_thread
from mmoe_repro.learners.classifier import ClassifierLearner
from mmoe_repro.learners.learner import CLASSIFIERS_AT_ONCE
from mmoe_repro.models.initialise import initialise
from mmoe_repro.models.population import Values
from mmoe_repro.models.shared_bottom import SharedBottom

DATA = Path("results/census/data/encoded.npz")
UNITS, TOWER, BATCH, RATE, STEPS = 128, 16, 1_024, 0.003, 40


class Plain(nn.Module):
    """Shared-Bottom as most people write it, from given weights."""

    def __init__(self, values: Values) -> None:
        super().__init__()
        d = values["bottom_weight"].shape[2]
        self.bottom = nn.Linear(d, UNITS)
        hidden = [nn.Linear(UNITS, TOWER) for _ in range(2)]
        heads = [nn.Linear(TOWER, 1) for _ in range(2)]
        with torch.no_grad():
            for layer in (self.bottom, *hidden, *heads):
                layer.bias.zero_()
            self.bottom.weight.copy_(torch.from_numpy(values["bottom_weight"][0]))
            for k in range(2):
                hidden[k].weight.copy_(torch.from_numpy(values["tower_weight"][0, k]))
                heads[k].weight.copy_(torch.from_numpy(values["head_weight"][0, k]))
        self.towers = nn.ModuleList(
            nn.Sequential(*layers) for layers in zip(hidden, [nn.ReLU()] * 2, heads, strict=True)
        )

    def forward(self, x: Tensor) -> Tensor:
        """x (sample, d) -> logits (task, sample)."""
        f = torch.relu(self.bottom(x))
        return torch.stack([tower(f)[:, 0] for tower in self.towers])


class Given(Sampler[int]):
    """Rows in a given order."""

    def __init__(self, order: list[int]) -> None:
        self._order = order

    def __iter__(self) -> Iterator[int]:
        return iter(self._order)

    def __len__(self) -> int:
        return len(self._order)


def _source(on: Selection, runs: range) -> CensusSource:
    return CensusSource(
        on.train, on.train_labels, on.validation, on.validation_labels, BATCH, 2018, runs
    )


def _plain(on: Selection, values: Values, x: Tensor, losses: list[float]) -> Callable[[], object]:
    rows, _ = _source(on, range(1)).batches(0, STEPS)
    y = torch.from_numpy(on.train_labels.T.copy())
    loader = DataLoader(
        TensorDataset(x, y), batch_size=BATCH, sampler=Given(rows.index[0].ravel().tolist())
    )

    def work() -> None:
        model = Plain(values)
        adam = torch.optim.Adam(model.parameters(), lr=RATE)
        losses.clear()
        for inputs, labels in loader:
            loss = binary_cross_entropy_with_logits(model(inputs), labels.T)
            adam.zero_grad()
            loss.backward()
            adam.step()
            losses.append(float(loss.detach()))

    return work


def _ours(on: Selection, values: Values, losses: list[float]) -> Callable[[], object]:
    model = SharedBottom(UNITS, on.train.n_features, TOWER)

    def work() -> None:
        source = _source(on, range(CLASSIFIERS_AT_ONCE))
        learner = ClassifierLearner(model, values)
        found = []
        for step in range(STEPS):
            found.append(learner.steps(*source.batches(step, 1), RATE, step)[0, 0].mean())
        losses[:] = [float(loss) for loss in found]

    return work


def measure(rounds: int = 5) -> pd.DataFrame:
    """Columns: way, step_microseconds_per_run, share_of_plain, largest_relative_difference_of_losses."""
    if not DATA.exists():
        raise SystemExit(f"{DATA} is not there: run `snakemake --cores 1 census_data` first")
    data = load(DATA)
    on = selection(data, "income", 2018, 0)
    model = SharedBottom(UNITS, on.train.n_features, TOWER)
    values = initialise(model, "glorot", 2018, range(CLASSIFIERS_AT_ONCE))
    x = torch.from_numpy(data.train.dense(data.n_one_hot))
    plain_losses: list[float] = []
    our_losses: list[float] = []
    median = interleaved(
        {
            "in a population": _ours(on, values, our_losses),
            "plain PyTorch, DataLoader": _plain(on, values, x, plain_losses),
        },
        rounds,
    )
    apart = np.abs(np.array(our_losses) / np.array(plain_losses) - 1).max()
    plain = median["plain PyTorch, DataLoader"] / STEPS
    ours = median["in a population"] / STEPS / CLASSIFIERS_AT_ONCE
    return pd.DataFrame(
        [
            ("in a population", ours * 1e6, ours / plain, apart),
            ("plain PyTorch, DataLoader", plain * 1e6, 1.0, 0.0),
        ],
        columns=[
            "way",
            "step_microseconds_per_run",
            "share_of_plain",
            "largest_relative_difference_of_losses",
        ],
    )


WAYS = ("read the encoded rows", "repeats of Shared-Bottom, 128 units",
        "repeats of MMoE, the largest of the search", "plain PyTorch, rows written out")  # fmt: skip
MEMORY_RUNS, MEMORY_STEPS = 4, 200


def _peak_megabytes(way: str) -> float:
    """Peak memory of this process when it has done one thing, a training with its evaluation or less."""
    one_thread()
    data = load(DATA)
    tuned: dict[str, object] = {"learning_rate": RATE, "steps": MEMORY_STEPS}
    if way.startswith("repeats"):
        name = "mmoe" if "MMoE" in way else "shared_bottom"
        method = METHODS[name]
        largest = method.choice(np.ones(len(method.searched)), Space())
        tuned["choice"] = {"hidden_units": 128.0} if name == "shared_bottom" else largest
        repeats(method, tuned, data, "income", BATCH, 2018, range(MEMORY_RUNS), 5)
    elif way.startswith("plain"):
        on = selection(data, "income", 2018, 0)
        values = initialise(SharedBottom(UNITS, on.train.n_features, TOWER), "glorot", 2018, [0])
        _plain(on, values, torch.from_numpy(data.train.dense(data.n_one_hot)), [])()
    return peak_megabytes()


def memory() -> pd.DataFrame:
    """Peak memory of processes that train on the census. Columns: way, peak_megabytes."""
    spawn = multiprocessing.get_context("spawn")
    rows = []
    for way in WAYS:
        with spawn.Pool(1) as pool:
            rows.append((way, pool.apply(_peak_megabytes, (way,))))
    return pd.DataFrame(rows, columns=["way", "peak_megabytes"])
