"""A census run inside a population against the same run alone in plain PyTorch, and what its step is of.

The plain way is what most people write: rows written out, a TensorDataset, a DataLoader, torch.nn, Adam.
It starts from the same weights and sees the same rows in the same order, so that its losses must be
ours; the largest relative difference is in the table. It is measured with the package's arithmetic and,
in a process of its own, with whatever PyTorch takes by itself.
"""

import multiprocessing
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits
from torch.utils.data import DataLoader, Sampler, TensorDataset

from benchmarks.measure import interleaved, peak_megabytes, seconds
from benchmarks.pinned import process
from mmoe_repro.census.encode import Encoded, load
from mmoe_repro.census.labels import auc
from mmoe_repro.census.methods import METHODS, Space
from mmoe_repro.census.source import CensusSource
from mmoe_repro.census.train import Selection, repeats, selection
from mmoe_repro.compiled import one_thread
from mmoe_repro.compiled.sparse import entries, gather, scatter
from mmoe_repro.learners.classifier import ClassifierLearner
from mmoe_repro.learners.learner import CLASSIFIERS_AT_ONCE
from mmoe_repro.models.initialise import initialise
from mmoe_repro.models.mmoe import MMoE
from mmoe_repro.models.population import Architecture, Values
from mmoe_repro.models.shared_bottom import SharedBottom

DATA = Path("results/census/data/encoded.npz")
TOWER, BATCH, RATE, STEPS, EXPERTS = 16, 1_024, 0.003, 40, 8
AGAIN = 10  # steps and parts of one in a measurement
REST = "other layers, loss and their gradients"
WIDTHS = (128, 2_048)  # units of the hidden layer, of all experts together


def _model(name: str, units: int, d: int) -> Architecture:
    if name == "mmoe":
        return MMoE(EXPERTS, units // EXPERTS, d, TOWER)
    return SharedBottom(units, d, TOWER)


def _linear(weight: np.ndarray, bias: bool = True) -> nn.Linear:
    """A layer that starts from a weight (out, in), with a bias of zero or none."""
    layer = nn.Linear(weight.shape[1], weight.shape[0], bias=bias)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(weight))
        if bias:
            layer.bias.zero_()
    return layer


class Plain(nn.Module):
    """Shared-Bottom or MMoE as most people write them, from given weights of one run."""

    def __init__(self, values: Values) -> None:
        super().__init__()
        of = {name: value[0] for name, value in values.items()}
        self.mixes = "gate_weight" in of
        self.first = _linear(of["expert_weight" if self.mixes else "bottom_weight"])
        gates = of["gate_weight"].reshape(2, EXPERTS, -1) if self.mixes else []
        self.gates = nn.ModuleList(_linear(weight, bias=False) for weight in gates)
        self.towers = nn.ModuleList(
            nn.Sequential(_linear(of["tower_weight"][k]), nn.ReLU(), _linear(of["head_weight"][k]))
            for k in range(2)
        )

    def forward(self, x: Tensor) -> Tensor:
        """x (sample, d) -> logits (task, sample)."""
        f = torch.relu(self.first(x))
        read = [f, f]
        if self.mixes:
            experts = f.unflatten(1, (EXPERTS, -1))
            read = [(gate(x).softmax(1)[:, :, None] * experts).sum(1) for gate in self.gates]
        return torch.stack([tower(x)[:, 0] for tower, x in zip(self.towers, read, strict=True)])


class Given(Sampler[int]):
    """Rows in a given order."""

    def __init__(self, order: list[int]) -> None:
        self._order = order

    def __iter__(self) -> Iterator[int]:
        return iter(self._order)

    def __len__(self) -> int:
        return len(self._order)


@cache
def _data() -> tuple[Encoded, Selection]:
    if not DATA.exists():
        raise SystemExit(f"{DATA} is not there: run `snakemake --cores 1 census_data` first")
    data = load(DATA)
    return data, selection(data, "income", 2018, 0)


def _source(on: Selection, runs: range) -> CensusSource:
    return CensusSource(
        on.train, on.train_labels, on.validation, on.validation_labels, BATCH, 2018, runs
    )


def _start(name: str, units: int, runs: range) -> tuple[Architecture, Values]:
    model = _model(name, units, _data()[1].train.n_features)
    return model, initialise(model, "glorot", 2018, runs)


def _plain(name: str, units: int, losses: list[float]) -> Callable[[], object]:
    data, on = _data()
    _, values = _start(name, units, range(1))
    rows, _ = _source(on, range(1)).batches(0, STEPS)
    x = torch.from_numpy(data.train.dense(data.n_one_hot))
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


def _ours(name: str, units: int, losses: list[float]) -> Callable[[], object]:
    model, values = _start(name, units, range(CLASSIFIERS_AT_ONCE))

    def work() -> None:
        source = _source(_data()[1], range(CLASSIFIERS_AT_ONCE))
        learner = ClassifierLearner(model, values)
        found = []
        for step in range(STEPS):
            found.append(learner.steps(*source.batches(step, 1), RATE, step)[0, 0].mean())
        losses[:] = [float(loss) for loss in found]

    return work


WAYS = {"in a population": "pinned", "plain PyTorch": "pinned", "plain PyTorch, native": "native"}
_works: dict[tuple[str, str, int], tuple[Callable[[], object], list[float]]] = {}


def _once(case: tuple[str, str, int]) -> tuple[float, list[float]]:
    """Seconds and losses of a way, model and width in this process; a first call is not counted."""
    one_thread()
    if case not in _works:
        losses: list[float] = []
        make = _plain if case[0].startswith("plain") else _ours
        _works[case] = make(*case[1:], losses), losses
        _works[case][0]()
    work, losses = _works[case]
    return seconds(work), list(losses)


def measure(rounds: int = 5) -> pd.DataFrame:
    """Columns: model, units, way, step_microseconds_per_run, share (of ours in that of the way), and
    largest_relative_difference_of_losses, of the way from ours."""
    rows = []
    with process("pinned") as pinned, process("native") as native:
        pools = {"pinned": pinned, "native": native}
        for name in ("shared_bottom", "mmoe"):
            for units in WIDTHS:
                took: dict[str, list[float]] = {way: [] for way in WAYS}
                losses = {}
                for _ in range(rounds):
                    for way, arithmetic in WAYS.items():
                        time, losses[way] = pools[arithmetic].apply(_once, ((way, name, units),))
                        runs = CLASSIFIERS_AT_ONCE if way == "in a population" else 1
                        took[way].append(time / STEPS / runs * 1e6)
                a_step = {way: float(np.median(times)) for way, times in took.items()}
                ours = np.array(losses["in a population"])
                for way in WAYS:
                    apart = float(np.abs(np.array(losses[way]) / ours - 1).max())
                    share = a_step["in a population"] / a_step[way]
                    rows.append((name, units, way, a_step[way], share, apart))
    columns = [
        "model", "units", "way", "step_microseconds_per_run", "share",
        "largest_relative_difference_of_losses",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _parts(name: str, units: int, rounds: int) -> dict[str, float]:
    """Seconds a run of a whole step and of its parts, and of an evaluation."""
    _, on = _data()
    t, runs = on.train, range(CLASSIFIERS_AT_ONCE)
    x, y = _source(on, runs).batches(0, 1)
    index = x.index[0, 0]
    held_out, labels = _source(on, range(1)).held_out(len(on.validation))
    model, values = _start(name, units, runs)
    learner = ClassifierLearner(model, values)
    alone = ClassifierLearner(model, {k: v[:1] for k, v in values.items()})
    weight = np.concatenate([v[0] for v in values.values() if v.shape[-1] == t.n_features])
    out, gradient = np.empty((len(weight), BATCH), np.float32), np.empty_like(weight)
    bias = np.zeros(len(weight), np.float32)
    of_batch = entries(index, t.starts, t.columns, t.values)
    of_table = (t.reference, t.replaced)
    nothing = {k: np.zeros_like(v) for k, v in values.items()}
    logits = alone.logits(held_out)[0]

    def again(work: Callable[[], object]) -> Callable[[], object]:
        return lambda: [work() for _ in range(AGAIN)]

    of_step = {
        "a step": lambda: learner.steps(x, y, RATE, 0),
        "entries of the rows": lambda: entries(index, t.starts, t.columns, t.values),
        "first layer": lambda: gather(  # type: ignore[call-arg]
            weight, bias, True, *of_batch, *of_table, out
        ),
        "its gradient": lambda: scatter(  # type: ignore[call-arg]
            out, out, True, *of_batch, *of_table, gradient, bias
        ),
        "Adam": lambda: learner.update(nothing, np.full(len(runs), RATE), 1),
    }
    took = interleaved({part: again(work) for part, work in of_step.items()}, rounds)
    took = {part: time / AGAIN for part, time in took.items()}
    ends = interleaved(
        {
            "logits of an evaluation": lambda: alone.logits(held_out),
            "AUCs of an evaluation": lambda: [auc(labels[0, k], logits[k]) for k in range(2)],
        },
        rounds,
    )
    for of_all in ("a step", "Adam"):
        took[of_all] /= len(runs)
    inside = ("entries of the rows", "first layer", "its gradient", "Adam")
    rest = took["a step"] - sum(took[part] for part in inside)
    return {**took, REST: rest, **ends}


def parts(rounds: int = 7) -> pd.DataFrame:
    """What a step of a run is of: each part by itself, on a step's arrays. Columns: model, units, part,
    microseconds_per_run.

    `REST` is what the other parts leave of a step; an evaluation of all validation rows is no part of
    one.
    """
    rows = [
        (name, units, part, time * 1e6)
        for name in ("shared_bottom", "mmoe")
        for units in WIDTHS
        for part, time in _parts(name, units, rounds).items()
    ]
    return pd.DataFrame(rows, columns=["model", "units", "part", "microseconds_per_run"])


MEMORY_WAYS = ("read the encoded rows", "repeats of Shared-Bottom, 128 units",
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
        _plain("shared_bottom", WIDTHS[0], [])()
    return peak_megabytes()


def memory() -> pd.DataFrame:
    """Peak memory of processes that train on the census. Columns: way, peak_megabytes."""
    spawn = multiprocessing.get_context("spawn")
    rows = []
    for way in MEMORY_WAYS:
        with spawn.Pool(1) as pool:
            rows.append((way, pool.apply(_peak_megabytes, (way,))))
    return pd.DataFrame(rows, columns=["way", "peak_megabytes"])
