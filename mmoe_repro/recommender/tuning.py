"""The choice of learning rates for a method: as many trials for each, on streams of their own.

A trial is a training of full length at a point of a Sobol sequence over the learning rate, how much
faster the tables learn, and, of L2-Constrained, the penalty's weight. All are trained in one world.
Another world moves the best of them by about as much as they are apart, so these are trained in further
worlds, too, and the lowest mean held-out loss, both tasks' together, is chosen: what is trained for. No
run is in any of these worlds.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import qmc

from mmoe_repro.files import read_json, write_json
from mmoe_repro.recommender.checkpoints import Checkpoints
from mmoe_repro.recommender.choosing import finalists
from mmoe_repro.recommender.job import Job, as_text
from mmoe_repro.recommender.names import TASKS
from mmoe_repro.recommender.processes import Processes
from mmoe_repro.recommender.training import train
from mmoe_repro.seeds import numpy_stream

SEED = 1_000_000  # of the first world that trials are trained in, those above it of further ones
RANGES = {"learning_rate": (0.02, 1.0), "table_factor": (128.0, 4_096.0)}
PENALTY = {"penalty": (1e-6, 1e-2)}


def trials(job: Job, n: int) -> list[Job]:
    """`n` jobs of the method in the first world, each at another point; all methods have the same points
    but for the penalty."""
    ranges = RANGES | (PENALTY if job.method == "l2_constrained" else {})
    sampler = qmc.Sobol(
        len(RANGES | PENALTY), rng=numpy_stream(job.study_seed, "recommender trials")
    )
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
    n_finalists: int,
    worlds: int,
    processes: Processes,
    folder: Path,
    tell: Callable[[int, int, float | None], None] = lambda trial, world, loss: None,
) -> pd.DataFrame:
    """A row a trial and world, as `row` has them: `n` trials in the first world, the best `n_finalists`
    of them in the others. Finished ones are kept in `folder`."""
    points = trials(job, n)
    rows: list[dict[str, Any]] = []
    for world in range(worlds):
        numbers = finalists(pd.DataFrame(rows), n_finalists) if world else range(n)
        for trial in numbers:
            one = replace(points[trial], seed=SEED + world)
            found = _tried(trial, world, one, processes, folder / f"{trial}-{world}.json")
            rows.append(found)
            tell(trial, world, found["loss"])
    return pd.DataFrame(rows)


def _tried(trial: int, world: int, job: Job, processes: Processes, kept: Path) -> dict[str, Any]:
    """The row of one trial in one world, trained, or kept of an earlier call."""
    known = read_json(kept, "training", "row") if kept.exists() else {}
    if known.get("training") != as_text(job):
        progress, _, _ = train(job, processes, Checkpoints(None, "", processes.world))
        known = {"training": as_text(job), "row": row(trial, world, job, progress.looks)}
        write_json(known, kept)
    found: dict[str, Any] = known["row"]
    return found


def row(trial: int, world: int, job: Job, looks: list[dict[str, Any]]) -> dict[str, Any]:
    """What is kept of a trial in a world: its settings, the sum of the tasks' held-out losses, and their
    AUCs; of one that diverged there are none."""
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
        **{f"{task}_auc": last[task]["auc"] if task in last else None for task in TASKS},
    }
