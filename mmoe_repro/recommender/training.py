"""Training of one job: a single pass over a stream, looked at on the way, resumable."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
import torch.distributed as dist
from numpy.typing import NDArray
from scipy.special import expit
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from mmoe_repro.learners.products import FixedOrder
from mmoe_repro.recommender.checkpoints import Checkpoints
from mmoe_repro.recommender.job import Job
from mmoe_repro.recommender.measures import auc, divergence, loss, mean, popular, r2
from mmoe_repro.recommender.methods import build
from mmoe_repro.recommender.names import CURVE_EVERY, FEATURES, MIXTURES, TASKS
from mmoe_repro.recommender.processes import Processes, refuse_too_large
from mmoe_repro.recommender.ranker import Ranker
from mmoe_repro.recommender.sharded import ShardedTables, distribute, fill
from mmoe_repro.recommender.traffic import Examples, World, draw_world

AT_ONCE = 8_192  # examples that are evaluated at once


@dataclass
class Progress:
    """What a training has found so far: steps, whether it diverged, and rows of three tables."""

    step: int = 0
    diverged: bool = False
    looks: list[dict[str, Any]] = field(default_factory=list)
    curve: list[dict[str, Any]] = field(default_factory=list)
    gates: list[dict[str, Any]] = field(default_factory=list)


def begin(job: Job, processes: Processes) -> Any:
    """The model before its first step, its tables sharded. Raises TooLarge, ValueError."""
    if job.batch_size % processes.world or job.held_out % processes.world:
        raise ValueError(
            f"a batch of {job.batch_size} and {job.held_out} held-out examples on {processes.world} "
            "processes: each must get the same number"
        )
    refuse_too_large(job.table_bytes(), processes)
    tables = ShardedTables(job.rows(), job.units, job.copies())
    network = build(job.method, job.widths(), job.study_seed, job.seed).to(processes.device)
    ranker = Ranker(tables, network, job.copies())
    rate = job.learning_rate * job.table_factor
    model = distribute(ranker, rate, processes.device, processes.local)
    fill(model, job.table_sd, job.study_seed, job.seed)
    return model


def tensors(of: Examples, device: torch.device) -> tuple[Tensor, Tensor]:
    """Ids and dense features for a model."""
    return torch.from_numpy(of.ids).to(device), torch.from_numpy(of.dense).to(device)


def losses(logits: Tensor, of: Examples) -> Tensor:
    """The mean cross entropy of each task (task,), over all examples; one whose label is not observed
    counts as 0."""
    labels = torch.from_numpy(of.labels.T).to(logits.device)
    observed = torch.from_numpy(of.observed.T).to(logits.device)
    return binary_cross_entropy_with_logits(logits, labels, observed, reduction="none").mean(dim=0)


def train(
    job: Job,
    processes: Processes,
    checkpoints: Checkpoints,
    checkpoint_every: int = 3_000,
    tell: Callable[[int, float], None] = lambda step, loss: None,
) -> tuple[Progress, Any, World]:
    """Train, from the newest of its checkpoints on. Every process gets the model; what was found is
    whole on the first. Raises TooLarge, Foreign, ValueError."""
    if checkpoint_every % CURVE_EVERY:  # a checkpoint has no part of a point of the curve
        raise ValueError(
            f"a checkpoint every {checkpoint_every} steps: allowed are multiples of {CURVE_EVERY}, "
            "where a point of the loss curve ends"
        )
    world = draw_world(job.traffic, job.study_seed, job.seed)
    model = begin(job, processes)
    state = checkpoints.load(model)
    found = Progress(**{name: state[name] for name in vars(Progress())}) if state else Progress()
    optimiser = of_dense(model, job.learning_rate)
    a_process = job.batch_size // processes.world
    summed = torch.zeros(len(TASKS), dtype=torch.float64)
    while found.step < job.steps and not found.diverged:
        first = found.step * job.batch_size + processes.rank * a_process
        some = world.examples(job.training_stream, first, a_process)
        summed += step(model, optimiser, some, processes.device, job.penalty).cpu().double()
        found.step += 1
        if found.step % CURVE_EVERY == 0:
            _mean(summed, processes)
            point = dict(zip(TASKS, (summed / CURVE_EVERY).tolist(), strict=True))
            found.curve.append({"step": found.step, **point})
            found.diverged = not np.isfinite(list(point.values())).all()
            summed.zero_()
            tell(found.step, sum(point.values()))
        if found.step in job.looks and not found.diverged:
            look(model, job, world, processes, found)
        if found.step % checkpoint_every == 0 and found.step < job.steps:
            checkpoints.save(model, vars(found))
    return found, model, world


def of_dense(model: Any, rate: float) -> torch.optim.SGD:
    """What updates all but the sharded tables, which are updated as gradients arrive."""
    dense = [p for name, p in model.named_parameters() if ".collection." not in name]
    return torch.optim.SGD(dense, lr=rate)


def in_fixed_order(device: torch.device) -> AbstractContextManager[Any]:
    """On a processor the products are the package's own: faster than those of torch that are the same on
    every make."""
    return FixedOrder() if device.type == "cpu" else nullcontext()


def step(
    model: Any, optimiser: Any, some: Examples, device: torch.device, penalty: float = 0.0
) -> Tensor:
    """Take one step on some examples; returns the loss of each task (task,)."""
    with in_fixed_order(device):
        of_tasks = losses(model(*tensors(some, device)), some)
    whole = of_tasks.sum()
    if penalty:
        whole = whole + penalty * model.module.network.distance()
    optimiser.zero_grad()
    whole.backward()
    optimiser.step()
    return of_tasks.detach()


def look(model: Any, job: Job, world: World, processes: Processes, found: Progress) -> None:
    """Add mean gates to what was found and, on the first process, a row a task of measures on held-out
    examples; or, if what the model predicts are no numbers, that the training has diverged: its last
    steps are in no loss yet."""
    n = job.held_out // processes.world
    own = world.examples(job.held_out_stream, processes.rank * n, n)
    logits, gates = predict(model, own, processes.device, job.method in MIXTURES)
    items = own.ids[[FEATURES.index("item")]]
    parts = (logits, own.labels, own.observed, own.logits, items)
    predicted, labels, observed, true, items = (_all(part, processes) for part in parts)
    if not np.isfinite(predicted).all():
        found.diverged = True
        return
    of_gates: list[list[float]] = []
    if gates is not None:
        means = torch.from_numpy(gates)
        _mean(means, processes)
        of_gates = [means[min(k, len(means) - 1)].tolist() for k in range(len(TASKS))]
    often = popular(items[0]) if processes.first else np.empty(0, np.bool_)
    for k, task in enumerate(TASKS if processes.first else ()):
        seen = observed[k] > 0
        of_task = [part[seen] for part in (predicted[k], labels[k], true[k], often)]
        entropy, largest = of_gates[k][-2:] if of_gates else (None, None)
        at = {"step": found.step, "task": task}
        beside = {"gate_entropy": entropy, "gate_largest": largest}
        found.looks.append({**at, **measures(*of_task), **beside})
    for task, of in zip(TASKS, of_gates, strict=False):
        found.gates += [
            {"step": found.step, "task": task, "expert": i, "weight": weight}
            for i, weight in enumerate(of[:-2])
        ]


def measures(
    predicted: NDArray[np.floating],
    labels: NDArray[np.floating],
    true: NDArray[np.floating],
    often: NDArray[np.bool_],
) -> dict[str, float]:
    """`MEASURED` of log odds (example,) and of the true ones on the same labels, and `BESIDE` but for
    gates; `often` is `popular`'s."""
    return {
        "loss": loss(predicted, labels), "auc": auc(predicted, labels), "r2": r2(predicted, labels),
        "bayes_loss": loss(true, labels), "bayes_auc": auc(true, labels), "bayes_r2": r2(true, labels),
        "observed": float(len(labels)), "label_rate": mean(labels),
        "predicted_rate": mean(expit(predicted.astype(np.float64))),
        "divergence": divergence(predicted, true),
        "auc_popular": auc(predicted[often], labels[often]),
        "auc_rare": auc(predicted[~often], labels[~often]),
    }  # fmt: skip


def predict(
    model: Any, of: Examples, device: torch.device, with_gates: bool = False
) -> tuple[NDArray[np.float32], NDArray[np.float64] | None]:
    """Log odds (task, sample) and, of a mixture, means over samples (gate, expert + 2): of each expert's
    weight, then of a sample's entropy over experts, and of its largest weight."""
    logits, gates = [], []
    n = of.ids.shape[1]
    with torch.no_grad(), in_fixed_order(device):
        for at in range(0, n, AT_ONCE):
            to = slice(at, at + AT_ONCE)
            ids = torch.from_numpy(np.ascontiguousarray(of.ids[:, to])).to(device)
            dense = torch.from_numpy(of.dense[to]).to(device)
            inputs = model.module.inputs(ids, dense)
            logits.append(model.module.network(inputs).cpu())
            if with_gates:
                weights = model.module.network.gates(inputs).cpu().double()
                entropy = -torch.xlogy(weights, weights).sum(dim=2, keepdim=True)
                largest = weights.amax(dim=2, keepdim=True)
                gates.append(torch.cat([weights, entropy, largest], dim=2).sum(dim=0))
    mean = (torch.stack(gates).sum(dim=0) / n).numpy() if gates else None
    return torch.cat(logits).numpy().T, mean


def _mean(values: Tensor, processes: Processes) -> None:
    """Replace values by their mean over the processes."""
    if processes.world > 1:
        on = values.to(processes.device)
        dist.all_reduce(on)
        values.copy_(on / processes.world)


def _all(own: NDArray[Any], processes: Processes) -> NDArray[Any]:
    """Parts (task, sample) of all processes, one after the other."""
    if processes.world == 1:
        return own
    on = torch.from_numpy(np.ascontiguousarray(own)).to(processes.device)
    parts = [torch.empty_like(on) for _ in range(processes.world)]
    dist.all_gather(parts, on)
    return torch.cat(parts, dim=1).cpu().numpy()
