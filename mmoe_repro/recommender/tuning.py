"""The choice of learning rates for a method: as many trials for each, on streams of their own.

A trial is a training of full length at a point of a Sobol sequence over the learning rate, how much
faster the tables learn, and, of L2-Constrained, the penalty's weight. The lowest held-out loss, both
tasks' together, is chosen: what is trained for.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import qmc

from mmoe_repro.files import read_json, write_json
from mmoe_repro.recommender.checkpoints import Checkpoints
from mmoe_repro.recommender.job import Job, as_text
from mmoe_repro.recommender.processes import Processes
from mmoe_repro.recommender.training import train
from mmoe_repro.seeds import numpy_stream

SEED = 1_000_000  # of the world that trials are trained in; no run has it
RANGES = {"learning_rate": (0.02, 1.0), "table_factor": (128.0, 4_096.0)}
PENALTY = {"penalty": (1e-6, 1e-2)}


def trials(job: Job, n: int) -> list[Job]:
    """`n` jobs of the method, each at another point; all methods have the same points but for the
    penalty."""
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


def best(tried: pd.DataFrame) -> dict[str, Any]:
    """The chosen trial of the rows that `row` makes. Raises ValueError if all diverged."""
    known = tried[tried["loss"].notna()]
    if not len(known):
        raise ValueError("every trial diverged: take lower learning rates")
    of: Mapping[Any, Any] = known.sort_values("loss", kind="stable").iloc[0].to_dict()
    names = ("learning_rate", "table_factor", "penalty")
    return {"method": of["method"], "trial": int(of["trial"]), "held_out_loss": float(of["loss"]),
            **{name: float(of[name]) for name in names}}  # fmt: skip


def tune(
    job: Job,
    n: int,
    processes: Processes,
    folder: Path,
    tell: Callable[[int, float | None], None] = lambda trial, loss: None,
) -> pd.DataFrame:
    """A row a trial, as `row` has them. Finished trials are kept in `folder`."""
    rows = []
    for number, one in enumerate(trials(job, n)):
        kept = folder / f"{number}.json"
        known = read_json(kept, "training", "row") if kept.exists() else {}
        if known.get("training") != as_text(one):
            progress, _, _ = train(one, processes, Checkpoints(None, "", processes.world))
            known = {"training": as_text(one), "row": row(number, one, progress.looks)}
            write_json(known, kept)
        rows.append(known["row"])
        tell(number, known["row"]["loss"])
    return pd.DataFrame(rows)


def row(trial: int, job: Job, looks: list[dict[str, Any]]) -> dict[str, Any]:
    """What is kept of a trial: its settings, the sum of the tasks' held-out losses, and their AUCs."""
    last = {look["task"]: look for look in looks if look["step"] == job.steps}
    losses = [look["loss"] for look in last.values()]
    return {
        "method": job.method,
        "trial": trial,
        "learning_rate": job.learning_rate,
        "table_factor": job.table_factor,
        "penalty": job.penalty,
        "loss": float(sum(losses)) if losses else None,
        **{f"{task}_auc": look["auc"] for task, look in last.items()},
    }
