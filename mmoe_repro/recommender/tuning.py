"""The choice of learning rates for a method: as many trials for each, on streams of their own.

A trial is a training of full length at a choice of the learning rate, how much faster the tables learn,
and, of L2-Constrained, the penalty's weight. The first are at points of a Sobol sequence over wide
ranges, the others near the best of these, wherever it lies: a choice between them may be better, a
penalty that suits it was not tried with it, and where it is at a range's end they go beyond. All are
trained in one world. Another world moves the best of them by about as much as they are apart, so these
are trained in further worlds, too, and the lowest mean held-out loss, both tasks' together, is chosen:
what is trained for. No run is in any of these worlds.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import qmc

from mmoe_repro.files import read_json, write_json
from mmoe_repro.fingerprint import fingerprint
from mmoe_repro.recommender.checkpoints import Checkpoints
from mmoe_repro.recommender.choosing import finalists
from mmoe_repro.recommender.job import Job, as_text
from mmoe_repro.recommender.names import TASKS
from mmoe_repro.recommender.processes import Processes, trained_by
from mmoe_repro.recommender.training import train
from mmoe_repro.seeds import numpy_stream

SEED = 1_000_000  # of the first world that trials are trained in, those above it of further ones
RANGES = {"learning_rate": (0.02, 1.0), "table_factor": (32.0, 4_096.0)}
PENALTY = {"penalty": (1e-6, 1e-2)}
NEAR = {"learning_rate": 2.0, "table_factor": 2.0, "penalty": 10.0}  # times or divided by at most


def trials(job: Job, n: int) -> list[Job]:
    """`n` jobs of the method in the first world, each at another point; all methods have the same points
    but for the penalty."""
    return _at(job, _searched(job), n, "recommender trials")


def near(best: Job, n: int) -> list[Job]:
    """`n` jobs around one, in the same world; every method's are at the same distances."""
    ranges = {
        name: (getattr(best, name) / by, getattr(best, name) * by) for name, by in NEAR.items()
    }
    return _at(best, {name: ranges[name] for name in _searched(best)}, n, "recommender near")


def _searched(job: Job) -> dict[str, tuple[float, float]]:
    """What is searched for the method, and where."""
    return RANGES | (PENALTY if job.method == "l2_constrained" else {})


def _at(job: Job, ranges: Mapping[str, tuple[float, float]], n: int, stream: str) -> list[Job]:
    """Jobs in the first world, at the points of a Sobol sequence over ranges, on logarithmic scales."""
    sampler = qmc.Sobol(len(RANGES | PENALTY), rng=numpy_stream(job.study_seed, stream))
    points = sampler.random_base2(int(np.ceil(np.log2(max(n, 2)))))[:n]
    found = []
    for point in points:
        values = {
            name: float(f"{low * (high / low) ** x:.3g}")
            for x, (name, (low, high)) in zip(point, ranges.items(), strict=False)
        }
        streams = {"training_stream": "tuning", "held_out_stream": "tuning_held_out"}
        found.append(replace(job, seed=SEED, looks=(job.steps,), **streams, **values))  # type: ignore[arg-type]
    return found


def tune(
    job: Job,
    n: int,
    n_near: int,
    n_finalists: int,
    worlds: int,
    processes: Processes,
    folder: Path,
    tell: Callable[[int, int, float | None], None] = lambda trial, world, loss: None,
) -> pd.DataFrame:
    """A row a trial and world, as `row` has them: `n` trials in the first world and `n_near` near the
    best of them, the best `n_finalists` of all in the others. Finished ones are kept in `folder`."""
    points = trials(job, n)
    rows: list[dict[str, Any]] = []

    def try_all(numbers: Iterable[int], world: int) -> None:
        for trial in numbers:
            one = replace(points[trial], seed=SEED + world)
            found = _tried(trial, world, one, processes, folder / f"{trial}-{world}.json")
            rows.append(found)
            tell(trial, world, found["loss"])

    try_all(range(n), 0)
    for best in finalists(pd.DataFrame(rows), 1):  # none, if all have diverged
        points += near(points[best], n_near)
    try_all(range(n, len(points)), 0)
    for world in range(1, worlds):
        try_all(finalists(pd.DataFrame(rows), n_finalists), world)
    return pd.DataFrame(rows)


def _tried(trial: int, world: int, job: Job, processes: Processes, kept: Path) -> dict[str, Any]:
    """The row of one trial in one world, trained, or kept of an earlier call."""
    known = read_json(kept, "training", "row") if kept.exists() else {}
    if known.get("training") != as_text(job):
        progress, _, _ = train(job, processes, Checkpoints(None, "", processes.world))
        known = {
            "training": as_text(job),
            "row": row(trial, world, job, progress.looks, trained_by(processes)),
        }
        write_json(known, kept)
    found: dict[str, Any] = known["row"]
    return found


def row(trial: int, world: int, job: Job, looks: list[dict[str, Any]], by: str) -> dict[str, Any]:
    """What is kept of a trial in a world: its settings, the tasks' held-out losses, their sum, and their
    AUCs; of one that diverged there are none. `by` says what trained it."""
    last = {look["task"]: look for look in looks if look["step"] == job.steps}
    losses = [look["loss"] for look in last.values()]
    return {
        "method": job.method,
        "trial": trial,
        "world": world,
        "learning_rate": job.learning_rate,
        "table_factor": job.table_factor,
        "penalty": job.penalty,
        "loss": float(sum(losses)) if losses else None,
        **{
            f"{task}_{name}": last[task][name] if task in last else None
            for task in TASKS
            for name in ("loss", "auc")
        },
        "job": as_text(job),
        "trained_by": by,
        "code_fingerprint": fingerprint(__name__),
    }
