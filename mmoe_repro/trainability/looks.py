"""A look into trained runs: which parts of the label function they have learnt, and what gates do."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from mmoe_repro.models.experts import experts, gates
from mmoe_repro.synthetic.label_function import LabelFunction
from mmoe_repro.synthetic.universe import Universe
from mmoe_repro.trainability.plan import LINEAR
from mmoe_repro.trainability.runs import Beginning, Population, train_runs

SAMPLES = 10_000
USED = 0.01  # a mean gate below it is of an expert that the task does not use

Floats = NDArray[np.float64]


def parts(f: LabelFunction, z: Floats) -> dict[str, Floats]:
    """The label function's parts at projections z (samples,): the line, and each sine without its mean
    and its line, so that each stands for what it alone adds."""
    line = z - z.mean()
    found = {LINEAR: line}
    for i, (a, b) in enumerate(zip(f.alpha, f.beta, strict=True), start=1):
        sine = np.sin(a * z + b)
        sine = sine - sine.mean()
        found[f"sine {i}"] = sine - line * (sine @ line) / (line @ line)
    return found


def left(residual: Floats, label: Floats, f: LabelFunction, z: Floats) -> dict[str, float]:
    """How much of each part a run has not learnt: 1 nothing of it, 0 all.

    The projection of the residual on the part, over that of the noiseless label; all (samples,).
    """
    found = {}
    for name, part in parts(f, z).items():
        of_label = float(part @ label)
        found[name] = float(part @ residual) / of_label if abs(of_label) > 0 else float("nan")
    return found


def look(
    universe: Universe, rates: Mapping[str, float], p: float, seeds: Sequence[int], study_seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two tables of the study's runs `seeds`, of each model of `rates` (its learning rate): what they
    have not learnt, and their gates.

    The first has a row a run, task and part (model, task_correlation, learning_rate, seed, task, part,
    left, loss of the task, final_loss of the run); the second, of mixtures, a row a run: effective
    experts of a gate, distance of the tasks' gates, and dead experts (see `of_gates`).
    """
    beginnings = [Beginning(model, rate) for model, rate in rates.items()]
    trained = train_runs(universe, p, beginnings, seeds, study_seed)
    of_parts: list[dict[str, object]] = []
    of_runs: list[dict[str, object]] = []
    for r, seed in enumerate(seeds):
        x, y = trained[0].source.members(slice(r, r + 1)).held_out(SAMPLES)
        inputs = torch.from_numpy(x)
        for beginning, found in zip(beginnings, trained, strict=True):
            theta = {n: torch.from_numpy(v[r : r + 1]) for n, v in found.trained.parameters.items()}
            key = {
                "model": beginning.model, "task_correlation": p, "learning_rate": beginning.rate,
                "seed": seed,
            }  # fmt: skip
            of_parts += [key | row for row in _of_run(universe, found, r, theta, inputs, y)]
            if "gate_weight" in theta:
                of_runs.append({**key, **of_gates(found, theta, inputs)})
    return pd.DataFrame(of_parts), pd.DataFrame(of_runs)


def _of_run(
    universe: Universe,
    found: Population,
    r: int,
    theta: dict[str, torch.Tensor],
    x: torch.Tensor,
    y: NDArray[np.float32],
) -> list[dict[str, object]]:
    """Of the run at place `r`, its parameters, and held-out samples x (1, sample, feature) and y
    (1, task, sample): a row a task and part."""
    shift, scale = universe.label_shift_and_scale()
    f = universe.label_function
    with torch.no_grad():
        prediction = found.architecture.forward(theta, x)[0].numpy().astype(np.float64)
    z = x[0].numpy().astype(np.float64) @ found.source.weights[r].astype(np.float64).T
    rows: list[dict[str, object]] = []
    for task in range(y.shape[1]):
        label = f(z[:, task]).astype(np.float64)
        residual = (label - shift) / scale - prediction[task]
        rows += [
            {
                "task": task + 1, "part": name, "left": value,
                "loss": float(found.trained.final[r, task]), "final_loss": float(found.final[r]),
            }
            for name, value in left(residual * scale, label, f, z[:, task]).items()
        ]  # fmt: skip
    return rows


def of_gates(
    found: Population, theta: dict[str, torch.Tensor], x: torch.Tensor
) -> dict[str, float]:
    """Of one run: `effective`, the experts that a gate uses at a sample (exp of the gate's entropy, mean
    over samples and gates); `distance`, half the summed difference of the tasks' gates (mean over
    samples; 0 with one gate); `dead`, experts that no gate gives `USED` on average or whose units are
    all 0 at every sample; `final_loss`."""
    n = found.architecture.n_experts  # type: ignore[attr-defined]
    with torch.no_grad():
        g = gates(theta, x, n)[0].double()
        f = experts(theta, x, n)[0]
    entropy = -(g * g.clamp_min(1e-30).log()).sum(dim=1)
    distance = 0.0 if len(g) == 1 else float((g[0] - g[1]).abs().sum(dim=0).mean() / 2)
    unused = g.mean(dim=2).amax(dim=0) < USED
    silent = f.amax(dim=(1, 2)) <= 0
    return {
        "effective": float(entropy.exp().mean()),
        "distance": distance,
        "dead": int((unused | silent).sum()),
        "experts": n,
    }
